"""What a check of one subject has to look at: the pairing group of that one, found while it is being looked at.

Azure and `fleet.yaml` say which managers there are, and only the managers say how they are paired. So the group grows
from the subject: what was just observed counts, and where that says nothing yet, what an earlier run kept. Where the
group may be larger than anybody knows, whoever nobody knows is asked as well: a manager too many costs a visit, one too
few an answer that is wrong.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from shared.model.facts import FleetFacts, ManagerFacts, Pairing
from shared.model.inventory import Inventory, Manager, ManagerKind
from shared.model.plan import Plan
from shared.model.record import record
from shared.rules.baseline import part_of
from shared.rules.cloud_ids import CloudUnknownError, cloud_named
from shared.rules.grouping import connected, pairings
from shared.rules.meshes import ends_seen, meshes_seen
from shared.rules.planning.admission import managers_of


@record
class Sight:
    """What is known of who belongs together."""

    inventory: Inventory
    seen: FleetFacts
    """Observed by this run."""
    kept: FleetFacts
    """Kept by an earlier one."""

    @property
    def facts(self) -> FleetFacts:
        """The newest of every manager: what was not read now is known from before."""
        known = {one.manager.id: one for one in self.kept.managers}
        now = {one.manager.id: one for one in self.seen.managers if one.identity or one.manager.id not in known}
        there = {one.id for one in self.inventory.managers}
        return FleetFacts(managers=tuple(one for name, one in (known | now).items() if name in there))


def still_to_observe(subject: str, sight: Sight, asked: Collection[str]) -> tuple[str, ...]:
    """Ids of the managers that a check of `subject` still has to observe, beside those that were `asked`.

    None when all of its group were. Where nothing known is called so, everybody: it may be a mesh.

    Raises:
        CloudAmbiguousError: several private clouds are called so.
    """
    everybody = tuple(one.id for one in sight.inventory.managers)
    begin = _meant(subject, sight)
    group = _group(begin, _clouds(subject, sight.inventory), sight) if begin else frozenset(everybody)
    return tuple(one for one in everybody if one in group and one not in asked)


def within(inventory: Inventory, seen: FleetFacts, subject: str) -> Inventory:
    """The part of an inventory that a check of one subject looked at, with the subject itself where nobody can look."""
    names = {one.manager.id for one in seen.managers} | _clouds(subject, inventory)
    return replace(
        inventory,
        private_clouds=tuple(one for one in inventory.private_clouds if one.id in names),
        managers=tuple(one for one in inventory.managers if one.id in names or one.id == subject),
    )


def known_subject(subject: str, inventory: Inventory, facts: FleetFacts) -> bool:
    """Whether a private cloud, connector or mesh is called so."""
    return bool(_meant(subject, Sight(inventory=inventory, seen=facts, kept=FleetFacts(managers=()))))


def of_group(plan: Plan, looked_at: Inventory) -> Plan:
    """The part of a plan of the whole fleet that concerns a pairing group. The hash stays to be made."""
    names = {*(one.id for one in looked_at.private_clouds), *(one.id for one in looked_at.managers)}
    groups = tuple(one for one in plan.groups if any(set(managers_of(task)) & names for task in one.tasks))
    tasks = {task.id for group in groups for task in group.tasks}
    members = tuple(one.resource_id for one in looked_at.private_clouds)
    clouds = {one.id for one in looked_at.private_clouds}
    rest = tuple(one for one in plan.rest if one.subject in names or set(one.clouds) & clouds)
    subjects = {*names, *(one.subject for one in rest), *(task.subject for one in groups for task in one.tasks)}
    return replace(
        plan,
        private_clouds=tuple(one for one in plan.private_clouds if one in clouds),
        waves=tuple(
            replace(
                wave,
                tasks=tuple(one for one in wave.tasks if one in tasks),
                clouds=tuple(one for one in wave.clouds if one in clouds),
            )
            for wave in plan.waves
            if set(wave.tasks) & tasks
        ),
        groups=groups,
        rest=rest,
        baseline=part_of(plan.baseline, names, members),
        findings=tuple(one for one in plan.findings if one.subject in subjects),
        schedule=replace(
            plan.schedule,
            tasks=tuple(one for one in plan.schedule.tasks if one.task in tasks),
            due=tuple(one for one in plan.schedule.due if one.task in tasks),
        ),
    )


# --- where the group begins -------------------------------------------------------------------------------------------


def _meant(subject: str, sight: Sight) -> frozenset[str]:
    """Ids of the managers at which the subject is; none where nobody knows of it."""
    clouds = _clouds(subject, sight.inventory)
    managers = {one.id for one in sight.inventory.managers if one.id == subject or one.id in clouds}
    return frozenset(managers | clouds | set(_ends(subject, sight.facts)))


def _clouds(subject: str, inventory: Inventory) -> set[str]:
    try:
        return {cloud_named(subject, inventory.private_clouds)}
    except CloudUnknownError:
        return set()


def _ends(subject: str, facts: FleetFacts) -> Iterator[str]:
    for mesh, reporter in meshes_seen(facts):
        if subject in {mesh.id, mesh.name}:
            yield from (one.manager.id for one in (reporter, *ends_seen(mesh, facts)))


# --- how far it reaches -----------------------------------------------------------------------------------------------


def _group(begin: Collection[str], clouds: Collection[str], sight: Sight) -> frozenset[str]:
    facts = sight.facts
    edges: dict[str, list[str]] = {name: [] for name in (*begin, *(one.manager.id for one in facts.managers))}
    lost: set[str] = set()
    for one in facts.managers:
        for pairing in pairings(one):
            other = _other_end(pairing, facts, sight.inventory.managers)
            if other:
                edges[one.manager.id].append(other)
            else:
                lost.add(one.manager.id)
    found = frozenset(name for group in connected(edges) if set(group) & set(begin) for name in group)
    larger = found & lost or any(_lists_none(facts.of(name)) for name in clouds)
    return found | frozenset(_strangers(sight, facts) if larger else ())


def _other_end(pairing: Pairing, facts: FleetFacts, managers: Iterable[Manager]) -> str | None:
    """By the system's own id; where that one was never read, by where it answers, which is only a reason to look."""
    known = facts.by_system_id(pairing.remote_system_id)
    if known is not None:
        return known.manager.id
    host = (urlsplit(pairing.remote_url).hostname or "").casefold()
    return next((one.id for one in managers if host and host in _places(one)), None)


def _places(manager: Manager) -> set[str]:
    return {place.casefold() for place in (manager.endpoint.host, manager.endpoint.address) if place}


def _lists_none(one: ManagerFacts | None) -> bool:
    """Whether its connectors have to be asked who they are: the end that a pairing was not made from may list none."""
    return (
        one is not None
        and one.manager.kind is ManagerKind.CLOUD_MANAGER
        and one.identity is not None
        and not pairings(one)
    )


def _strangers(sight: Sight, facts: FleetFacts) -> Iterator[str]:
    """Managers of which nobody knows how they are paired."""
    for manager in sight.inventory.managers:
        one = facts.of(manager.id)
        if one is None or one.pairings is None:
            yield manager.id
