"""Parts of a plan, and a plan with what was found of it."""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.finding import Finding
from shared.model.plan import ManagerTask, PairingGroup, Plan, PlannedWave, Task
from shared.rules.baseline import part_of
from shared.rules.planning.admission import managers_of
from shared.rules.planning.findings import OWN
from shared.rules.planning.sealing import plan_hash


def with_findings(plan: Plan, findings: Iterable[Finding]) -> Plan:
    """The plan with what the checks say of its tasks now; the hash stays, since findings are judged anew."""
    own = tuple(one for one in plan.findings if one.check in OWN)
    return replace(plan, findings=(*own, *(one for one in findings if one.blocks and one.check not in OWN)))


def only(plan: Plan, cloud: str, members: Iterable[str]) -> Plan:
    """The part of a plan that concerns one private cloud: its manager, its connectors and the meshes between them.

    Dependencies on tasks outside that part stay out with them: a shared connector that goes now does not wait for
    another private cloud's manager, which is why the caller must have allowed it (`include_shared`).

    Args:
        plan: of the fleet.
        cloud: id of the private cloud.
        members: resource ids that the part speaks of.
    """
    inside = {task.id for task in plan.tasks if cloud in task.clouds}
    groups = tuple(_part(group, cloud, inside) for group in plan.groups if any(cloud in t.clouds for t in group.tasks))
    tasks = [task for group in groups for task in group.tasks]
    rest = tuple(one for one in plan.rest if cloud in one.clouds)
    managers = {name for task in tasks for name in (*managers_of(task), *getattr(task, "peers", ()))}
    subjects = {*managers, *(one.subject for one in (*tasks, *rest)), cloud}
    part = replace(
        plan,
        private_cloud=cloud,
        private_clouds=tuple(one for one in plan.private_clouds if one == cloud),
        waves=tuple(found for wave in plan.waves if (found := _wave(wave, tasks, cloud)).tasks),
        groups=groups,
        rest=rest,
        baseline=part_of(plan.baseline, subjects, tuple(members)),
        findings=tuple(one for one in plan.findings if one.subject in subjects),
        schedule=replace(
            plan.schedule,
            tasks=tuple(one for one in plan.schedule.tasks if one.task in inside),
            due=tuple(one for one in plan.schedule.due if one.task in inside),
        ),
    )
    return replace(part, hash=plan_hash(part))


def _part(group: PairingGroup, cloud: str, inside: set[str]) -> PairingGroup:
    tasks = (task for task in group.tasks if cloud in task.clouds)
    return replace(group, tasks=tuple(_alone(task, inside) for task in tasks))


def _alone(task: Task, inside: set[str]) -> Task:
    return replace(task, depends_on=tuple(one for one in task.depends_on if one in inside))


def _wave(wave: PlannedWave, tasks: Iterable[Task], cloud: str) -> PlannedWave:
    inside = {task.id for task in tasks if task.wave == wave.name}
    return replace(
        wave,
        tasks=tuple(one for one in wave.tasks if one in inside),
        clouds=tuple(one for one in wave.clouds if one == cloud),
    )


def shared_connectors(plan: Plan, cloud: str) -> dict[str, tuple[str, ...]]:
    """Connectors with a task that also serve other private clouds: connector → those other clouds."""
    return {
        task.subject: tuple(one for one in task.clouds if one != cloud)
        for task in plan.tasks
        if isinstance(task, ManagerTask) and cloud in task.clouds and len(task.clouds) > 1
    }
