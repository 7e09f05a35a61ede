"""The printed order of any plan is an order of work."""

from collections.abc import Iterable

from hypothesis import HealthCheck, given, settings

from shared.model.plan import ManagerTask, Requirement, Task
from shared.rules.planner import make_plan
from tests.plans.any_fleet import AnyFleet, any_fleets


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(fleet=any_fleets())
def test_what_a_task_waits_for_stands_before_it(fleet: AnyFleet) -> None:
    """There is always an order, and in it what a first change needs of the other side is begun before it."""
    plan = make_plan(fleet.inputs)
    ranks = {name: rank for rank, name in enumerate(name for wave in plan.waves for name in wave.tasks)}
    tasks = {task.id: task for task in plan.tasks}

    assert ranks.keys() == tasks.keys()
    for task in plan.tasks:
        first = task.hops[0].requires if isinstance(task, ManagerTask) else task.requires
        earlier = [*task.depends_on, *(one.id for need in first for one in _bringing(need, tasks.values()))]
        late = [one for one in earlier if ranks[one] > ranks[task.id]]
        assert late == []


def _bringing(need: Requirement, tasks: Iterable[Task]) -> list[Task]:
    """The task that brings about what is needed, where something still has to."""
    return [
        one
        for one in tasks
        if (one.kind, one.subject) == (need.kind, need.subject)
        and (one.kind == "manager" or one.target.same_release(need.version))
    ]
