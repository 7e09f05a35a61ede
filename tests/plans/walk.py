"""Carries a plan out in the mind, one change after the other, in whatever order its own words allow.

It knows a plan's records and nothing of how they were made: what a task waits for is `depends_on` and `requires`, and
what a change does is set a version. So it finds out whether some order leads into a state that no rule allows.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.model.facts import ApplianceKind, FleetFacts, ManagerFacts
from shared.model.plan import ManagerTask, MeshTask, Plan, Requirement, Task
from shared.model.version import Version
from shared.rules.catalogue.records import Skew

UPGRADED = frozenset({ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION})
"""Appliances that an upgrade of a mesh reaches; others are removed or redeployed by people."""

type Distance = tuple[bool, int]
"""How far a combination is from what a rule allows: whether majors differ, which nothing mends, and minor releases
beyond the limit. (False, 0) satisfies the rule; a greater value is further from it."""

SATISFIED: Distance = (False, 0)


@dataclass(frozen=True)
class Change:
    """One change that a task makes: a hop of a manager, or the upgrade of a mesh."""

    task: Task
    subject: str
    target: Version
    last: bool
    """Whether its task is done with it."""


class World:
    """Versions of everything, and which tasks are done."""

    def __init__(self, facts: FleetFacts, plan: Plan, skew: Skew) -> None:
        self._skew = skew
        self._pending = {task.id: list(_changes(task)) for task in plan.tasks}
        self._done: set[str] = set()
        self.managers = {one.manager.id: one.version for one in facts.managers if one.version and one.version.known}
        self.meshes = dict(_mesh_versions(facts))
        self.pairs = frozenset(_pairs(facts, self.managers))
        self.ends = {mesh: ends for mesh, ends in _mesh_ends(facts) if ends <= self.managers.keys()}

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return not any(self._pending.values())

    def open_changes(self) -> tuple[Change, ...]:
        """Changes that may be made now, sorted."""
        first = (pending[0] for _, pending in sorted(self._pending.items()) if pending)
        return tuple(one for one in first if self._may(one))

    def make(self, change: Change) -> None:
        """Make one change."""
        self._pending[change.task.id].pop(0)
        if change.last:
            self._done.add(change.task.id)
        if isinstance(change.task, ManagerTask):
            self.managers[change.subject] = change.target
        else:
            self.meshes[change.subject] = change.target

    def distances(self) -> dict[tuple[str, ...], Distance]:
        """How far every pair and every mesh is from what is allowed, by what it is about."""
        found: dict[tuple[str, ...], Distance] = {
            ("mesh", mesh): self._behind(mesh) for mesh in self.ends if mesh in self.meshes
        }
        for a, b in self.pairs:
            found["pair", a, b] = self._apart(self.managers[a], self.managers[b])
        return found

    def parties(self, key: tuple[str, ...]) -> frozenset[str]:
        """Everything that one of the distances is between: two managers, or a mesh and its two managers."""
        return frozenset(key[1:]) if key[0] == "pair" else self.ends[key[1]] | {key[1]}

    def _may(self, change: Change) -> bool:
        begun = len(self._pending[change.task.id]) < len(tuple(_changes(change.task)))
        return (begun or self._done >= set(change.task.depends_on)) and all(map(self._met, _required(change)))

    def _met(self, wanted: Requirement) -> bool:
        known = self.managers if wanted.kind == "manager" else self.meshes
        found = known.get(wanted.subject)
        return found is not None and not found.older_than(wanted.version)

    def _apart(self, a: Version, b: Version) -> Distance:
        if a.major != b.major:
            return (True, 0)
        return (False, max(0, abs(a.minor - b.minor) - self._skew.managers.minors))

    def _behind(self, mesh: str) -> Distance:
        newest = max((self.managers[end] for end in self.ends[mesh]), key=lambda one: one.order)
        appliance = self.meshes[mesh]
        if not appliance.older_than(newest):
            return SATISFIED
        if appliance.major != newest.major:
            return (True, 0)
        return (False, max(0, newest.minor - appliance.minor - self._skew.appliances.minors))


def _changes(task: Task) -> Iterator[Change]:
    if isinstance(task, MeshTask):
        yield Change(task=task, subject=task.subject, target=task.target, last=True)
        return
    for hop in task.hops:
        yield Change(task=task, subject=task.subject, target=hop.target, last=hop is task.hops[-1])


def _required(change: Change) -> tuple[Requirement, ...]:
    if isinstance(change.task, MeshTask):
        return change.task.requires
    return next(hop.requires for hop in change.task.hops if hop.target == change.target)


# --- what was observed ------------------------------------------------------------------------------------------------


def _pairs(facts: FleetFacts, known: dict[str, Version]) -> Iterator[tuple[str, str]]:
    for one in facts.managers:
        for pairing in one.pairings.value if one.pairings else ():
            other = facts.by_system_id(pairing.remote_system_id)
            if other and one.manager.id != other.manager.id and {one.manager.id, other.manager.id} <= known.keys():
                yield min(one.manager.id, other.manager.id), max(one.manager.id, other.manager.id)


def _mesh_ends(facts: FleetFacts) -> Iterator[tuple[str, frozenset[str]]]:
    for mesh in (mesh for one in facts.managers for mesh in (one.meshes.value if one.meshes else ())):
        ends = [facts.by_system_id(end.system_id) for end in mesh.ends]
        found = frozenset(end.manager.id for end in ends if end)
        if len(found) == 2:
            yield mesh.id, found


def _mesh_versions(facts: FleetFacts) -> Iterator[tuple[str, Version]]:
    """The oldest appliance of each mesh at either side, among those that an upgrade reaches."""
    found: dict[str, list[Version]] = {}
    for one in facts.managers:
        for mesh, version in _standing(one):
            found.setdefault(mesh, []).append(version)
    for mesh, versions in found.items():
        if all(version.known for version in versions):
            yield mesh, min(versions, key=lambda version: version.order)


def _standing(facts: ManagerFacts) -> Iterator[tuple[str, Version]]:
    for appliance in facts.appliances.value if facts.appliances else ():
        if appliance.kind in UPGRADED:
            yield appliance.mesh_id, appliance.version
