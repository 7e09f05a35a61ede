"""Where the app is, and whether a token may be sent there: over TLS, or to this machine, and nowhere else."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from cli.edge import WrongUseError
from cli.endpoint import Endpoint
from shared.model.record import record


@record
class Address:
    """An app that can be called."""

    base: str
    """Without a slash at its end."""
    audience: str | None
    """None: it is on this machine, and takes no token."""
    here: bool
    """Whether it is on this machine."""


def address_of(named: Endpoint) -> Address:
    """The address that somebody means.

    Raises:
        WrongUseError: it is none, a token would travel in the clear, or nobody says what tokens are for.
    """
    url = named.url.strip().rstrip("/").removesuffix("/v1")
    scheme, host = _parts(url)
    here = _is_here(host)
    if scheme == "http" and not here:
        raise _wrong(url, "speaks in the clear; give an https:// address, http:// is for this machine alone")
    if named.audience is None and not here:
        raise WrongUseError([f"--audience: is missing; give the Application ID URI of {host}, such as api://hcx-fleet"])
    return Address(base=url, audience=None if scheme == "http" else named.audience, here=here)


def _parts(url: str) -> tuple[str, str]:
    try:
        found = urlsplit(url)
        host, _ = found.hostname or "", found.port
    except ValueError:
        raise _wrong(url, "is no address; give one such as https://fleet.contoso.example") from None
    if found.username is not None or found.password is not None or found.query or found.fragment:
        raise WrongUseError(["--endpoint: give the address alone, without a name, a password or a query"])
    if found.scheme not in {"http", "https"} or not host:
        raise _wrong(url, "is no address; give one such as https://fleet.contoso.example")
    return found.scheme, host


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _wrong(url: str, why: str) -> WrongUseError:
    return WrongUseError([f"--endpoint {url}: {why}"])
