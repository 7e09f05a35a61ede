"""Checking: facts from the store into pure functions, their findings back into the store."""

from dataclasses import replace
from functools import lru_cache

from activities.known import catalogue_of_run, clouds_of, group_of, inventory_of, maintenances_of, policy_now, task_of
from activities.window import window_of
from shared.checks import (
    budget_left,
    freeze_apart,
    maintenance_apart,
    maintenances_known,
    not_held,
    plan_approved,
    plan_holds,
    run_checks,
    target_wanted,
    way_back_lasts,
    window_fits,
)
from shared.checks.interface import Approved, CheckContext
from shared.checks.run import run_check
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.orders import Checked, OpenedTask, Said, StepOrder, TaskOrder
from shared.model.plan import ManagerTask, Plan, Task
from shared.model.policy import Owner
from shared.model.run import Outcome
from shared.model.span import Span
from shared.ports import Ports, Store
from shared.report import check_context
from shared.report.check_context import concern_of
from shared.report.stored import document_of, facts_of, plan_known, planned_by
from shared.report.stored_soaks import before_name
from shared.rules.changes import Hashes
from shared.rules.inconclusive import is_open, judged, said_since
from shared.rules.planning.admission import managers_of
from shared.rules.planning.calendar_desk import needed

ASKED_BEFORE_EVERY_CHANGE = (not_held.CHECK, maintenances_known.CHECK)
"""What somebody decides at any minute and expects to be obeyed from then on: holds, and what the provider plans."""
_ASKED = frozenset(one.id for one in ASKED_BEFORE_EVERY_CHANGE)
_BEFORE_IT_BEGINS = _ASKED | {
    one.CHECK.id
    for one in (
        budget_left,
        freeze_apart,
        maintenance_apart,
        plan_approved,
        plan_holds,
        target_wanted,
        way_back_lasts,
        window_fits,
    )
}
"""What is asked of a change that is still to come."""
QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Verdicts that nobody has to read."""


def open_task(ports: Ports, order: TaskOrder) -> OpenedTask:
    """Read one task from its plan."""
    task = task_of(ports, order.plan_hash, order.task)
    return OpenedTask(manager=task) if isinstance(task, ManagerTask) else OpenedTask(mesh=task)


def check(ports: Ports, order: StepOrder) -> Checked:
    """Run the checks that concern a task on the run's freshest facts; gives those that do not simply pass.

    At the hand-over nobody asks any more whether somebody holds it, what the provider plans, or whether it fits its
    window: what that keeps from being changed is changed.
    """
    task = task_of(ports, order.plan_hash, order.task)
    facts = facts_of(ports.store, order.run, group_of(ports, order.plan_hash, order.task).managers)
    context = replace(context_of(ports, order.run, task, facts), before=_when_planned(ports, order, task))
    if order.step == task.hand_over.id:
        context = replace(context, before=context.before or _right_before(ports, order, task))
        found = run_checks(context, concern_of(task))
        found = tuple(one for one in found if one.check not in _BEFORE_IT_BEGINS)
    else:
        _keep_before(ports, order, task, facts)
        found = run_checks(_about_to_change(ports, order, context, task), concern_of(task))
    _keep(ports, order, found)
    return replace(_told(found), said=_said(ports, order, task, found))


def held(ports: Ports, order: StepOrder) -> Checked:
    """Ask anew whether somebody holds what a task touches, and whether it is known what the provider plans for it.

    Nothing else is asked; what other checks found stays.
    """
    task = task_of(ports, order.plan_hash, order.task)
    context = context_of(ports, order.run, task, FleetFacts(managers=()))
    own = tuple(found for one in ASKED_BEFORE_EVERY_CHANGE for found in run_check(one, context))
    known = document_of(ports.store, order.run, _findings(order), list[Finding]) or []
    _keep(ports, order, (*own, *(one for one in known if one.check not in _ASKED)))
    return _told(own)


def _said(ports: Ports, order: StepOrder, task: Task, found: tuple[Finding, ...]) -> Said | None:
    """What a person said of a hand-over that cannot be judged; of any other nobody has to read the journal."""
    if order.step != task.hand_over.id or not is_open(judged(found)):
        return None
    return said_since(task, [one for _, one in ports.store.journal(order.run) if one.task == task.id])


def _keep_before(ports: Ports, order: StepOrder, task: Task, facts: FleetFacts) -> None:
    """What was seen right before the first change of a task, once: what is watched later is compared with it.

    Alarms are all that is compared, so that it is kept only where some vCenter was looked at.
    """
    name, own = before_name(task.id), managers_of(task)
    kept = tuple(one for one in facts.managers if one.manager.id in own and one.vsphere is not None)
    if kept and ports.store.document(order.run, name) is None:
        ports.store.put_document(order.run, name, to_json_text(FleetFacts(managers=kept)))


def _right_before(ports: Ports, order: StepOrder, task: Task) -> FleetFacts | None:
    """What was seen right before the first change, with what is compared after it; None where nobody kept it."""
    return document_of(ports.store, order.run, before_name(task.id), FleetFacts)


def _when_planned(ports: Ports, order: StepOrder, task: Task) -> FleetFacts | None:
    """What the run that made the plan saw of the task's managers; None where this run made it for itself."""
    run = planned_by(ports.store, order.plan_hash, order.run)
    return facts_of(ports.store, run, managers_of(task)) if run else None


def _keep(ports: Ports, order: StepOrder, found: tuple[Finding, ...]) -> None:
    ports.store.put_document(order.run, _findings(order), to_json_text(found, tuple[Finding, ...]))


def _findings(order: StepOrder) -> str:
    return f"findings/{order.task}"


def _told(found: tuple[Finding, ...]) -> Checked:
    return Checked(findings=tuple(one for one in found if one.verdict not in QUIET))


def _about_to_change(ports: Ports, order: StepOrder, context: CheckContext, task: Task) -> CheckContext:
    """With what is asked right before a change: whether it fits from now on, and whether the plan still stands."""
    needs, plan = needed(task.blocks, split=task.split).p90, plan_known(ports.store, order.plan_hash)
    return replace(
        context,
        carried_out=Span(start=context.now, end=context.now + needs),
        window=None if task.owner is Owner.PROVIDER else window_of(ports, order.run, task, needs),
        approved=_approved(ports, order, context, plan),
    )


def _approved(ports: Ports, order: StepOrder, context: CheckContext, plan: Plan) -> Approved:
    return Approved(
        plan=plan,
        hashes=Hashes(
            policy=context.policy.hash if context.policy else "",
            confirmations=ports.configuration.confirmations().hash,
            catalogue=context.catalogue.hash,
            overrides=context.catalogue.overrides_hash,
        ),
        failed=_failures_of(ports.store, order.run).counted(),
        counted_at=context.now,
    )


class _Failures:
    """Tasks of a run that failed, by its journal, of which every entry is read once: a large run has many thousands."""

    def __init__(self, store: Store, run: str) -> None:
        self._store, self._run, self._seen = store, run, 0
        self._failed: dict[str, None] = {}

    def counted(self) -> tuple[str, ...]:
        for sequence, entry in self._store.journal(self._run, self._seen):
            self._seen = max(self._seen, sequence)
            if entry.result is not None and entry.result.outcome is Outcome.FAILED:
                self._failed[entry.result.task] = None
        return tuple(self._failed)


@lru_cache(maxsize=4)
def _failures_of(store: Store, run: str) -> _Failures:
    return _Failures(store, run)


def context_of(ports: Ports, run: str, task: Task, facts: FleetFacts, carried_out: Span | None = None) -> CheckContext:
    """What the checks of a task look at; `carried_out` is when its change is expected while the plan is being made."""
    inventory = inventory_of(ports, run)
    clouds, at = clouds_of(ports, run, inventory, (*managers_of(task), *task.clouds))
    policy, problem = policy_now(ports)
    context = check_context.context_of(
        task,
        facts=facts,
        inventory=inventory,
        clouds=clouds,
        clouds_observed_at=at,
        maintenances=maintenances_of(ports, run, inventory, clouds),
        policy=policy,
        catalogue=catalogue_of_run(ports),
        now=ports.clock.now(),
    )
    return replace(context, policy_problem=problem, carried_out=carried_out)
