"""The settings: everything that the environment decides, read once and in one place.

`python -m shared.settings > docs/settings.md` writes their table.
"""

import ipaddress
import os
import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from shared.model.caller import SignIn, Way
from shared.policy.edge import HttpsHost

PREFIX: Final = "HCX_FLEET_"


class SettingsInvalidError(ValueError):
    """The environment does not say how to work; `problems` holds every error, one line each, never a value."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def _without_slash(url: str) -> str:
    return url.rstrip("/")


def _scope(text: str) -> str:
    if not re.fullmatch(r"https://\S+/\.default", text):
        raise ValueError("must be https://…/.default")
    return text


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address") from None


def _port(text: object) -> object:
    if not re.fullmatch(r"\d{1,5}", str(text), re.ASCII) or not 1 <= int(str(text)) <= 65535:  # noqa: PLR2004
        raise ValueError("must be a number from 1 to 65535")
    return int(str(text))


def _count(text: object) -> object:
    if not re.fullmatch(r"\d{1,7}", str(text), re.ASCII) or int(str(text)) < 1:
        raise ValueError("must be a number from 1 to 9999999")
    return int(str(text))


def _schedule(text: str) -> str:
    fields = text.split()
    if len(fields) != len(("second", "minute", "hour", "day", "month", "weekday")):
        raise ValueError("must have six fields: second, minute, hour, day, month, day of the week")
    if not all(re.fullmatch(r"[0-9A-Za-z*/,-]+", field) for field in fields):
        raise ValueError("must hold digits, names of days and months, and * / , - only")
    return text


def _place(text: object) -> object:
    """A URL stays text; anything else is a path."""
    if not isinstance(text, str) or "://" not in text:
        return Path(str(text))
    if not re.fullmatch(r"https://[^/?#@\s]+/?", text):
        raise ValueError("must be a path, or https://host or https://host:port, without path, user or query")
    return _without_slash(text)


type Https = Annotated[HttpsHost, AfterValidator(_without_slash)]
type Place = Annotated[Path | str, BeforeValidator(_place)]
"""Something on this machine, or the endpoint of a service of Azure Storage."""
type Port = Annotated[int, BeforeValidator(_port)]
type Count = Annotated[int, BeforeValidator(_count)]


class Settings(BaseModel):
    """All settings. A docstring says what the variable has to be set to, and is its row in docs/settings.md."""

    model_config = ConfigDict(
        alias_generator=lambda name: PREFIX + name.upper(),
        validate_by_alias=True,
        validate_by_name=True,
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    policy: Path
    """the path of `fleet.yaml`"""
    confirmations: Path | None = None
    """the path of the confirmations file; not set: no mutating HCX call is ever made"""
    catalogue: Path | None = None
    """the path of a file that adds to or corrects the catalogue of releases, paths and risks; not set: as delivered"""
    routes: Path | None = None
    """the path of a file that corrects where HCX is read, never where it is changed; not set: as delivered"""
    secrets_file: Path | None = None
    """the path of a local file with accounts; either this or `HCX_FLEET_KEY_VAULT`"""
    key_vault: Https | None = None
    """the URL of the Key Vault with accounts; either this or `HCX_FLEET_SECRETS_FILE`"""
    store: Place
    """the path of the SQLite file that keeps runs, ledger and journal; it is made where there is none. On Azure: the \
table endpoint of a storage account, `https://….table.core.windows.net`"""
    reports: Place
    """the folder that reports are written to. On Azure: the blob endpoint of a storage account"""
    arm_url: Https = "https://management.azure.com"
    """the URL of Azure Resource Manager, another one in a sovereign cloud"""
    arm_scope: Annotated[str, AfterValidator(_scope)] = "https://management.azure.com/.default"
    """the scope of tokens for Azure Resource Manager, another one in a sovereign cloud"""
    arm_ca: Path | None = None
    """the path of a PEM file with the authority of Azure Resource Manager's certificate; not set: the system's own"""
    arm_address: Annotated[str, AfterValidator(_address)] | None = None
    """the IP address to dial for Azure Resource Manager; not set: its name is resolved"""
    executor_client_id: str | None = None
    """the client id of the identity that may start run commands; not set: hcx-fleet starts none"""
    hcx_service_port: Port = 443
    """the service port of cloud managers, whose endpoint in Azure names none"""
    hcx_appliance_port: Port = 9443
    """the appliance management port of cloud managers"""
    schedule: Annotated[str, AfterValidator(_schedule)] = "0 0 * * * *"
    """the NCRONTAB schedule of the timer: second, minute, hour, day, month, day of the week"""
    sign_in: Way = Way.PLATFORM
    """how callers of the HTTP API sign in. `platform`: App Service authentication asks Entra ID who they are, and \
they need an app role; without it nobody is let in. `key`: a function key lets read, and start a plan that was let go \
beforehand. `local`: anybody on this machine may do everything; refused on Azure, and what the command line takes \
unless told otherwise"""
    tenant: str | None = None
    """the id of the only tenant of Entra ID whose callers are let in; not set: whichever the platform lets in"""
    calls_per_minute: Count = 1200
    """how much one caller may ask for in a minute: a read counts 1, a rendered report 10, a start 20. Counted in each \
process, and not with `local`; all who come by key are one caller"""
    process_label: str | None = None
    """a name for this process in logs and claims, where several work on one store"""

    @property
    def store_file(self) -> Path:
        """The SQLite file, for what works on one.

        Raises:
            SettingsInvalidError: the store is a table of Azure.
        """
        return _on_this_machine(f"{PREFIX}STORE", self.store, "the path of a SQLite file")

    @property
    def reports_folder(self) -> Path:
        """The folder of reports, for what works on one.

        Raises:
            SettingsInvalidError: reports go into blobs of Azure.
        """
        return _on_this_machine(f"{PREFIX}REPORTS", self.reports, "a folder")


def asks_for_keys(environment: Mapping[str, str] | None = None) -> bool:
    """Whether the Functions host lets calls in by key alone. Asked before settings are judged: the app has to load."""
    environment = os.environ if environment is None else environment  # noqa: TID251
    return environment.get(f"{PREFIX}SIGN_IN", "") == Way.KEY


def sign_in_of(settings: Settings, environment: Mapping[str, str] | None = None) -> SignIn:
    """How callers sign in, and whether the platform says that it asks them who they are."""
    environment = os.environ if environment is None else environment  # noqa: TID251
    asks = environment.get("WEBSITE_AUTH_ENABLED", "").strip().lower() == "true"
    tenant = (settings.tenant or "").strip().lower()
    return SignIn(way=settings.sign_in, platform_asks=asks, tenant=tenant, calls_per_minute=settings.calls_per_minute)


def on_azure(environment: Mapping[str, str]) -> bool:
    """Whether this process is an app on Azure, by variables that App Service sets; inferred for each of its plans.

    Tools for developers set the name of the host as well, to this machine.
    """
    host = environment.get("WEBSITE_HOSTNAME", "").partition(":")[0]
    named = any(environment.get(name) for name in ("WEBSITE_SITE_NAME", "WEBSITE_INSTANCE_ID"))
    return named or host not in {"", "localhost", "127.0.0.1"}


def activity_threads(environment: Mapping[str, str] | None = None) -> int | None:
    """In how many threads activities run, as the Functions worker is told; None where it is not, or not in a number."""
    environment = os.environ if environment is None else environment  # noqa: TID251
    said = environment.get("PYTHON_THREADPOOL_THREAD_COUNT", "")
    return int(said) if re.fullmatch(r"[1-9]\d{0,3}", said, re.ASCII) else None


def _on_this_machine(variable: str, place: Path | str, wanted: str) -> Path:
    if isinstance(place, Path):
        return place
    raise SettingsInvalidError([f"{variable}: is an endpoint of Azure; set it to {wanted} for this command"])


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; an empty variable counts as not set.

    Raises:
        SettingsInvalidError: with every error at once, each naming the variable, what is wrong and what to do.
    """
    source = os.environ if environ is None else environ  # noqa: TID251 -- the one place that reads the environment
    found = {name: value for name, value in source.items() if name.startswith(PREFIX) and value.strip()}
    problems = [*_secrets_source(found), *_open_to_all(source)]
    try:
        settings = Settings.model_validate(found)
    except ValidationError as error:
        problems += [_problem(fault) for fault in error.errors(include_input=False)]
    else:
        if not problems:
            return settings
    raise SettingsInvalidError(sorted(problems))


def read_azure_settings(environ: Mapping[str, str]) -> Settings:
    """The settings for a command that reads Azure and nothing else: what it has no use for need not be there.

    Whoever starts with hcx-fleet has neither a policy nor a place for runs yet. What is set counts as ever, so that a
    mistyped variable is said here too.

    Raises:
        SettingsInvalidError: with every error at once.
    """
    found = {name: value for name, value in environ.items() if value.strip()}
    sources = {f"{PREFIX}SECRETS_FILE", f"{PREFIX}KEY_VAULT"}
    unused = [f"{PREFIX}POLICY", f"{PREFIX}STORE", f"{PREFIX}REPORTS"]
    unused += [] if sources & found.keys() else [f"{PREFIX}SECRETS_FILE"]
    return read_settings({**dict.fromkeys(unused, "not-used"), **found})


def _secrets_source(found: Mapping[str, str]) -> list[str]:
    """Two sources of accounts would leave open which password a manager is shown."""
    file, vault = f"{PREFIX}SECRETS_FILE", f"{PREFIX}KEY_VAULT"
    if file in found and vault in found:
        return [f"{file}: is set together with {vault}; keep the one that holds the accounts"]
    if file not in found and vault not in found:
        return [f"{file}: is not set, and neither is {vault}; set the one that holds the accounts"]
    return []


def _open_to_all(source: Mapping[str, str]) -> list[str]:
    """Whoever reaches an app on Azure is not on its machine."""
    variable = f"{PREFIX}SIGN_IN"
    if source.get(variable) != Way.LOCAL or not on_azure(source):
        return []
    return [f"{variable}: is local, and this is an app on Azure, which others reach; set it to platform or key"]


def _problem(fault: ErrorDetails) -> str:
    variable = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        close = get_close_matches(variable, _descriptions(), n=1)
        hint = f"did you mean {close[0]}?" if close else "remove it, or see docs/settings.md for what there is"
        return f"{variable}: is unknown; {hint}"
    wrong = "is not set" if fault["type"] == "missing" else str(fault.get("ctx", {}).get("error", fault["msg"]))
    return f"{variable}: {wrong}; set it to {_descriptions()[variable]}"


def _descriptions() -> dict[str, str]:
    return {str(field.alias): str(field.description) for field in Settings.model_fields.values()}


def settings_table() -> str:
    """The page docs/settings.md."""
    rows = [
        f"| `{field.alias}` | {_default(field)} | {field.description} |" for field in Settings.model_fields.values()
    ]
    return "\n".join([_PAGE_HEAD, *rows, ""])


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "not set" if field.default is None else f"`{field.default}`"


_PAGE_HEAD = """\
# Settings

hcx-fleet reads these environment variables once, when it starts. Any error stops it, and all errors are said at once.
An empty variable counts as not set; an unknown one that starts with `HCX_FLEET_` is an error, so that no mistyped
setting is silently left out. What a fleet should be like is not a setting: that is said in `fleet.yaml`.

`azure-identity` reads variables of its own, such as `IDENTITY_ENDPOINT` and `IDENTITY_HEADER`.

Written from `shared/settings.py` by `python -m shared.settings`.

| variable | default | set it to |
|---|---|---|"""


if __name__ == "__main__":
    sys.stdout.write(settings_table())
