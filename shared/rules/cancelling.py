"""What still happens to a task after a cancel, by the cancel class of the step that it is at."""

from collections.abc import Collection, Iterable

from shared.model.plan import ApplianceUpgrade, CancelClass, Hop, ManagerTask, Step, StepKind, Task
from shared.model.record import record
from shared.rules.obeying import hands_over, may_end


@record
class Still:
    """What still happens to one task."""

    task: str
    at: str | None
    """Id of the step that it is at; None where it has not begun."""
    cancel: CancelClass | None
    """What a cancel does there; None where it has not begun."""
    text: str
    """In a sentence without its stop."""


_BEGINNINGS = frozenset({StepKind.UPGRADE_MANAGER, StepKind.UPGRADE_APPLIANCE})


def after_cancel(
    task: Task, at: str | None, *, sent: bool, started: Collection[str] = (), open_beside: Collection[str] = ()
) -> Still:
    """What still happens to a task that has not ended.

    Args:
        task: as it was planned.
        at: id of the step that it is at; None where it has not begun.
        sent: whether the change of that step was sent, or was seen to have begun.
        started: ids of all steps that have started, where several changes may go at once.
        open_beside: ids of those among them that are not done, without the one that it is at.

    Raises:
        KeyError: the task has no such step.
    """
    if at is None:
        return Still(task=task.id, at=None, cancel=None, text="ends at once: it has not begun")
    step = _step(task, at)
    cancel = _effect(step, sent=sent)
    beside = [one for one in task.steps if one.id in open_beside and not may_end(one)]
    if cancel is CancelClass.SAFE_NOW and beside:
        text = f"goes on with what is in change already: {_verifying(task, beside)}; then ends, before this change"
        return Still(task=task.id, at=at, cancel=CancelClass.AFTER_THIS_STEP, text=text)
    return Still(task=task.id, at=at, cancel=cancel, text=_text(task, step, cancel, started))


def _verifying(task: Task, steps: Iterable[Step]) -> str:
    return "; ".join(dict.fromkeys(_block(task, one.id)[1].title for one in steps))


def _effect(step: Step, *, sent: bool) -> CancelClass:
    """What a cancel really does: before its change is sent a step is safe, and after the last one nothing is ended."""
    if step.kind in _BEGINNINGS and not sent:
        return CancelClass.SAFE_NOW
    return CancelClass.AFTER_THIS_STEP if hands_over(step) else step.cancel


def _text(task: Task, step: Step, cancel: CancelClass, started: Collection[str]) -> str:
    if cancel is CancelClass.SAFE_NOW and may_end(step):
        return "ends at once: nothing is half done"
    if hands_over(step):
        return f"comes to its end, since no change is left: {step.title}"
    later, verify = _block(task, step.id)
    last = all(one.upgrade.id in started for one in later)
    then = "then comes to its end, since no change is left" if last else "then ends, before the next change"
    if cancel is CancelClass.AFTER_THIS_STEP:
        return f"finishes this step ({step.title}), {then}"
    return f"goes on, since its change is not taken back any more: {verify.title}; {then}"


def _block(task: Task, step: str) -> tuple[tuple[Hop | ApplianceUpgrade, ...], Step]:
    """The hops or appliances after the one that a step is about, and the step that verifies that one."""
    blocks: tuple[Hop | ApplianceUpgrade, ...] = task.hops if isinstance(task, ManagerTask) else task.appliances
    number, verify = next((n, one.verify) for n, one in enumerate(blocks) if step in _steps_of(one))
    return blocks[number + 1 :], verify


def _steps_of(block: Hop | ApplianceUpgrade) -> frozenset[str]:
    own = (block.stage, block.answer) if isinstance(block, Hop) else (block.back,)
    return frozenset(one.id for one in (block.upgrade, *own, block.verify))


def _step(task: Task, step: str) -> Step:
    found = next((one for one in task.steps if one.id == step), None)
    if found is None:
        raise KeyError(step)
    return found
