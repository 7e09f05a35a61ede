"""A plain visitor of a running world: how tests, benchmarks and curious people talk to it.

It knows nothing that an outsider would not: it reads what the world publishes, verifies every certificate by name and
dials the address.
"""

import ssl
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx
from ruamel.yaml import YAML

TOKEN = "x-hm-authorization"  # noqa: S105 -- the name of a header
API = "/hybridity/api"
TIMEOUT_SECONDS = 10.0


class Visitor:
    """Talks to one world."""

    def __init__(self, published: dict[str, Any]) -> None:
        self.published = published
        self.settings: dict[str, str] = published["settings"]
        self.control = httpx.Client(base_url=published["control"], timeout=TIMEOUT_SECONDS, trust_env=False)
        trust = ssl.create_default_context(cafile=published["arm"]["ca"])
        self.https = httpx.Client(verify=trust, timeout=TIMEOUT_SECONDS, trust_env=False)
        self.secrets: dict[str, dict[str, str]] = YAML(typ="safe").load(
            Path(self.settings["HCX_FLEET_SECRETS_FILE"]).read_text("utf-8")
        )
        self._managers = {each["id"]: each for each in published["managers"]}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.control.close()
        self.https.close()

    @property
    def now(self) -> datetime:
        """World time."""
        return datetime.fromisoformat(self.control.get("/clock").json()["now"])

    def advance(self, by: timedelta) -> list[dict[str, Any]]:
        """Let that much world time pass and give what was said meanwhile."""
        until, said = self.now + by, []
        while self.now < until:
            said += self.advance_until_said(until)["said"]
        return said

    def advance_until_said(self, until: datetime) -> dict[str, Any]:
        """Let world time pass up to `until`, or less if somebody says something."""
        answer: dict[str, Any] = self.control.post("/clock/advance", json={"until": until.isoformat()}).json()
        return answer

    def truth(self) -> dict[str, Any]:
        """What really happened."""
        answer: dict[str, Any] = self.control.get("/truth").json()
        return answer

    def manager(self, name: str, secret: str | None = None, appliance_secret: str | None = None) -> "ManagerVisitor":
        """A visit to one manager, with the accounts usual for its kind."""
        place = self._managers[name]
        cloud = place["kind"] == "cloud-manager"
        service = secret or (f"hcx-{name}" if cloud else f"{name}-hcx")
        appliance = appliance_secret or (f"hcx-{name}-admin" if cloud else f"{name}-admin")
        return ManagerVisitor(self.https, place, self.secrets.get(service), self.secrets.get(appliance))

    def azure(self, path: str, **query: str) -> httpx.Response:
        """Ask Azure Resource Manager as the managed identity."""
        arm = self.published["arm"]
        host, _, port = arm["url"].removeprefix("https://").partition(":")
        return self.https.get(
            f"https://{arm['address']}:{port}{path}",
            params={"api-version": "2026-03-01", **query},
            headers={"host": f"{host}:{port}", "authorization": f"Bearer {self.azure_token()}"},
            extensions={"sni_hostname": host},
        )

    def azure_token(self) -> str:
        """A token from the world's managed identity."""
        answer = self.control.get(
            self.settings["IDENTITY_ENDPOINT"],
            params={"api-version": "2019-08-01", "resource": "https://management.sim.test"},
            headers={"x-identity-header": self.settings["IDENTITY_HEADER"]},
        )
        return str(answer.raise_for_status().json()["access_token"])


class ManagerVisitor:
    """Talks to one manager on both of its ports."""

    def __init__(
        self,
        client: httpx.Client,
        place: dict[str, Any],
        account: dict[str, str] | None,
        appliance_account: dict[str, str] | None,
    ) -> None:
        self._client = client
        self._place = place
        self._account = account
        self._appliance_account = appliance_account
        self.token = ""

    def service(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call port 443; `path` begins below `/hybridity/api`."""
        return self._call(method, self._place["service_port"], API + path, body, headers={TOKEN: self.token})

    def appliance(self, method: str, path: str, body: object = None) -> httpx.Response:
        """Call port 9443 with HTTP Basic."""
        account = self._appliance_account
        basic = (account["username"], account["password"]) if account else None
        return self._call(method, self._place["appliance_port"], path, body, auth=basic)

    def login(self, password: str | None = None) -> httpx.Response:
        """Log in and keep the token."""
        account = self._account or {"username": "", "password": ""}
        body = {"username": account["username"], "password": password or account["password"]}
        answer = self.service("POST", "/sessions", body)
        self.token = answer.headers.get(TOKEN, "")
        return answer

    def get(self, path: str) -> Any:
        """Read something on port 443 that has to be there."""
        return self.service("GET", path).raise_for_status().json()

    def query(self, path: str, body: object) -> Any:
        """Read something by POST on port 443 that has to be there."""
        return self.service("POST", path, body).raise_for_status().json()

    def _call(self, method: str, port: int, path: str, body: object, **more: Any) -> httpx.Response:
        headers = {"host": f"{self._place['host']}:{port}", **more.pop("headers", {})}
        return self._client.request(
            method,
            f"https://{self._place['address']}:{port}{path}",
            json=body,
            headers=headers,
            extensions={"sni_hostname": self._place["host"]},
            **more,
        )
