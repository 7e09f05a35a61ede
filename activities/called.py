"""Writing a mutating call, or why there was none, into the journal right where it happened."""

from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.orders import StepOrder
from shared.model.plan import Step
from shared.model.run import JournalKind
from shared.ports import Ports
from shared.rules.entries import about_step


def called(ports: Ports, order: StepOrder, step: Step, act: Act, job: str = "HCX job") -> None:
    """Append what came of a mutating step. Nothing is written while nothing was sent: the wait tells that.

    `job` says what kind of thing was started.
    """
    text = _words(act, job)
    if text is None:
        return
    entry = about_step(order.task, step, "called", at=ports.clock.now(), kind=JournalKind.CALLED, text=text)
    ports.store.append(order.run, entry)


def _words(act: Act, kind: str) -> str | None:
    match act:
        case Started(route=route, confidence=confidence, job=job):
            return f"called {route} ({confidence} route), {kind} {job or 'not named'}"
        case Adopted(detail=detail):
            return f"nothing sent: {detail}"
        case Uncertain(detail=detail):
            return f"sent, no answer: {detail}"
        case Refused(reason=reason, detail=detail):
            return f"not called, {reason}: {detail}"
        case AskAgain():
            return None
