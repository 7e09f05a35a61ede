"""What a revert does about what people said of it: it begins no further step.

Nothing that somebody was told to do can be taken back, and hcx-fleet changes nothing itself. So a step that was begun
is followed to its end whatever is said, and one that was not is held up or left out.
"""

from datetime import datetime

from shared.model.command import Standing, TaskStanding
from shared.model.plan import CancelClass
from shared.model.revert import RevertStep
from shared.model.run import Outcome, TaskResult
from shared.model.view import TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.cancelling import Still
from shared.rules.obeying import UNREADABLE, WHO_MENDS, paused, resume


def not_begun(step: RevertStep, said: TaskStanding, now: datetime) -> TaskResult | None:
    """How a step ends that may not begin any more; None where it may, at once or later."""
    if said.standing is Standing.CANCELED:
        comment = f": {said.comment}" if said.comment else ""
        detail = f"canceled by {said.by}{comment}; nobody was told to do it"
        who = f"left as it is; to do it is for {step.who}: {step.title}"
        return _end(step, Outcome.CANCELED, ("canceled", detail, who), now)
    if said.standing is Standing.UNREADABLE:
        return _end(step, Outcome.BLOCKED, (UNREADABLE, said.comment, WHO_MENDS), now)
    return None


def _end(step: RevertStep, outcome: Outcome, said: tuple[str, str, str], now: datetime) -> TaskResult:
    reason, detail, who = said
    return TaskResult(task=step.id, outcome=outcome, reason=reason, detail=detail, who_can_act=who, ended_at=now)


def held(run: str, said: TaskStanding, now: datetime, next_look: datetime) -> Waiting:
    """What a step waits for that is paused before it begins."""
    return Waiting(
        reason=WaitingFor.PAUSED, detail=paused(said), since=now, who_can_act=resume(run), next_look=next_look
    )


def still_in_revert(step: RevertStep, view: TaskView) -> Still:
    """What still happens to a step after a cancel."""
    if view.phase is TaskPhase.PLANNED:
        text = f"ends before it begins, and is left for {step.who}"
        return Still(task=step.id, at=None, cancel=None, text=text)
    text = f"is followed to its end, since {step.who} was told already: {step.title}"
    return Still(task=step.id, at=step.id, cancel=CancelClass.AFTER_THIS_STEP, text=text)
