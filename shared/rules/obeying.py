"""What a task does about what people said of it: go on, wait, or end; each only where nothing is half done."""

from shared.model.command import Standing, TaskStanding
from shared.model.plan import CancelClass, Step, StepKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Outcome

_BEGINNINGS = frozenset({StepKind.UPGRADE_MANAGER, StepKind.UPGRADE_APPLIANCE})
"""Steps that make a change. Whoever performs it, their waits all lie before it."""
_HANDING_OVER = frozenset({StepKind.HAND_OVER_MANAGER, StepKind.HAND_OVER_MESH})


UNREADABLE = "commands-changed"
"""Reason of what ends because nobody knows any more what people said of it."""
WHO_MENDS = "the owner of hcx-fleet: look at the store, then retry"


@record
class End:
    """How a task ends that was canceled or skipped."""

    outcome: Outcome
    reason: str
    detail: str


def may_end(step: Step) -> bool:
    """Whether a task that waits in this step may end there.

    Not while HCX works on a change, and not before it is verified: then it ends before the next change. Where no change
    is left there is nothing to end: who hands over what is upgraded comes to the end, and says how that went.
    """
    return step.kind in _BEGINNINGS or (step.cancel is CancelClass.SAFE_NOW and not hands_over(step))


def hands_over(step: Step) -> bool:
    """Whether every change of the task lies behind this step."""
    return step.kind in _HANDING_OVER


def may_pause(step: Step) -> bool:
    """Whether a task that waits in this step waits for the end of a pause instead.

    Where others perform the change it goes on observing them, and where every change is made there is none to hold up.
    """
    return may_end(step) and step.owner is Owner.OURS


def end_of(said: TaskStanding, *, changed: bool) -> End | None:
    """How the task ends; None where it does not. What has changed something cannot be skipped any more."""
    by = f"by {said.by}{f': {said.comment}' if said.comment else ''}"
    match said.standing:
        case Standing.CANCELED:
            return End(outcome=Outcome.CANCELED, reason="canceled", detail=f"canceled {by}")
        case Standing.SKIPPED if not changed:
            return End(outcome=Outcome.SKIPPED, reason="skipped-by-person", detail=f"skipped {by}")
        case _:
            return None


def paused(said: TaskStanding) -> str:
    """Why a paused task waits, in words."""
    return f"paused by {said.by}{f': {said.comment}' if said.comment else ''}"


def resume(run: str) -> str:
    """Who can act on a pause."""
    return f"a person: resume it: hcx-fleet resume {run} --as NAME"
