"""Names, ids, passwords and build numbers: all from the seed or from what they name, none by chance."""

import base64
import hashlib
import uuid

from shared.model.version import Version

_PUBLISHED_BUILDS = {"4.9.0": 23529167, "4.11.3": 24972693, "9.1.1": 25690219}
"""Builds of cloud managers that public texts name; all others are made up here."""
_CONNECTOR_BUILDS = {"4.9.0": 23529166, "4.11.3": 24972695}
_CONNECTOR_OFFSET = 2


class Ids:
    """Ids of one world: the same seed and the same words give the same id."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def uuid(self, *words: object) -> str:
        """An id in the shape of a UUID."""
        return str(uuid.UUID(bytes=self._digest(*words)[:16], version=4))

    def secret(self, *words: object) -> str:
        """A password or token."""
        return base64.urlsafe_b64encode(self._digest("secret", *words)[:21]).decode()

    def number(self, below: int, *words: object) -> int:
        """A number from 0 up to, not including, `below`."""
        return int.from_bytes(self._digest("number", *words)[:8]) % below

    def _digest(self, *words: object) -> bytes:
        return hashlib.sha256("\0".join(map(str, (self._seed, *words))).encode()).digest()


def build_number(version: str, *, connector: bool) -> int:
    """The build of a release: another one on each side in 4.x, the same one from 9.0 on (one unified appliance)."""
    release = Version(version).release
    cloud = _PUBLISHED_BUILDS.get(release) or _made_up_build(release)
    if not connector or Version(version).major >= 9:  # noqa: PLR2004 -- the 9.x line
        return cloud
    return _CONNECTOR_BUILDS.get(release, cloud + _CONNECTOR_OFFSET)


def _made_up_build(release: str) -> int:
    """A build that fits between the published ones and grows with the release."""
    major, minor, patch, *_ = map(int, release.split("."))
    first = 24_300_000 if major >= 9 else 19_030_000  # noqa: PLR2004 -- the 9.x line
    return first + minor * 500_000 + patch * 145_000


def wire_version(version: str, *, connector: bool) -> str:
    """A manager's version as it reports it: `4.11.3.0-24972695` in 4.x, `9.1.1.0.25690219` in 9.x."""
    four = ".".join([*Version(version).release.split("."), "0"][:4])
    separator = "." if Version(version).major >= 9 else "-"  # noqa: PLR2004 -- the 9.x line
    return f"{four}{separator}{build_number(version, connector=connector)}"


def cloud_host(cloud: str, region: str) -> str:
    """Host name of a cloud manager."""
    return f"hcx.{cloud}.{region}.avs.sim.test"


def connector_host(connector: str) -> str:
    """Host name of a connector."""
    return f"hcx.{connector}.onprem.sim.test"


def vcenter_host(name: str) -> str:
    """Host name of a vCenter."""
    return f"{name}.vcenter.sim.test"


ARM_HOST = "management.sim.test"
ARM_ADDRESS = "127.77.0.1"
VCENTER_ADDRESS = "127.77.0.2"
"""Of all vCenters: each has a port of its own."""
_PER_BLOCK = 250
_PROBE_BLOCK = 200
"""Where the addresses of probe targets begin, far behind those of managers."""


def manager_address(index: int) -> str:
    """The loopback address of the manager with that index: one for each, so that a port can be refused for one."""
    return f"127.77.{1 + index // _PER_BLOCK}.{1 + index % _PER_BLOCK}"


def probe_address(index: int) -> str:
    """The loopback address of the probe target with that index: one for each, so that it alone can be refused."""
    return f"127.77.{_PROBE_BLOCK + index // _PER_BLOCK}.{1 + index % _PER_BLOCK}"


def network_name(mesh: str, extender: int, index: int) -> str:
    """Name of a stretched network: of which NE appliance of which mesh it is, both counted from 1."""
    return f"{mesh}-ne{extender}-net{index}"
