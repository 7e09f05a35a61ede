"""Whether an appliance can still be upgraded as it was planned, by what both sides of its mesh say right before it.

A plan may be weeks old when its last appliance comes: addresses are taken meanwhile, groups are made, networks are
extended. What does not hold any more passes over that one appliance, with what somebody has to do. Nothing is chosen
anew here, however well another mode would fit: whoever let the plan go did so by its modes and its outages.

In service needs every prerequisite known to be true, now as in the plan. Of the two other modes only what speaks
against them counts: what was not known when the plan was made may stay so. Where the two sides contradict each other,
nobody knows what would happen, and nothing holds.
"""

from collections.abc import Callable, Iterator, Mapping

from shared.model.facts import Appliance, ApplianceKind, FleetFacts, GapReason, HaGroup, ManagerFacts
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.orders import Beside, ModeNow
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.record import record
from shared.model.version import Version
from shared.rules.ne_mode import Lack, Situation, lacks
from shared.rules.planning.mesh_ends import standing

GONE = "appliance-gone"
DISAGREE = "sides-disagree"
NETWORKS = "networks-changed"
MODE = "mode-changed"
UNREAD = "mode-not-known"

PLAN_AGAIN = "plan again, and approve what that comes to"
LOOK = "a person at both sites: look at the mesh in the HCX plug-in, let it be resynchronised, then plan again"


@record
class PassedOver:
    """Why an appliance is left as it is."""

    reason: str
    """Stable code."""
    detail: str
    """In a sentence without its stop."""
    remedy: str


# --- the mode ---------------------------------------------------------------------------------------------------------


def holds(planned: ModeChoice, situation: Situation) -> Lack | None:
    """What keeps the planned mode from being carried out now; None where it holds."""
    return _AGAINST[planned.mode](situation)


def _against_in_service(one: Situation) -> Lack | None:
    if one.in_group:
        return Lack(text="it is in a high availability group, which cannot go in service", fix=PLAN_AGAIN)
    missing = lacks(one)
    text, fix = ("; ".join(dict.fromkeys(words)) for words in ([m.text for m in missing], [m.fix for m in missing]))
    return _ephemeral(one) or (Lack(text=text, fix=f"{fix}; then retry, or plan again") if missing else None)


def _against_standard(one: Situation) -> Lack | None:
    if one.kind is ApplianceKind.INTERCONNECT:  # carries no networks, and is in no group
        return None
    if one.in_group:
        return Lack(text="it is in a high availability group now, whose members go together", fix=PLAN_AGAIN)
    if one.too_long:
        return Lack(text=one.too_long, fix=f"plan again, or {RAISE}")
    return _ephemeral(one)


RAISE = "raise the outage limit of the network in fleet.yaml, where its owner agrees"


def _against_group(one: Situation) -> Lack | None:
    if one.in_group is None:
        return Lack(
            text="whether it is in a high availability group is not known",
            fix="let hcx-fleet read the groups, then retry",
        )
    if not one.in_group:
        return Lack(text="it is in no high availability group any more", fix=PLAN_AGAIN)
    return _ephemeral(one)


def _ephemeral(one: Situation) -> Lack | None:
    if one.ephemeral is not True:
        return None
    text = "a port group of its networks binds ephemerally, on which every upgrade fails"
    return Lack(text=text, fix="give every extended port group static binding, then plan again")


def _nothing(_: Situation) -> Lack | None:
    return None


def _never(_: Situation) -> Lack | None:
    return Lack(text="the plan has no mode for it", fix=PLAN_AGAIN)


_AGAINST: Mapping[ApplianceMode, Callable[[Situation], Lack | None]] = {
    ApplianceMode.IN_SERVICE: _against_in_service,
    ApplianceMode.STANDARD: _against_standard,
    ApplianceMode.HA_GROUP: _against_group,
    ApplianceMode.REDEPLOY: _nothing,
    ApplianceMode.NONE: _never,
}


# --- both sides -------------------------------------------------------------------------------------------------------


@record
class Sides:
    """What both managers of a mesh say of its appliances, each of those on its own side."""

    here: Mapping[str, Appliance]
    """The initiator's, by id."""
    there: Mapping[str, Appliance]
    groups_here: tuple[HaGroup, ...] | None
    """None where groups were not observed."""
    groups_there: tuple[HaGroup, ...] | None


def sides_of(mesh: str, here: ManagerFacts, there: ManagerFacts) -> Sides:
    """The two sides of a mesh, from the facts of its managers."""
    stand = standing(FleetFacts(managers=(here, there)))
    own, across = ({each.id: each for each in stand.get((one.manager.id, mesh), ())} for one in (here, there))
    return Sides(here=own, there=across, groups_here=_groups(mesh, here), groups_there=_groups(mesh, there))


def _groups(mesh: str, facts: ManagerFacts) -> tuple[HaGroup, ...] | None:
    return tuple(one for one in facts.ha_groups.value if one.mesh_id == mesh) if facts.ha_groups else None


NEEDED = ("appliances",)
AT_INITIATOR = ("extensions", "ha_groups")
IN_SERVICE = ("address_pools",)
PASSING = frozenset({GapReason.NOT_YET, GapReason.UNREACHABLE})
"""Gaps that close by themselves, so that it is worth to look once more."""


def unread(item: ApplianceUpgrade, here: ManagerFacts, there: ManagerFacts) -> str:
    """What could not be read just now, and may be in a moment; empty where it is no use to look again."""
    extension = item.kind is ApplianceKind.NETWORK_EXTENSION
    pools = IN_SERVICE if item.mode.mode is ApplianceMode.IN_SERVICE else ()
    wanted = (
        (here, (*NEEDED, *(AT_INITIATOR if extension else ()), *pools)),
        (there, (*NEEDED, *pools)),
    )
    return "; ".join(told for facts, sections in wanted for told in _unread(facts, sections))


def _unread(facts: ManagerFacts, sections: tuple[str, ...]) -> Iterator[str]:
    for section in sections:
        gap = facts.gap(section) if getattr(facts, section) is None else None
        if gap is not None and gap.reason in PASSING:
            yield f"{facts.manager.id}: {section.replace('_', ' ')} could not be read: {gap.detail}"


def not_read(item: ApplianceUpgrade, now: ModeNow) -> PassedOver:
    """Why an appliance is left of which it could not be found out in time."""
    return PassedOver(
        reason=UNREAD,
        detail=f"whether {item.name} can go as it was planned is not known: {now.unread}",
        remedy="a person at both sites: see that its managers answer, then plan again",
    )


# --- all together -----------------------------------------------------------------------------------------------------


def passed_over(
    task: MeshTask, item: ApplianceUpgrade, sides: Sides, situation: Callable[[Appliance], Situation]
) -> PassedOver | None:
    """Why an appliance cannot be upgraded as it was planned; None where it can, or where it has been already.

    Args:
        task: as it was planned.
        item: the appliance.
        sides: what both managers say of the mesh now.
        situation: what decides the mode of an appliance, as it is now.
    """
    own = sides.here.get(item.appliance_id)
    if own is None:
        return _gone(task, item.name)
    if _at(task.target, (own, *_peers(own, sides))):
        return None
    group = [sides.here[one] for one in (item.appliance_id, *item.together) if one in sides.here]
    if len(group) <= len(item.together):
        return _gone(task, f"a member of the group of {item.name}")
    apart = next(_disagreements(task, own, group, sides), "")
    if apart:
        return PassedOver(reason=DISAGREE, detail=f"{item.name}: {apart}", remedy=LOOK)
    return _other_networks(item, group) or _other_mode(item, situation(own))


def crowded_out(item: ApplianceUpgrade, beside: Beside, spare: int | None) -> PassedOver | None:
    """Why an appliance cannot go in service beside those of its round that do; None where it can.

    What the others take may show in what is spare now, or not yet. So what there was before any of them began counts as
    well, less one for each; the smaller number is what is left.

    Args:
        item: the appliance.
        beside: what goes in service already.
        spare: for how many there are addresses and room now; None where neither was counted.
    """
    if item.mode.mode is not ApplianceMode.IN_SERVICE or not beside.in_service or spare is None:
        return None
    before = spare if beside.spare is None else beside.spare
    if min(spare, before - beside.in_service) > 0:
        return None
    return PassedOver(
        reason=MODE,
        detail=f"{item.name} was planned in service, and those that go beside it take the last spare addresses",
        remedy="give the network profiles of both sides as many spare addresses as appliances go at once, then retry, "
        "or lower networkExtension.together and plan again",
    )


def _gone(task: MeshTask, name: str) -> PassedOver:
    return PassedOver(
        reason=GONE,
        detail=f"{name} is not among the appliances that {task.initiator} lists for {task.name}",
        remedy="a person at the source site: look at the mesh in the HCX plug-in, then plan again",
    )


def _peers(own: Appliance, sides: Sides) -> list[Appliance]:
    return [sides.there[one] for one in own.peers if one in sides.there]


def _at(target: Version, appliances: tuple[Appliance, ...]) -> bool:
    return all(one.version.known and not one.version.older_than(target) for one in appliances)


def _disagreements(task: MeshTask, own: Appliance, group: list[Appliance], sides: Sides) -> Iterator[str]:
    peers = [peer for one in group for peer in one.peers]
    unlisted = [one for one in peers if one not in sides.there]
    if sides.there and unlisted:
        yield f"{task.initiator} names {', '.join(unlisted)} as its peer, and {task.receiver} does not list it"
    if sides.groups_here is not None and sides.groups_there is not None:
        one, other = _grouped(sides.groups_here, (own.id,)), _grouped(sides.groups_there, own.peers)
        if one is not other:
            yield f"{_says(task.initiator, grouped=one)} and {_says(task.receiver, grouped=other)}"
    counts = [
        sum(each.extension_count for each in side)
        for side in (group, [sides.there[p] for p in peers if p in sides.there])
    ]
    if peers and not unlisted and counts[0] != counts[1]:
        here, there = map(_networks, counts)
        yield f"{task.initiator} counts {here} on it, and {task.receiver} {there} on its peer"


def _grouped(groups: tuple[HaGroup, ...], names: tuple[str, ...]) -> bool:
    return any(name in group.members for group in groups for name in names)


def _says(manager: str, *, grouped: bool) -> str:
    return f"{manager} lists it in {'a' if grouped else 'no'} high availability group"


def _networks(count: int) -> str:
    return f"{count or 'no'} extended network{'' if count == 1 else 's'}"


def _other_networks(item: ApplianceUpgrade, group: list[Appliance]) -> PassedOver | None:
    count = sum(one.extension_count for one in group)
    if count == item.networks:
        return None
    return PassedOver(
        reason=NETWORKS,
        detail=carries(item.name, count, item.networks),
        remedy=f"{PLAN_AGAIN}: what is at risk, its limits and the order of appliances are others now",
    )


def carries(appliance: str, now: int, planned: int) -> str:
    """That an appliance carries another number of networks than planned."""
    return f"{appliance} carries {_networks(now)} now, and {_networks(planned)} when it was planned"


def _other_mode(item: ApplianceUpgrade, now: Situation) -> PassedOver | None:
    lack = holds(item.mode, now)
    if lack is None:
        return None
    return PassedOver(
        reason=MODE,
        detail=f"{item.name} was planned {_MODE[item.mode.mode]}, and {lack.text}",
        remedy=lack.fix,
    )


_MODE = {
    ApplianceMode.IN_SERVICE: "in service",
    ApplianceMode.STANDARD: "as standard",
    ApplianceMode.HA_GROUP: "as a high availability group",
    ApplianceMode.REDEPLOY: "to be redeployed",
    ApplianceMode.NONE: "in no mode",
}
