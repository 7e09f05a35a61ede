"""What can be had of one manager: by its version, by the accounts we were given, and by what answered in this pass."""

from typing import Final

from shared.hcx.errors import HcxError
from shared.hcx.generation import Dialect
from shared.hcx.visit import Visit
from shared.model.facts import Capabilities, Capability, GapReason, ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.version import Version

_UNKNOWN_VERSION: Final = Capability(
    has=None, reason="its version is not known, or of a generation that nobody looked at"
)
_PORT_9443: Final = ("services", "vcenter", "nsx", "upgrade", "licence")


def capabilities(visit: Visit, facts: ManagerFacts) -> Capabilities:
    """All of them; what the facts do not tell is not known."""
    dialect, version = visit.dialect, facts.version
    spoken = dialect if version is not None and version.known else None
    return Capabilities(
        appliance_management=_appliance_management(facts),
        manager_upgrade=_manager_upgrade(visit, facts, spoken),
        in_service=_UNKNOWN_VERSION if spoken is None or version is None else _in_service(spoken, version),
        ha_groups=_UNKNOWN_VERSION if spoken is None or version is None else _ha_groups(spoken, version),
        snapshots=_snapshots(facts),
    )


def _appliance_management(facts: ManagerFacts) -> Capability:
    """An account that was given and an answer to it; a gap of one section says nothing where another was read."""
    if facts.manager.appliance_credentials is None:
        return Capability(has=False, reason="nobody gave us an account for port 9443")
    seen = [section for section in _PORT_9443 if getattr(facts, section) is not None]
    if seen:
        return Capability(has=True, reason=f"port 9443 answered to our account: {', '.join(seen)}")
    gap = facts.gap("vcenter")
    return Capability(has=None, reason=f"port 9443 was not read: {gap.detail}" if gap else "port 9443 was not read")


def _manager_upgrade(visit: Visit, facts: ManagerFacts, dialect: Dialect | None) -> Capability:
    if dialect is None:
        return _UNKNOWN_VERSION
    gap = facts.gap("upgrade")
    answers = (
        "its status answers" if facts.upgrade else f"its status was not read: {gap.detail if gap else 'not asked'}"
    )
    if facts.upgrade is None and gap is not None and gap.reason is GapReason.NOT_OFFERED and _account(facts):
        return Capability(has=False, reason=answers)
    told = _call(visit, dialect.upgrade_manager)
    return Capability(has=True if facts.upgrade else None, reason=f"{answers}; the start is {told}")


def _account(facts: ManagerFacts) -> bool:
    return facts.manager.appliance_credentials is not None


def _call(visit: Visit, name: str) -> str:
    """What the call of a mutating row rests on."""
    try:
        confirmed = visit.confirmed(name)
        confidence = visit.row(name).confidence.value
    except HcxError as error:
        return f"not known: {error.detail}"
    return f"confirmed as {confirmed}" if confirmed else confidence


def _in_service(dialect: Dialect, version: Version) -> Capability:
    first = dialect.in_service_from
    if first is None:
        return Capability(has=None, reason=f"nothing public says whether {dialect.generation} has it")
    if version.older_than(first):
        return Capability(has=None, reason=f"documented from {first.release} on; it is {version.release}")
    return Capability(has=True, reason=f"documented from {first.release} on")


def _ha_groups(dialect: Dialect, version: Version) -> Capability:
    first = dialect.groups_from
    if version.older_than(first):
        return Capability(has=False, reason=f"documented from {first.release} on; it is {version.release}")
    return Capability(has=True, reason=f"documented from {first.release} on; it takes an Enterprise licence")


def _snapshots(facts: ManagerFacts) -> Capability:
    if facts.manager.kind is ManagerKind.CLOUD_MANAGER:
        return Capability(has=None, reason="no public HCX call; the provider's run commands may, through Azure")
    return Capability(has=False, reason="no public HCX call; its vCenter has them")
