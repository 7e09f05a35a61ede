"""Parts of a plan, and a plan with what was found of it."""

from collections.abc import Iterable
from dataclasses import replace

from shared.model.finding import Finding
from shared.model.plan import ManagerTask, MeshTask, PairingGroup, Plan, PlannedWave, Requirement, Task
from shared.rules.baseline import part_of
from shared.rules.catalogue.records import Skew
from shared.rules.planning.admission import managers_of
from shared.rules.planning.findings import OWN
from shared.rules.planning.sealing import plan_hash
from shared.rules.skew import apart, further


def with_findings(plan: Plan, findings: Iterable[Finding]) -> Plan:
    """The plan with what the checks say of its tasks now; the hash stays, since findings are judged anew.

    What somebody lets pass stands in it as well: who approves the plan has to see it.
    """
    own = tuple(one for one in plan.findings if one.check in OWN)
    told = (one for one in findings if (one.blocks or one.waived) and one.check not in OWN)
    return replace(plan, findings=(*own, *told))


def only(plan: Plan, cloud: str, members: Iterable[str], rules: Skew) -> Plan:
    """The part of a plan that concerns one private cloud: its manager, its connectors and the meshes between them.

    Dependencies on tasks outside that part stay out with them: a shared connector that goes now does not wait for
    another private cloud's manager, which is why the caller must have allowed it (`include_shared`). Where a rule would
    be broken by that, what it depended on becomes something to be observed first; for a mesh always.

    Args:
        plan: of the fleet.
        cloud: id of the private cloud.
        members: resource ids that the part speaks of.
        rules: how far apart versions may be.
    """
    inside = {task.id for task in plan.tasks if cloud in task.clouds}
    needs = _Needs(plan, rules)
    of_cloud = (group for group in plan.groups if any(cloud in task.clouds for task in group.tasks))
    groups = tuple(_part(group, cloud, inside, needs) for group in of_cloud)
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


class _Needs:
    """What a task that goes without others still needs of them."""

    def __init__(self, plan: Plan, rules: Skew) -> None:
        self._managers = {task.id: task for task in plan.tasks if isinstance(task, ManagerTask)}
        self._now = {one.manager: one.version for one in plan.baseline.managers}
        self._rules = rules

    def of(self, task: Task, left_out: Iterable[str]) -> tuple[Requirement, ...]:
        """For the tasks left out on which it depended."""
        others = (self._managers[one] for one in left_out if one in self._managers)
        return tuple(
            Requirement(
                kind="manager",
                subject=other.subject,
                version=other.target,
                reason="it goes first in the plan of the whole fleet",
            )
            for other in others
            if isinstance(task, MeshTask) or self._would_part(task, other)
        )

    def _would_part(self, task: ManagerTask, other: ManagerTask) -> bool:
        then = self._now.get(other.subject, other.source)
        before, after = (apart(version, then, self._rules) for version in (task.source, task.target))
        return further(before, after)


def _part(group: PairingGroup, cloud: str, inside: set[str], needs: _Needs) -> PairingGroup:
    tasks = (task for task in group.tasks if cloud in task.clouds)
    return replace(group, tasks=tuple(_alone(task, inside, needs) for task in tasks))


def _alone(task: Task, inside: set[str], needs: _Needs) -> Task:
    kept = tuple(one for one in task.depends_on if one in inside)
    required = needs.of(task, (one for one in task.depends_on if one not in inside))
    if isinstance(task, MeshTask):
        return replace(task, depends_on=kept, requires=(*task.requires, *required))
    first, *others = task.hops
    hops = (replace(first, requires=(*first.requires, *required)), *others)
    return replace(task, depends_on=kept, hops=hops)


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
