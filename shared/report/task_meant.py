"""Which task a person means, and the newest that stores hold of what it touches."""

from collections.abc import Iterable

from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.plan import ManagerTask, MeshTask, Plan, Task
from shared.model.record import record
from shared.model.run import Run
from shared.ports import Store
from shared.report.stored import facts_of, plan_of


class TaskNotFoundError(LookupError):
    """No plan has a task of that name, or its plan has several; the message says which."""


@record
class Meant:
    """A task, its plan, and the run that made the plan."""

    run: Run
    plan: Plan
    task: Task


def task_meant(store: Store, subject: str) -> Meant:
    """The task of a manager, of a mesh, or of that very id, in the newest plan that has one.

    A subject that is done has no task in newer plans, and is looked for in older ones.

    Raises:
        TaskNotFoundError: no plan has one, or it has several.
    """
    for run in store.runs():
        plan = plan_of(store, run) if run.request.target is None else None
        found = _named(plan, subject) if plan else []
        if plan and len(found) == 1:
            return Meant(run=run, plan=plan, task=found[0])
        if found:
            raise TaskNotFoundError(f"{subject!r} has several tasks: {', '.join(one.id for one in found)}; name one")
    raise TaskNotFoundError(
        f"no plan has a task for {subject!r}: hcx-fleet why {subject} says why, once there is a plan"
    )


def _named(plan: Plan, subject: str) -> list[Task]:
    """An id is meant before a name: ids are unique, and names of meshes are not."""
    by_id = [one for one in plan.tasks if one.id == subject]
    by_subject = [one for one in plan.tasks if one.subject == subject]
    by_name: list[Task] = [one for one in plan.tasks if isinstance(one, MeshTask) and one.name == subject]
    return by_id or by_subject or by_name


def touched(task: Task) -> tuple[str, ...]:
    """Ids of the managers that a task touches or observes: its own first, then those at the other sides."""
    if isinstance(task, ManagerTask):
        return (task.subject, *task.peers)
    return (task.initiator, task.receiver)


def newest_facts(store: Store, managers: tuple[str, ...], runs: Iterable[Run] | None = None) -> FleetFacts:
    """The facts of these managers that were observed last, by whichever of these runs; None: of all there are."""
    newest: dict[str, ManagerFacts] = {}
    for run in store.runs() if runs is None else runs:
        for one in facts_of(store, run.request.id, managers).managers:
            known = newest.get(one.manager.id)
            if known is None or known.observed_at < one.observed_at:
                newest[one.manager.id] = one
    return FleetFacts(managers=tuple(newest[name] for name in managers if name in newest))
