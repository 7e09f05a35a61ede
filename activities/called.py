"""Writing a mutating call, or why there was none, into the journal right where it happened."""

from datetime import datetime

from activities.known import task_of
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.ledger import ClaimState
from shared.model.orders import StepOrder
from shared.model.plan import Step
from shared.model.run import JournalKind
from shared.ports import Ports
from shared.rules.entries import about_step
from shared.rules.resume import ledger_subject


def called(ports: Ports, order: StepOrder, step: Step, act: Act, job: str = "HCX job") -> None:
    """Append what came of a mutating step. Nothing is written while nothing was sent: the wait tells that.

    `job` says what kind of thing was started.
    """
    said = _words(act, job)
    if said is None:
        return
    kind, text = said
    at = _sent_at(ports, order, step) if isinstance(act, Uncertain) else ports.clock.now()
    ports.store.append(order.run, about_step(order.task, step, "called", at=at, kind=kind, text=text))


def _sent_at(ports: Ports, order: StepOrder, step: Step) -> datetime:
    """When the ledger says that it was sent: the host may have been away since."""
    subject = ledger_subject(task_of(ports, order.plan_hash, order.task))
    return min(
        (
            one.at
            for one in ports.store.claims_of(order.run)
            if one.state is ClaimState.SENDING
            and (one.subject, one.step, one.generation) == (subject, step.id, order.generation)
        ),
        default=ports.clock.now(),
    )


def _words(act: Act, what: str) -> tuple[JournalKind, str] | None:
    match act:
        case Started(route=route, confidence=confidence, job=job):
            return JournalKind.CALLED, f"called {route} ({confidence} route), {what} {job or 'not named'}"
        case Adopted(detail=detail):
            return JournalKind.ADOPTED, f"nothing sent: {detail}"
        case Uncertain(detail=detail):
            return JournalKind.CALLED, f"sent, no answer: {detail}"
        case Refused(reason=reason, detail=detail):
            return JournalKind.NOT_CALLED, f"not called, {reason}: {detail}"
        case AskAgain():
            return None
