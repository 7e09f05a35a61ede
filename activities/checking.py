"""Checking: facts from the store into pure functions, their findings back into the store."""

from activities.known import catalogue_of_run, clouds_of, task_of
from shared.checks import run_checks
from shared.checks.interface import CheckContext, Concern
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.orders import Checked, OpenedTask, StepOrder, TaskOrder
from shared.model.plan import ManagerTask, MeshTask, Task
from shared.ports import Ports
from shared.report.stored import facts_of, plan_known

QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Verdicts that nobody has to read."""


def open_task(ports: Ports, order: TaskOrder) -> OpenedTask:
    """Read one task from its plan."""
    task = task_of(ports, order.plan_hash, order.task)
    return OpenedTask(manager=task) if isinstance(task, ManagerTask) else OpenedTask(mesh=task)


def check(ports: Ports, order: StepOrder) -> Checked:
    """Run the checks that concern a task on the run's freshest facts; gives those that do not simply pass."""
    task = task_of(ports, order.plan_hash, order.task)
    group = next(one for one in plan_known(ports.store, order.plan_hash).groups if task in one.tasks)
    facts = facts_of(ports.store, order.run, group.managers)
    found = run_checks(context_of(ports, order.run, task, facts), concern_of(task))
    ports.store.put_document(order.run, f"findings/{task.id}", to_json_text(found, tuple[Finding, ...]))
    return Checked(findings=tuple(one for one in found if one.verdict not in QUIET))


def context_of(ports: Ports, run: str, task: Task, facts: FleetFacts) -> CheckContext:
    """What the checks of a task look at."""
    managers = (task.initiator, task.receiver) if isinstance(task, MeshTask) else (task.subject,)
    clouds, at = clouds_of(ports, run, managers)
    return CheckContext(
        facts=facts,
        clouds=clouds,
        subject=task.subject,
        managers=managers,
        mesh=task.subject if isinstance(task, MeshTask) else None,
        target=task.target,
        now=ports.clock.now(),
        clouds_observed_at=at,
        catalogue=catalogue_of_run(ports),
    )


def concern_of(task: Task) -> Concern:
    """Which checks concern a task."""
    return Concern.MESH if isinstance(task, MeshTask) else Concern.MANAGER
