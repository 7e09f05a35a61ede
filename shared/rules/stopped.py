"""What is said of a task that ended half done: how far it came, what is left, and what leads back."""

from collections.abc import Collection
from datetime import datetime

from shared.model.plan import ManagerTask, MeshTask, Safeguard, Task
from shared.model.record import record
from shared.model.run import Outcome, TaskResult
from shared.rules.admitting.held_back import moment
from shared.rules.protection import AUTOMATIC_LASTS

NOTHING_LEFT_OPEN = frozenset({Outcome.SUCCEEDED, Outcome.BLOCKED, Outcome.SKIPPED})
"""Ends of which nobody has to be told anything beyond their reason."""


@record
class Stopped:
    """The words of a notice."""

    title: str
    next_action: str
    who: str
    detail: str


def stopped(task: Task, finished: Collection[str], result: TaskResult, taken_at: datetime | None = None) -> Stopped:
    """What is said.

    Args:
        task: the task.
        finished: ids of the steps that were seen to be done.
        result: how it ended.
        taken_at: when the manager took a request of ours to upgrade itself; None where it did not, or nobody knows.
    """
    about, who = _of_manager(task, finished) if isinstance(task, ManagerTask) else _of_mesh(task, finished)
    back = "; ".join(one.text for one in task.way_back)
    left = _time_left(task, taken_at, result.ended_at)
    return Stopped(
        title=f"stopped: {task.id} {result.outcome.value}",
        next_action=result.who_can_act,
        who=who,
        detail=f"{result.detail}. {about}{f' The way back: {back}.' if back else ''}{left}",
    )


def _time_left(task: Task, taken_at: datetime | None, now: datetime) -> str:
    """How long HCX's own snapshot still leads back; empty where it takes none, or where that is not known."""
    own = any(one.kind is Safeguard.AUTOMATIC_SNAPSHOT and one.manager == task.subject for one in task.way_back)
    if not own or taken_at is None:
        return ""
    until = taken_at + AUTOMATIC_LASTS
    hours, minutes = divmod(max(int((until - now).total_seconds()), 0) // 60, 60)
    return (
        f" HCX's own snapshot of {task.subject} is deleted {moment(until)}, inferred from the begin of its upgrade: "
        f"{hours} h {minutes} min are left."
    )


def _of_manager(task: ManagerTask, finished: Collection[str]) -> tuple[str, str]:
    done = [hop for hop in task.hops if hop.verify.id in finished]
    left = [hop for hop in task.hops if hop.verify.id not in finished]
    stands = (
        f"{task.subject} is at {done[-1].target.release}." if done else f"{task.subject} was {task.source.release}."
    )
    open_hop = left[0] if left and left[0].upgrade.id in finished else None
    unsure = f" Its upgrade to {open_hop.target.release} was begun and is not verified." if open_hop else ""
    rest = [hop.target.release for hop in left if hop is not open_hop]
    remains = f" What remains for the next plan: {', '.join(rest)}." if rest else ""
    return stands + unsure + remains, f"the people at {task.subject}"


def _of_mesh(task: MeshTask, finished: Collection[str]) -> tuple[str, str]:
    done = [item.name for item in task.appliances if item.verify.id in finished]
    left = [item for item in task.appliances if item.verify.id not in finished]
    unsure = [item.name for item in left if item.upgrade.id in finished]
    rest = [item.name for item in left if item.upgrade.id not in finished]
    rest += [one.name for one in task.by_hand if one.redeploy.id not in finished]
    parts = [
        f"Of {task.name}, {_all(done)} {_are(done)} at {task.target.release} with {_their(done)} peer." if done else "",
        f"Begun and not verified: {_all(unsure)}." if unsure else "",
        f"What remains for the next plan: {_all(rest)}." if rest else "",
    ]
    return " ".join(part for part in parts if part), f"the people at {task.initiator} and at {task.receiver}"


def _all(names: list[str]) -> str:
    return ", ".join(names)


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _their(names: list[str]) -> str:
    return "its" if len(names) == 1 else "each its"
