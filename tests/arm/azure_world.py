"""A simulated piece of Azure Resource Manager for tests of the reader: canned answers behind real TLS sockets."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import trustme
from azure.core.credentials import AccessToken

from shared.arm.azure import AzureReader
from shared.arm.pace import Pace
from shared.model.inventory import SubscriptionSeen, SubscriptionState
from tests.hcx.hcx_peer import Answer, Got, Peer, Reply, said
from tests.hcx.hcx_site import server_context

HOST = "management.sim.test"
TOKEN = "bearer-canary"  # noqa: S105 -- what tests look for in places where it must not be
ONE, TWO = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
type Answers = Mapping[str, Answer | Callable[[Got], Answer]]


class Credential:
    """Gives out one token, and remembers for what."""

    def __init__(self) -> None:
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        """A token for anything."""
        self.scopes += scopes
        return AccessToken(TOKEN, int(time.time()) + 3600)


class Arm(Peer):
    """Azure Resource Manager for tests: finds answers by the beginning of the call, without its API version."""

    def _answer(self, connection: Any, got: Got) -> bool:
        path = got.call.partition("?")[0]
        skip = "$skiptoken=2" if "skiptoken=2" in got.call else ""
        self.answers[got.call] = self.answers.get(path + skip, Reply(404))
        return super()._answer(connection, got)

    def tokens(self) -> set[str]:
        """Every bearer that arrived."""
        return {got.headers.get("authorization", "") for got in self.got}


class World:
    """A CA, and readers of peers with certificates of it."""

    def __init__(self, folder: Path, leave: ExitStack) -> None:
        self.ca = trustme.CA()
        self.file = folder / "ca.pem"
        self.ca.cert_pem.write_to_path(self.file)
        self.credential = Credential()
        self._leave = leave

    def peer(self, answers: Answers, *, host: str = HOST, ca: trustme.CA | None = None) -> Arm:
        """A peer with a certificate for `host`."""
        return self._leave.enter_context(Arm(server_context(ca or self.ca, host, 1), answers))

    def reader(self, peer: Peer, *, scope: str = f"https://{HOST}/.default", pace: Pace | None = None) -> AzureReader:
        """A reader that dials the peer for a name that resolves nowhere."""
        return AzureReader(
            self.credential,
            url=f"https://{HOST}:{peer.port}",
            scope=scope,
            ca=self.file,
            address="127.0.0.1",
            pace=pace,
        )


def subscription(number: str = ONE) -> dict[str, Any]:
    """A subscription as it is listed."""
    return {"id": f"/subscriptions/{number}", "subscriptionId": number, "displayName": f"sub {number[-1]}"}


def cloud(name: str = "pc-1", **properties: Any) -> dict[str, Any]:
    """A private cloud as it is listed, with a time as the service writes it: with a space."""
    return {
        "id": f"/subscriptions/{ONE}/resourceGroups/rg/providers/Microsoft.AVS/privateClouds/{name}",
        "name": name,
        "location": "westeurope",
        "sku": {"name": "AV36"},
        "tags": {"owner": "team", "env": "prod"},
        "systemData": {"createdAt": "2021-05-14 16:18:28Z"},
        "properties": {
            "provisioningState": "Succeeded",
            "endpoints": {
                "hcxCloudManager": f"https://hcx.{name}.test/",
                "hcxCloudManagerIp": "10.1.2.9",
                "vcsa": f"https://vc.{name}.test/",
            },
            **properties,
        },
    }


def clouds(*found: object, **more: object) -> dict[str, Answer | Callable[[Got], Answer]]:
    """Answers of a subscription that holds these clouds."""
    listed = f"GET /subscriptions/{ONE}/providers/Microsoft.AVS/privateClouds"
    return {"GET /subscriptions": said({"value": [subscription()]}), listed: said({"value": list(found), **more})}


def listing(answer: Answer | Callable[[Got], Answer]) -> dict[str, Answer | Callable[[Got], Answer]]:
    """Answers where the list of clouds is this one."""
    return {f"GET /subscriptions/{ONE}/providers/Microsoft.AVS/privateClouds": answer}


SEEN = SubscriptionSeen(id=ONE, name="sub 1", state=SubscriptionState.READ)
