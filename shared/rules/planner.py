"""The planner: facts, policy, catalogue and *now* in; an immutable plan out, with nothing seen left out.

It reads as a plan is made: look at what there is, find the ways of both sides of all pairings together, write the tasks
of managers and then of meshes, name everything that gets no task with its reason, seal it, and say when. Each line is a
file of `shared/rules/planning/`.

**Determinism.** The same inputs give the same bytes, in whatever order their parts come: everything is sorted by id
before it is looked at, and nothing but the inputs is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager, ManagerKind, PrivateCloud, Reach
from shared.model.plan import MeshTask, Plan, Rest, SubjectKind, Task, Unplanned
from shared.rules.planning import findings
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.candidates import Candidates
from shared.rules.planning.inputs import Inputs, PlanContradictionError
from shared.rules.planning.manager_tasks import manager_task
from shared.rules.planning.mesh_ends import ends_of
from shared.rules.planning.mesh_tasks import MeshDesk, clouds_of_mesh
from shared.rules.planning.reasons import UNSEEN, held_back, left_out, subject_kind
from shared.rules.planning.refusals import Refusals
from shared.rules.planning.scene import Scene, look
from shared.rules.planning.sealing import plan_hash, sealed
from shared.rules.planning.timing import schedule
from shared.rules.planning.ways import Moving, Ways, find_ways
from shared.rules.targets import NoTask

type MeshOutcomes = Mapping[str, tuple[MeshTask, ...] | NoTask]
"""What became of each mesh, by its id."""

__all__ = ["Inputs", "PlanContradictionError", "make_plan", "plan_hash"]


UNREAD = {
    Reach.DIRECT: UNSEEN,
    Reach.COLLECTOR: NoTask(
        reason=Unplanned.NOT_OBSERVED,
        detail="its reach is collector, and no facts of it were imported",
        who_can_act="a person at the site: collect its facts",
    ),
    Reach.MANUAL: NoTask(
        reason=Unplanned.NOT_OBSERVED,
        detail="its reach is manual, so nothing can be read of it",
        who_can_act="a person at the site: upgrade it by the procedure, and say how it stands",
    ),
}
"""Why there are no facts of a manager that the inventory knows."""


def make_plan(inputs: Inputs) -> Plan:
    """Plan everything that was observed.

    Raises:
        PlanContradictionError: the policy contradicts itself on this fleet, such as two waves for one private cloud.
    """
    return plan_of(look(inputs))


def plan_of(scene: Scene) -> Plan:
    """The same from what was looked at already.

    Raises:
        PlanContradictionError: as `make_plan`, as far as looking did not raise it.
    """
    desk = CalendarDesk(scene)
    ways, meshes = _settled(scene, desk)
    tasks: list[Task] = []
    rest: list[Rest] = list(_unobserved(scene))
    for facts in scene.managers:
        became = ways.managers[facts.manager.id]
        if isinstance(became, Moving):
            tasks.append(manager_task(scene, ways, became, desk))
        else:
            rest.append(_rest(subject_kind(facts), facts.manager.id, scene.clouds_of(facts), became))
    for mesh, reporter in scene.meshes:
        found = meshes[mesh.id]
        if isinstance(found, NoTask):
            clouds = clouds_of_mesh(reporter, ends_of(scene.facts, mesh))
            rest.append(_rest(SubjectKind.MESH, mesh.id, clouds, found))
        else:
            tasks += found
    plan = sealed(scene, tasks, rest, findings.of_plan(scene, ways))
    plan = replace(plan, schedule=schedule(plan, scene, desk))
    return replace(plan, findings=(*plan.findings, *findings.provider_dates(scene, plan)))


def _settled(scene: Scene, desk: CalendarDesk) -> tuple[Ways, MeshOutcomes]:
    """Ways and meshes that agree with each other.

    Hops may count on a mesh that is upgraded on the way. Whether that can be, for want of a mode or a window, is known
    only once its task is written; then such a mesh stays, and the ways are found once more without it. Each round takes
    out at least one mesh, so it ends.
    """
    refusals, still = Refusals(scene), dict[str, NoTask]()
    candidates = Candidates(scene, desk, refusals)
    while True:
        ways = find_ways(scene, candidates, still)
        meshes = MeshDesk(scene, ways, desk, refusals, still)
        found = {mesh.id: meshes.tasks(mesh, reporter) for mesh, reporter in scene.meshes}
        fresh = {
            name: became
            for name, became in found.items()
            if isinstance(became, NoTask) and name not in still and name in ways.awaited
        }
        if not fresh:
            return ways, found
        still |= fresh


# --- everything that gets no task -------------------------------------------------------------------------------------


def _rest(kind: SubjectKind, subject: str, clouds: tuple[str, ...], why: NoTask) -> Rest:
    return Rest(
        kind=kind, subject=subject, clouds=clouds, reason=why.reason, detail=why.detail, who_can_act=why.who_can_act
    )


def _unobserved(scene: Scene) -> Iterator[Rest]:
    """What the inventory knows and no facts speak of: left out, without HCX, or a manager whose look broke."""
    inventory = scene.inputs.inventory
    observed = {one.manager.id for one in scene.managers}
    managers = {one.id: one for one in inventory.managers if one.id not in observed}
    for manager in managers.values():
        yield _unobserved_manager(scene, manager)
    for cloud in inventory.private_clouds:
        if cloud.id not in observed and cloud.id not in managers:
            yield _rest(SubjectKind.PRIVATE_CLOUD, cloud.id, (cloud.id,), _without_manager(scene, cloud))


def _unobserved_manager(scene: Scene, manager: Manager) -> Rest:
    kind = subject_kind(ManagerFacts(manager=manager, observed_at=scene.inputs.now))
    clouds = (manager.id,) if manager.kind is ManagerKind.CLOUD_MANAGER else ()
    held = scene.held(kind, manager.id)
    why = held_back(held.reason, held.source, held.owner) if held else UNREAD[manager.reach]
    return _rest(kind, manager.id, clouds, why)


def _without_manager(scene: Scene, cloud: PrivateCloud) -> NoTask:
    out = scene.excluded(cloud.id)
    if out:
        return left_out(out)
    return NoTask(reason=Unplanned.NO_HCX, detail=f"no HCX endpoint, {cloud.provisioning_state.value}")
