"""How a step of a revert ends: proved, stopped, or too late."""

from datetime import datetime, timedelta

from shared.model.policy import Owner
from shared.model.revert import RevertSeen, RevertStep, RevertStepKind
from shared.model.run import Outcome, TaskResult
from shared.rules.admitting.held_back import moment
from shared.rules.polling import next_look

LONGEST = timedelta(minutes=30)
"""Between two looks at a step that has a deadline, which is a day or three away: a few hundred looks at most."""

GONE = "way-back-gone"
"""What the step went back to is deleted."""


STARTS = timedelta(hours=1)
"""How long a manager that says nothing is given to start, where its way back may have been taken in the last minute."""


def due_of(step: RevertStep, began: datetime, *, begun: bool = False, silent: bool = False) -> datetime:
    """When it is waited for no longer: when patience is over, or at its deadline where nobody can have begun by then.

    Args:
        step: that is waited for.
        began: when somebody was told to do it.
        begun: whether it was seen to be under way.
        silent: whether the manager does not answer, so that it may be under way.
    """
    over = began + step.patience
    if step.deadline is None or begun:
        return over
    return min(over, step.deadline + STARTS if silent else step.deadline)


def pause(step: RevertStep, seen: RevertSeen, waited: timedelta) -> timedelta:
    """How long until the next look: what has an end is never looked at too late to matter."""
    usual = next_look(seen.waiting_for, waited)
    return min(usual, LONGEST) if step.deadline else usual


def proved(step: RevertStep, seen: RevertSeen, now: datetime) -> TaskResult:
    """It was observed to be done, or is what only a person can know."""
    return _result(step, Outcome.SUCCEEDED, "reverted", (seen.detail, "nobody needs to act"), now)


def stopped(step: RevertStep, seen: RevertSeen, now: datetime) -> TaskResult:
    """Something was seen that makes waiting senseless."""
    return _result(step, Outcome.FAILED, seen.stop, (seen.detail, seen.remedy or step.who), now)


def patience_over(step: RevertStep, seen: RevertSeen, now: datetime) -> TaskResult:
    """It was not done in time."""
    if step.deadline is not None and now >= step.deadline and not seen.begun:
        detail = f"not done before {moment(step.deadline)}, when what leads back is deleted: {seen.detail}"
        who = "support: the way back is gone; say what was done and what was not"
        return _result(step, Outcome.WAITING, GONE, (detail, who), now)
    reason = "provider" if step.owner is Owner.PROVIDER else "person"
    unsettled = step.kind in {RevertStepKind.PAIRS, RevertStepKind.HAND_OVER}
    code = "not-converged" if unsettled else reason
    return _result(step, Outcome.WAITING, code, (seen.detail, step.who), now)


def _result(step: RevertStep, outcome: Outcome, reason: str, said: tuple[str, str], now: datetime) -> TaskResult:
    detail, who_can_act = said
    return TaskResult(
        task=step.id, outcome=outcome, reason=reason, detail=detail, who_can_act=who_can_act, ended_at=now
    )
