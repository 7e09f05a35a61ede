"""What a manager was not asked for, because the managers where its meshes begin tell it: read from their facts.

A section is put together only where every one of these managers was read for it, knows the mesh, and leaves no doubt
about what belongs to which mesh. Else it stays a gap that says who is missing, and what is judged by it is unknown.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from shared.model.facts import Gap, GapReason, HcxJob, ManagerFacts, Mesh, NetworkExtension, Seen
from shared.model.record import record


@record
class _Lacking:
    """Why the word of one manager is not enough."""

    why: str


def beginnings(mesh: Mesh) -> frozenset[str]:
    """System ids of the managers where a mesh begins: one, or none where nobody says."""
    return frozenset(end.system_id for end in mesh.ends if end.initiator)


def told_of(facts: ManagerFacts) -> frozenset[str]:
    """Ids of the meshes that begin at this manager, where it was read for all that it tells of them."""
    read = facts.appliances and facts.extensions and facts.jobs
    if not read or facts.identity is None or facts.meshes is None:
        return frozenset()
    own = facts.identity.value.system_id
    return frozenset(mesh.id for mesh in facts.meshes.value if own in beginnings(mesh))


def completed(managers: Iterable[ManagerFacts]) -> tuple[ManagerFacts, ...]:
    """The same managers in the same order, with extensions and jobs as the managers where their meshes begin tell."""
    listed = tuple(managers)
    # Of two that answer as one system, the first counts, as it does in `FleetFacts`.
    by_system = {one.identity.value.system_id: one for one in reversed(listed) if one.identity}
    return tuple(_completed(one, by_system) for one in listed)


def _completed(facts: ManagerFacts, by_system: Mapping[str, ManagerFacts]) -> ManagerFacts:
    left_out = {gap.section for gap in facts.gaps if gap.reason is GapReason.ELSEWHERE} & {"extensions", "jobs"}
    if not left_out:
        return facts
    extensions = _joined(facts, by_system, _extensions) if "extensions" in left_out else facts.extensions
    jobs = _joined(facts, by_system, _jobs) if "jobs" in left_out else facts.jobs
    gaps = (_still(gap, {"extensions": extensions, "jobs": jobs}) for gap in facts.gaps)
    return replace(
        facts,
        extensions=None if isinstance(extensions, _Lacking) else extensions,
        jobs=None if isinstance(jobs, _Lacking) else jobs,
        gaps=tuple(gap for gap in gaps if gap),
    )


def _still(gap: Gap, found: Mapping[str, object]) -> Gap | None:
    """What is left of a gap: nothing where others closed it; where they did not, it says why."""
    told = found.get(gap.section)
    if gap.reason is not GapReason.ELSEWHERE or gap.section not in found:
        return gap
    return replace(gap, detail=f"{gap.detail}; {told.why}") if isinstance(told, _Lacking) else None


def _joined[T](
    facts: ManagerFacts,
    by_system: Mapping[str, ManagerFacts],
    tell: Callable[[ManagerFacts, frozenset[str]], Seen[tuple[T, ...]] | _Lacking],
) -> Seen[tuple[T, ...]] | _Lacking:
    """The words of all managers where meshes of this one begin, as old as the oldest of them."""
    found: list[Seen[tuple[T, ...]]] = []
    for system, meshes in _by_beginning(facts).items():
        one = by_system.get(system)
        told = tell(one, meshes) if one else _Lacking(why=f"the manager with the id {system} was not read")
        if isinstance(told, _Lacking):
            return told
        found.append(told)
    if not found:
        return _Lacking(why="where its meshes begin was not observed")
    return Seen(value=tuple(value for one in found for value in one.value), at=min(one.at for one in found))


def _by_beginning(facts: ManagerFacts) -> dict[str, frozenset[str]]:
    """Ids of its meshes by where they begin."""
    pairs = [(system, mesh.id) for mesh in (facts.meshes.value if facts.meshes else ()) for system in beginnings(mesh)]
    return {system: frozenset(mesh for begins, mesh in pairs if begins == system) for system, _ in pairs}


def _extensions(one: ManagerFacts, meshes: frozenset[str]) -> Seen[tuple[NetworkExtension, ...]] | _Lacking:
    """Networks of these meshes, by their appliances of either side; one that names none belongs to the only partner."""
    own = _meshes_of(one, meshes)
    if own is None or one.extensions is None or one.appliances is None:
        return _Lacking(why=f"{one.manager.id} was not read for its meshes, appliances and extensions")
    places = {name: each.mesh_id for each in one.appliances.value for name in (each.id, *each.peers)}
    homeless = [ext.network for ext in one.extensions.value if ext.appliance_id not in places]
    if homeless and own != meshes:
        return _Lacking(why=f"{one.manager.id} does not say which mesh carries {', '.join(sorted(homeless)[:3])}")
    fits = (ext for ext in one.extensions.value if places.get(ext.appliance_id or "") in {None, *meshes})
    return Seen(value=tuple(fits), at=one.extensions.at)


def _jobs(one: ManagerFacts, meshes: frozenset[str]) -> Seen[tuple[HcxJob, ...]] | _Lacking:
    """Jobs on these meshes; one that does not say what it is about may be."""
    if _meshes_of(one, meshes) is None or one.jobs is None:
        return _Lacking(why=f"{one.manager.id} was not read for its meshes and jobs")
    return Seen(value=tuple(job for job in one.jobs.value if job.entity_id in {"", *meshes}), at=one.jobs.at)


def _meshes_of(one: ManagerFacts, meshes: frozenset[str]) -> frozenset[str] | None:
    """Ids of every mesh that it lists, None where these are not among them: what it says is no word about them then."""
    listed = frozenset(mesh.id for mesh in one.meshes.value) if one.meshes else frozenset[str]()
    return listed if meshes <= listed else None
