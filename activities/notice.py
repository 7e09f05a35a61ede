"""Notices: when somebody is told of a step, what may keep them from it, and one try to deliver what they are told."""

from datetime import datetime

from activities.checking import context_of
from activities.known import clouds_of, inventory_of, maintenances_of, policy_by_now, task_of
from activities.run_sheet import run_sheet
from activities.window import window_of
from shared.checks import not_held
from shared.checks.run import run_check
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.notice import Delivery, DeliveryState
from shared.model.orders import ExpectedOrder, InTheWay, NoticeOrder, StepOrder, TellTime
from shared.model.policy import NoticePolicy, Owner
from shared.model.revert import RevertPlan
from shared.model.run import JournalEntry, JournalKind
from shared.ports import Ports
from shared.report.notice_body import notice_body, revert_notice_body
from shared.report.stored import REVERT, document_of
from shared.rules import lateness, notices

KINDS = {DeliveryState.DELIVERED: JournalKind.NOTIFIED, DeliveryState.FAILED: JournalKind.NOT_NOTIFIED}


def tell_time(ports: Ports, order: StepOrder) -> TellTime:
    """When whoever performs a step is told of it. Once it was time, the answer stays: the next window is not meant."""
    kept = f"tell-time/{order.task}/{order.step}"
    before = document_of(ports.store, order.run, kept, TellTime)
    if before is not None:
        return before
    found = _tell_time(ports, order)
    if found.at is None:
        ports.store.put_document(order.run, kept, to_json_text(found))
    return found


def _tell_time(ports: Ports, order: StepOrder) -> TellTime:
    task, told = task_of(ports, order.plan_hash, order.task), _policy(ports, order.run)
    delivered = told.webhook is not None
    if task.owner is Owner.PROVIDER:  # goes by its own calendar
        return TellTime(delivered=delivered)
    window = window_of(ports, order.run, task, task.needs_from(order.step))
    return notices.tell_time(window, told.lead_time, ports.clock.now(), delivered=delivered)


def in_the_way(ports: Ports, order: ExpectedOrder) -> InTheWay:
    """What was seen so far that may keep a step from being done in its time; kept, since it goes away again."""
    run, kept = order.step.run, f"in-the-way/{order.step.task}/{order.step.step}"
    before = document_of(ports.store, run, kept, InTheWay) or InTheWay(reasons=())
    found = InTheWay(reasons=tuple(dict.fromkeys((*before.reasons, *_in_the_way(ports, order)))))
    ports.store.put_document(run, kept, to_json_text(found))
    return found


def _in_the_way(ports: Ports, order: ExpectedOrder) -> tuple[str, ...]:
    step = order.step
    task = task_of(ports, step.plan_hash, step.task)
    inventory = inventory_of(ports, step.run)
    clouds, _ = clouds_of(ports, step.run, inventory, task.clouds)
    told = maintenances_of(ports, step.run, inventory, clouds)
    planned = (one for seen in told for one in seen.value.maintenances)
    held = run_check(not_held.CHECK, context_of(ports, step.run, task, FleetFacts(managers=())))
    return lateness.in_the_way(clouds, planned, held, order.during)


def deliver(ports: Ports, order: NoticeOrder) -> Delivery:
    """Try once to deliver a notice, and keep what came of it before anything else may go wrong.

    What is known to have arrived is not sent again, whatever restarts. One race is accepted: a host that goes away
    between the receiver's answer and the record sends the notice once more, under the same id, by which the receiver
    knows it. The other order would lose notices instead.
    """
    notice, kept = order.notice, f"notice/{order.notice.id}"
    before = document_of(ports.store, notice.run, kept, Delivery)
    if before is not None and before.state is DeliveryState.DELIVERED:
        return before
    ports.store.put_document(notice.run, kept, to_json_text(_SENDING))
    done = ports.notices.send(notice, _body(ports, order), _policy(ports, notice.run).webhook)
    ports.store.put_document(notice.run, kept, to_json_text(done))
    _tell(ports, order, done)
    return done


_SENDING = Delivery(state=DeliveryState.FAILED, detail="it is being sent, or its host went away meanwhile", again=True)
"""What is kept before the call."""


def _body(ports: Ports, order: NoticeOrder) -> bytes:
    revert = document_of(ports.store, order.notice.run, REVERT, RevertPlan)
    if revert is not None:
        return revert_notice_body(order.notice, revert)
    sheet = run_sheet(ports, order.notice.run, order.plan_hash, order.notice.task)
    return notice_body(order.notice, task_of(ports, order.plan_hash, order.notice.task), sheet)


def _policy(ports: Ports, run: str) -> NoticePolicy:
    """A mended address counts at once."""
    return policy_by_now(ports, run).notices


def _tell(ports: Ports, order: NoticeOrder, done: Delivery) -> None:
    if done.state in KINDS:
        ports.store.append(order.notice.run, _entry(order, done, ports.clock.now()))


def _entry(order: NoticeOrder, done: Delivery, now: datetime) -> JournalEntry:
    notice = order.notice
    suffix = done.state.value if done.state is DeliveryState.DELIVERED else f"{done.state.value}/{order.attempt}"
    return JournalEntry(
        key=f"{notice.task}/{notice.step}/notice/{notice.kind.value}/{suffix}",
        at=now,
        kind=KINDS[done.state],
        text=notices.attempt_text(done, order.attempt, now),
        task=notice.task,
        step=notice.step,
    )
