"""Checking: facts from the store into pure functions, their findings back into the store."""

import json

from activities.known import catalogue_of_run, clouds_of, group_of, policy_now, task_of
from shared.checks import not_held, run_checks
from shared.checks.interface import CheckContext, Concern
from shared.checks.run import run_check
from shared.model.codec import from_json, to_json_text
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.orders import Checked, OpenedTask, StepOrder, TaskOrder
from shared.model.plan import ManagerTask, MeshTask, Task
from shared.ports import Ports
from shared.report.stored import facts_of
from shared.rules.planning.admission import managers_of

QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Verdicts that nobody has to read."""


def open_task(ports: Ports, order: TaskOrder) -> OpenedTask:
    """Read one task from its plan."""
    task = task_of(ports, order.plan_hash, order.task)
    return OpenedTask(manager=task) if isinstance(task, ManagerTask) else OpenedTask(mesh=task)


def check(ports: Ports, order: StepOrder) -> Checked:
    """Run the checks that concern a task on the run's freshest facts; gives those that do not simply pass.

    At the hand-over nobody asks any more whether somebody holds it: what a hold keeps from being changed is changed.
    """
    task = task_of(ports, order.plan_hash, order.task)
    facts = facts_of(ports.store, order.run, group_of(ports, order.plan_hash, order.task).managers)
    found = run_checks(context_of(ports, order.run, task, facts), concern_of(task))
    if order.step == task.hand_over.id:
        found = tuple(one for one in found if one.check != not_held.CHECK.id)
    _keep(ports, order, found)
    return _told(found)


def held(ports: Ports, order: StepOrder) -> Checked:
    """Ask anew whether somebody holds what a task touches, and nothing else; what other checks found stays."""
    task = task_of(ports, order.plan_hash, order.task)
    own = run_check(not_held.CHECK, context_of(ports, order.run, task, FleetFacts(managers=())))
    text = ports.store.document(order.run, _findings(order))
    known = from_json(list[Finding], json.loads(text)) if text else []
    _keep(ports, order, (*own, *(one for one in known if one.check != not_held.CHECK.id)))
    return _told(own)


def _keep(ports: Ports, order: StepOrder, found: tuple[Finding, ...]) -> None:
    ports.store.put_document(order.run, _findings(order), to_json_text(found, tuple[Finding, ...]))


def _findings(order: StepOrder) -> str:
    return f"findings/{order.task}"


def _told(found: tuple[Finding, ...]) -> Checked:
    return Checked(findings=tuple(one for one in found if one.verdict not in QUIET))


def context_of(ports: Ports, run: str, task: Task, facts: FleetFacts) -> CheckContext:
    """What the checks of a task look at."""
    managers = managers_of(task)
    clouds, at = clouds_of(ports, run, (*managers, *task.clouds))
    policy, problem = policy_now(ports)
    return CheckContext(
        facts=facts,
        clouds=clouds,
        subject=task.subject,
        subject_name=task.name if isinstance(task, MeshTask) else "",
        managers=managers,
        mesh=task.subject if isinstance(task, MeshTask) else None,
        target=task.target,
        now=ports.clock.now(),
        clouds_observed_at=at,
        cloud_ids=task.clouds,
        policy=policy,
        policy_problem=problem,
        catalogue=catalogue_of_run(ports),
    )


def concern_of(task: Task) -> Concern:
    """Which checks concern a task."""
    return Concern.MESH if isinstance(task, MeshTask) else Concern.MANAGER
