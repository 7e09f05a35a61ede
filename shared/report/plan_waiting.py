"""What a task of a plan waits for before its first change, and who is awaited."""

from collections.abc import Iterator, Mapping

from shared.model.plan import MeshTask, Requirement, SubjectKind, Task, TaskTime
from shared.model.policy import Owner
from shared.model.record import record
from shared.report.plan_words import PERFORMS, about, name_of
from shared.rules.admitting.held_back import NOBODY, WHO_PERFORMS
from shared.rules.run_view import short

type Names = Mapping[tuple[SubjectKind, str], str]
"""What people call subjects."""

_BEGINS_AFTER, _DOES_IT, _ASKS = "begins after ", " does it", "for somebody to let it go"
_WHO = frozenset(WHO_PERFORMS.values())


@record
class Around:
    """What the words of a wait are looked up in."""

    tasks: Mapping[str, Task]
    names: Names


def waits_words(task: Task, time: TaskTime | None, around: Around) -> str:
    """All of it in one line; empty where nothing is waited for.

    What a later hop asks of the other side is left out: the task begins without it.
    """
    first = [around.tasks[one] for one in task.depends_on if one in around.tasks]
    others = [f"{task_word(one, task)} ({PERFORMS[one.owner]})" for one in first]
    seen = [requirement_words(one, around.names) for one in required_first(task)]
    told = list(_told(time.waits_for, named=bool(others))) if time else []
    if task.owner is Owner.PROVIDER and not any(one.startswith(PERFORMS[task.owner]) for one in told):
        told.append(f"then {PERFORMS[task.owner]}" if others or seen or told else PERFORMS[task.owner])
    return "; ".join([*others, *seen, *told])


def required_first(task: Task) -> tuple[Requirement, ...]:
    """What has to be seen before the first change of a task."""
    return task.requires if isinstance(task, MeshTask) else task.hops[0].requires if task.hops else ()


def requirement_words(one: Requirement, names: Names) -> str:
    """What has to be seen, such as `mesh mesh-lyon at 4.10.3`."""
    subject = about(SubjectKind.MESH, one.subject, names) if one.kind == "mesh" else one.subject
    return f"{subject} at {short(one.version)}"


def task_word(other: Task, task: Task) -> str:
    """What another task is called beside this one: of two upgrades of one mesh the first needs its release."""
    same = isinstance(other, MeshTask) and other.subject == task.subject
    return f"{name_of(other)} at {short(other.target)}" if same else name_of(other)


def _told(text: str, *, named: bool) -> Iterator[str]:
    """The parts of a wait as things that are waited for.

    Tasks that come first are named with whoever performs each, so that the sentence about them all is left out; that
    nobody has to act is no one to wait for.
    """
    after_tasks = text.startswith(_BEGINS_AFTER) and not text.startswith(f"{_BEGINS_AFTER}wave ")
    parts = [one for one in text.split("; ") if one and one != NOBODY]
    if after_tasks and named:
        parts = parts[2:] if len(parts) > 1 and parts[1] in _WHO else parts[1:]
    if len(parts) > 1 and (parts[1] in _WHO or parts[0].endswith(_ASKS)):
        parts[:2] = [f"{parts[0]} ({parts[1]})"]
    return (one.removeprefix(_BEGINS_AFTER).removesuffix(_DOES_IT) for one in parts)
