"""What differs between the generations of HCX's interface: ids of routes, and nothing else so far."""

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


DIALECTS: Final = {
    4: Dialect(
        generation=V4,
        upgrade_status="upgrade-status-4x",
        upgrade_bundle="upgrade-bundle-4x",
        upgrade_manager="upgrade-manager-4x",
    ),
    9: Dialect(
        generation=V9,
        upgrade_status="upgrade-status-9x",
        upgrade_bundle="upgrade-bundle-9x",
        upgrade_manager="upgrade-manager-9x",
    ),
}
"""By major version. There is no default: a major that nobody has looked at is spoken to in no dialect."""


def dialect_of(version: Version) -> Dialect | None:
    """The dialect of a manager of that version, None where nobody knows."""
    return DIALECTS.get(version.major) if version.known else None
