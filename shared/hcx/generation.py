"""What differs between the generations of HCX's interface: this is the whole of each one's adapter.

Everything else is spoken alike, as far as public material shows. A generation that turns out to need more gets a field
here, so that nobody has to look for `if` and a version anywhere else.
"""

from typing import Final

from shared.hcx.routes import V4, V9
from shared.model.record import record
from shared.model.version import Version


@record
class Dialect:
    """How one generation is spoken."""

    generation: str
    upgrade_status: str
    upgrade_bundle: str
    upgrade_manager: str
    licences: str | None
    """Id of the route that tells the licence, None where there is none."""
    appliance_version: tuple[str, ...]
    """Where an appliance says its version, the usual place first: a structure in 4.x, a text elsewhere."""
    in_service_from: Version | None
    """First release whose documentation has in-service upgrades, None where no documentation says so."""
    groups_from: Version
    """First release with high availability groups."""


DIALECTS: Final = {
    4: Dialect(
        generation=V4,
        upgrade_status="upgrade-status-4x",
        upgrade_bundle="upgrade-bundle-4x",
        upgrade_manager="upgrade-manager-4x",
        licences=None,
        appliance_version=("applianceVersion", "version"),
        in_service_from=Version("4.7.0"),
        groups_from=Version("4.3.0"),
    ),
    9: Dialect(
        generation=V9,
        upgrade_status="upgrade-status-9x",
        upgrade_bundle="upgrade-bundle-9x",
        upgrade_manager="upgrade-manager-9x",
        licences="licences-9x",
        appliance_version=("version", "applianceVersion"),
        in_service_from=None,
        groups_from=Version("9.0.0"),
    ),
}
"""By major version. There is no default: a major that nobody has looked at is spoken to in no dialect."""

ANY_APPLIANCE_VERSION: Final = ("applianceVersion", "version")
"""Where appliances of a manager in no dialect are looked at for their version."""


def dialect_of(version: Version) -> Dialect | None:
    """The dialect of a manager of that version, None where nobody knows."""
    return DIALECTS.get(version.major) if version.known else None
