"""What proves a step of a revert: fresh observation, and a person's word only where no observation could show it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from shared.model.facts import Appliance, FleetFacts, Health, JobState, ManagerFacts, Mesh
from shared.model.plan import SubjectKind
from shared.model.revert import ManagerBack, MeshBack, RevertPlan, RevertSeen, RevertStep, RevertStepKind
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import WaitingFor
from shared.rules.meshes import meshes_seen
from shared.rules.planning.mesh_ends import UPGRADE_ORDER
from shared.rules.reverting.ways import answers_as


def judged(step: RevertStep, plan: RevertPlan, facts: FleetFacts, told: Sequence[JournalEntry]) -> RevertSeen:
    """The answer to one look.

    Args:
        step: the step.
        plan: its plan.
        facts: what was observed of the managers that the step is about.
        told: the journal entries of this step.
    """
    word = _word(told)
    match step.kind:
        case RevertStepKind.OPEN_CASE:
            return _case(word)
        case RevertStepKind.REVERT_MANAGER:
            return _manager(plan.manager(step.subject), facts.of(step.subject), step, word)
        case RevertStepKind.PAIRS:
            return _all_well(_pairs_down(step.observes, facts), "every site pairing is up", word)
        case RevertStepKind.RESYNC_MESH | RevertStepKind.REDEPLOY_MESH:
            return _mesh(_of(plan, step.subject), facts, word)
        case RevertStepKind.HAND_OVER:
            return _all_well(_unsettled(plan, step.observes, facts), "everything is as it should be", word)


def _word(told: Iterable[JournalEntry]) -> str:
    """What somebody reported last; empty where nobody did."""
    said = [one.text for one in told if one.kind is JournalKind.REPORTED]
    return said[-1] if said else ""


def _case(word: str) -> RevertSeen:
    if word:
        return RevertSeen(done=True, detail=f"{word}; that is their word, and nothing here could observe it")
    return RevertSeen(done=False, detail="nobody has reported it as done")


def _not_yet(detail: str, word: str, waiting_for: WaitingFor = WaitingFor.PERSON) -> RevertSeen:
    if word:
        return RevertSeen(done=False, detail=f"{word}, but {detail}", waiting_for=WaitingFor.REPORT_NOT_OBSERVED)
    return RevertSeen(done=False, detail=detail, waiting_for=waiting_for)


def _all_well(wrong: Iterable[str], well: str, word: str) -> RevertSeen:
    found = list(wrong)
    return _not_yet("; ".join(found), word) if found else RevertSeen(done=True, detail=well)


# --- a manager --------------------------------------------------------------------------------------------------------


def _manager(way: ManagerBack, seen: ManagerFacts | None, step: RevertStep, word: str) -> RevertSeen:
    who = WaitingFor.PROVIDER if step.subject_kind is SubjectKind.PRIVATE_CLOUD else WaitingFor.PERSON
    if seen is None or seen.identity is None:
        gap = seen.gap("identity") if seen else None
        silent = _not_yet(f"it does not answer{f': {gap.detail}' if gap else ''}", word, who)
        return replace(silent, silent=True, begun=bool(word))
    if seen.identity.value.system_id != way.system_id:
        return RevertSeen(
            done=False,
            detail=f"another system answers at its place: {seen.identity.value.system_id}, not {way.system_id}",
            stop="other-system",
            remedy=f"{step.who}: a new machine is no revert; find the one that its snapshot belongs to",
        )
    version = seen.identity.value.version
    if not answers_as(seen, way.back_to):
        return _not_yet(f"it answers as {version}, {way.back_to.release} is wanted", word, who)
    well = _all_well(_services_down(seen), f"it answers as {version}, as the same system", word)
    return replace(well, begun=True)


def _services_down(seen: ManagerFacts) -> Iterator[str]:
    """Where services are not ours to see, that the manager tells its pairings and meshes has to be enough."""
    down = [one.name for one in (seen.services.value if seen.services else ()) if not one.running]
    if down:
        yield f"services of {seen.manager.id} not running: {', '.join(down)}"


# --- pairings ---------------------------------------------------------------------------------------------------------


def _pairs_down(managers: Iterable[str], facts: FleetFacts) -> Iterator[str]:
    """What is wrong with the pairings among these managers, or is not known."""
    for name in managers:
        seen = facts.of(name)
        if seen is None or seen.pairings is None:
            gap = seen.gap("pairings") if seen else None
            yield f"the pairings of {name} cannot be read{f': {gap.detail}' if gap else ''}"
            continue
        yield from (
            f"{name} says that its pairing with {one.remote_name} is {one.status.text}"
            for one in seen.pairings.value
            if one.status.health is not Health.UP
        )


# --- meshes -----------------------------------------------------------------------------------------------------------


def _of(plan: RevertPlan, mesh: str) -> MeshBack:
    return next(one for one in plan.meshes if one.mesh == mesh)


def _mesh(back: MeshBack, facts: FleetFacts, word: str) -> RevertSeen:
    found = next(((mesh, seen) for mesh, seen in meshes_seen(facts) if mesh.id == back.mesh), None)
    if found is None:
        return _not_yet(f"nobody shows {back.name}", word)
    mesh, _ = found
    wrong = [*_mesh_state(mesh), *_appliances(back, facts, versions=bool(back.upgraded))]
    if wrong:
        return _not_yet("; ".join(wrong), word)
    if back.upgraded:
        return RevertSeen(done=True, detail="every appliance has its own manager's version, with its tunnel up")
    return _resynced(mesh, word)


def _mesh_state(mesh: Mesh) -> Iterator[str]:
    if mesh.state.health is not Health.UP:
        yield f"{mesh.name} is {mesh.state.text}"
    if mesh.in_sync is False:
        yield f"{mesh.name} asks for a resync"


def _resynced(mesh: Mesh, word: str) -> RevertSeen:
    """A good state alone may be the one of before: the mesh has to say that it is in sync, or to show its resync."""
    job = mesh.last_job
    if mesh.in_sync:
        return RevertSeen(done=True, detail=f"{mesh.name} is {mesh.state.text}, and in sync")
    if job is not None and "resync" in job.type.lower() and job.state is JobState.SUCCEEDED:
        return RevertSeen(done=True, detail=f"{mesh.name} is {mesh.state.text}, and its resync ended well")
    if word:
        return RevertSeen(
            done=True, detail=f"inconclusive: {word}; {mesh.name} is {mesh.state.text}, and shows no resync"
        )
    return RevertSeen(done=False, detail=f"{mesh.name} is {mesh.state.text}, and shows no resync")


def _appliances(back: MeshBack, facts: FleetFacts, *, versions: bool) -> Iterator[str]:
    """What is wrong with its appliances, each judged beside the manager of its own side."""
    for name in back.ends:
        seen = facts.of(name)
        if seen is None or seen.appliances is None:
            yield f"the appliances of {back.name} at {name} cannot be read"
            continue
        for one in seen.appliances.value:
            if one.mesh_id == back.mesh and one.kind in UPGRADE_ORDER:
                yield from _appliance(one, facts.by_system_id(one.system_id) or seen, versions=versions)


def _appliance(one: Appliance, manager: ManagerFacts, *, versions: bool) -> Iterator[str]:
    if versions and not _same(one, manager):
        yield f"{one.name} is {one.version}, and its manager {manager.version}"
    if one.tunnel.health is not Health.UP:
        yield f"the tunnel of {one.name} is {one.tunnel.text}"


def _same(one: Appliance, manager: ManagerFacts) -> bool:
    return one.version.known and answers_as(manager, one.version)


# --- all of it --------------------------------------------------------------------------------------------------------


def _unsettled(plan: RevertPlan, managers: Sequence[str], facts: FleetFacts) -> Iterator[str]:
    for way in (one for one in plan.managers if one.revertible):
        seen = facts.of(way.manager)
        if not answers_as(seen, way.back_to):
            version = seen.version if seen else None
            yield f"{way.manager} is {version or 'not to be read'}, {way.back_to.release} is wanted"
    for name in managers:
        seen = facts.of(name)
        yield from _services_down(seen) if seen else ()
    yield from _pairs_down(managers, facts)
    shown = {mesh.id: mesh for mesh, _ in meshes_seen(facts)}
    for back in plan.meshes:
        yield from _mesh_state(shown[back.mesh]) if back.mesh in shown else (f"nobody shows {back.name}",)
        yield from _appliances(back, facts, versions=bool(back.upgraded))
