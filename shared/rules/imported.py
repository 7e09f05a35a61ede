"""What imported facts say of a manager now: the same records as an observation, with their own age."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.collected import Imported
from shared.model.facts import Appliance, FleetFacts, Gap, GapReason, ManagerFacts, NetworkExtension, Seen
from shared.model.inventory import Manager
from shared.rules.freshness import ALIVE, APPLIANCES, EXTENSIONS, SERVICES, TUNNELS, UPGRADE, VERSION, Aspect


def how_to_collect(site: str) -> str:
    """What a person does so that facts of a site are there."""
    return (
        f"on a jump host of the site: hcx-fleet collect --site {site} --out FILE, or the collector file of "
        "docs/collector.md; then here: hcx-fleet import facts FILE"
    )


def facts_by_import(manager: Manager, imported: Imported | None, now: datetime) -> ManagerFacts:
    """The facts of a manager that nobody here can call: those imported last, or a gap that says what to do."""
    if imported is None:
        return _without(manager, GapReason.NOT_IMPORTED, "no facts of it were imported", now)
    if imported.doubt:
        return _without(manager, GapReason.OTHER_SYSTEM, imported.doubt, now)
    return replace(imported.facts, manager=manager)


def _without(manager: Manager, reason: GapReason, detail: str, now: datetime) -> ManagerFacts:
    remedy = accept_identity(manager.id) if reason is GapReason.OTHER_SYSTEM else how_to_collect(manager.site)
    gap = Gap(section="manager", reason=reason, detail=detail, remedy=remedy, at=now)
    return ManagerFacts(manager=manager, observed_at=now, gaps=(gap,))


def accept_identity(manager: str) -> str:
    """What a person does about a manager that answers as another system."""
    return (
        f"see at the site whether {manager} was deployed anew; if so: "
        f"hcx-fleet import facts FILE --accept-identity {manager}; if not, mend its endpoint in fleet.yaml"
    )


def manager_seen(facts: ManagerFacts, now: datetime) -> ManagerSeen:
    """A short look by imported facts: what is too old was not seen."""
    identity, services = _fresh(facts, VERSION, now), _fresh(facts, SERVICES, now)
    upgrade, alive = _fresh(facts, UPGRADE, now), _fresh(facts, ALIVE, now)
    return ManagerSeen(
        at=facts.observed_at,
        alive=identity is not None if alive is None else alive,
        version=identity.version if identity else None,
        system_id=identity.system_id if identity else None,
        services=services,
        upgrade=upgrade.job if upgrade else None,
        staged=upgrade.staged if upgrade else None,
        gap=_why(facts, (VERSION, SERVICES), now),
        plugins=facts.vsphere.plugins if facts.vsphere else None,
    )


def appliance_seen(facts: ManagerFacts, others: FleetFacts, appliance: str, now: datetime) -> ApplianceSeen:
    """A short look at an appliance by imported facts; its peers as their own managers report them."""
    own = next((one for one in _fresh(facts, APPLIANCES, now) or () if one.id == appliance), None)
    if own is None:
        return ApplianceSeen(at=facts.observed_at, gap=_why(facts, (APPLIANCES,), now))
    reporting = [one for one in others.managers if one.manager.id != facts.manager.id]
    tunnel = own.tunnel if _fresh(facts, TUNNELS, now) else None
    return ApplianceSeen(
        at=facts.observed_at,
        version=own.version,
        peer_versions=tuple(one.version for one in _peers(own, reporting, APPLIANCES, now)),
        tunnel=tunnel,
        peer_tunnels=tuple(one.tunnel for one in _peers(own, reporting, TUNNELS, now)) if tunnel else (),
        gap=_why(facts, (TUNNELS,), now),
        extensions=_extensions(facts, appliance, now),
    )


def _extensions(facts: ManagerFacts, appliance: str, now: datetime) -> tuple[NetworkExtension, ...] | Gap | None:
    listed = _fresh(facts, EXTENSIONS, now)
    if listed is None:
        return _why(facts, (EXTENSIONS,), now)
    return tuple(one for one in listed if one.appliance_id == appliance)


def _peers(
    own: Appliance, reporting: Iterable[ManagerFacts], aspect: Aspect[tuple[Appliance, ...]], now: datetime
) -> list[Appliance]:
    listed = (one for facts in reporting for one in _fresh(facts, aspect, now) or ())
    return [one for one in listed if one.id in own.peers]


def _fresh[T](facts: ManagerFacts, aspect: Aspect[T], now: datetime) -> T | None:
    seen = aspect.read(facts)
    return seen.value if seen is not None and aspect.life.covers(seen.at, now) else None


def _why(facts: ManagerFacts, aspects: tuple[Aspect[Any], ...], now: datetime) -> Gap | None:
    """Why one of these is missing: a gap of its own, or its age."""
    for aspect in aspects:
        seen = aspect.read(facts)
        if seen is None:
            return facts.gap(aspect.section)
        if not aspect.life.covers(seen.at, now):
            detail = f"its {aspect.name} were collected at {seen.at:%Y-%m-%d %H:%M} UTC, which is too long ago"
            remedy = how_to_collect(facts.manager.site)
            return Gap(section=aspect.section, reason=GapReason.NOT_IMPORTED, detail=detail, remedy=remedy, at=now)
    return None


def moved(facts: ManagerFacts, by: timedelta) -> ManagerFacts:
    """Facts whose observations were made so much earlier. What a manager says of times is its own and stays."""
    seen: dict[str, Any] = {name: replace(value, at=value.at - by) for name, value in _sections(facts).items()}
    vsphere = facts.vsphere and replace(facts.vsphere, observed_at=facts.vsphere.observed_at - by)
    gaps = tuple(replace(one, at=one.at - by) for one in facts.gaps)
    return replace(facts, observed_at=facts.observed_at - by, vsphere=vsphere, gaps=gaps, **seen)


def observed_times(facts: ManagerFacts) -> tuple[datetime, ...]:
    """Every time at which something of these facts was observed."""
    seen = (one.at for one in _sections(facts).values())
    vsphere = [facts.vsphere.observed_at] if facts.vsphere else []
    return (facts.observed_at, *seen, *vsphere, *(one.at for one in facts.gaps))


def _sections(facts: ManagerFacts) -> dict[str, Seen[Any]]:
    """What was observed of a manager, by its field; each has a time of its own."""
    values = ((field.name, getattr(facts, field.name)) for field in fields(facts))
    return {name: value for name, value in values if isinstance(value, Seen)}
