"""`why`: what stands in the way of a private cloud, a connector, a mesh or a task, in a few sentences.

What is waited for, since when, until when, and who can act: nothing that a reader would have to look up elsewhere.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from shared.model.plan import SubjectKind
from shared.model.run import Outcome, Placed, TaskResult
from shared.model.view import RunView, SubjectSeen, TaskPhase, TaskView
from shared.model.waiting import Waiting
from shared.report.needs import explaining, told_to_do, undelivered
from shared.report.outage_text import lines as outage_lines
from shared.report.plan_why import scheduled
from shared.report.way_back_text import lines as way_back_lines
from shared.report.words import CLOUDS_ARE, KINDS, WAITS_FOR, moment, sentence, took, when
from shared.rules import buckets

_ENDED_AS = {
    Outcome.SUCCEEDED: "is done",
    Outcome.BLOCKED: "was stopped before anything was changed",
    Outcome.FAILED: "failed",
    Outcome.WAITING: "was closed while it waited for somebody",
    Outcome.SKIPPED: "was not begun",
    Outcome.UNKNOWN: "was stopped because something could not be observed",
    Outcome.CANCELED: "was canceled",
}


class NotOneSubjectError(LookupError):
    """The name fits nothing in this run, or several things; the message lists what would do."""


def why(view: RunView, name: str) -> str:
    """One sentence a line about the cloud, connector, mesh or task called `name`.

    Raises:
        NotOneSubjectError: the name fits nothing in this run, or more than one thing.
    """
    task = next((one for one in view.tasks if one.task == name), None)
    if task is not None:
        return "\n".join([*_of_task(view, task), *outage_lines(view, task.task), *way_back_lines(view, task.task)])
    return "\n".join(_of_subject(view, _the_one(view.subjects, name)))


def tasks_about(view: RunView, name: str) -> tuple[TaskView, ...]:
    """The tasks that `why` speaks of for that name.

    Raises:
        NotOneSubjectError: as `why`.
    """
    task = next((one for one in view.tasks if one.task == name), None)
    return (task,) if task is not None else tuple(_tasks_of(view, _the_one(view.subjects, name)))


def _the_one(subjects: Sequence[SubjectSeen], name: str) -> SubjectSeen:
    """An id is meant before a name, since ids are unique within a kind and names of meshes are not."""
    fitting = [one for one in subjects if name == one.id] or [one for one in subjects if name in {one.name, _full(one)}]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NotOneSubjectError(f"{name!r} means several things here: {', '.join(map(_full, fitting))}")
    near = [one.id for one in subjects if name and name.lower() in one.id.lower()][:5]
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise NotOneSubjectError(f"nothing in this run is called {name!r}{hint}")


def _full(subject: SubjectSeen) -> str:
    return f"{subject.kind.value}:{subject.id}"


def _of_subject(view: RunView, subject: SubjectSeen) -> Iterator[str]:
    placed = next(one for one in view.placed if (one.kind, one.subject) == (subject.kind, subject.id))
    standing = _standing(subject, placed)
    yield standing
    for task in _tasks_of(view, subject):
        if task.result is None or task.result.outcome is not Outcome.SUCCEEDED:
            yield from _of_task(view, task, standing)
        yield from outage_lines(view, task.task)
        yield from way_back_lines(view, task.task)


def _tasks_of(view: RunView, subject: SubjectSeen) -> list[TaskView]:
    if subject.kind is SubjectKind.PRIVATE_CLOUD:
        return [task for task in view.tasks if subject.id in task.clouds]
    return [task for task in view.tasks if (task.kind, task.subject) == (subject.kind, subject.id)]


def _standing(subject: SubjectSeen, placed: Placed) -> str:
    version = f" ({subject.version.release})" if subject.version and subject.version.known else ""
    stands = f"{KINDS[subject.kind][0]} {subject.name}{version} {CLOUDS_ARE[placed.bucket][0]} [{placed.reason}]"
    line = f"{stands[0].upper()}{stands[1:]}: {sentence(placed.detail)}"
    if placed.who_acts_next in {buckets.NOBODY, ""}:
        return line
    return f"{line} Next: {sentence(placed.who_acts_next)}"


def _of_task(view: RunView, task: TaskView, said: str = "") -> Iterator[str]:
    """Where a task stands, leaving out what `said` told already."""
    if task.result is not None:
        yield _ended(task, task.result, said)
        finding = explaining(view, task)
        if finding and finding.link:
            yield f"Read more: {finding.link}"
    elif task.waiting is not None:
        yield _waits(task, task.waiting, view.now, said)
        told = told_to_do(view, task) if task.phase is TaskPhase.WAITING else task.waiting.next_action
        if told:
            yield f"What to do: {sentence(told)}"
        unsaid = undelivered(view, task)
        if unsaid:
            yield f"Nobody may know of it: {sentence(unsaid)}"
    else:
        yield _runs(task, view.now)
    if task.phase is TaskPhase.PLANNED and view.plan is not None:
        yield from scheduled(view.plan, task.task)


def _ended(task: TaskView, result: TaskResult, said: str) -> str:
    line = f"{task.title} {_ENDED_AS[result.outcome]} on {moment(result.ended_at)}"
    if result.detail in said:
        return f"{line}."
    done = result.outcome is Outcome.SUCCEEDED or not result.who_can_act
    who = "" if done else f" Who can act: {sentence(result.who_can_act)}"
    return f"{line}: {sentence(result.detail)}{who}"


def _waits(task: TaskView, waiting: Waiting, now: datetime, said: str) -> str:
    line = (
        f"{task.title} waits for {WAITS_FOR[waiting.reason]} since {when(waiting.since)} ({took(now - waiting.since)})"
    )
    parts = [f"{line}." if waiting.detail in said else f"{line}: {sentence(waiting.detail)}"]
    if waiting.due is not None:
        parts.append(f"It waits until {moment(waiting.due)}.")
    if waiting.next_look is not None and waiting.next_look > now:
        parts.append(f"hcx-fleet looks again on {when(waiting.next_look)}.")
    if waiting.who_can_act not in said:
        parts.append(f"Who can act: {sentence(waiting.who_can_act)}")
    return " ".join(parts)


def _runs(task: TaskView, now: datetime) -> str:
    span = next((span for span in reversed(task.spans) if span.ended_at is None), None)
    if span is None:
        return f"{task.title} has not begun." if task.phase is TaskPhase.PLANNED else f"{task.title} is about to begin."
    return (
        f"{task.title} is under way, {task.percent} % done: {span.section} {span.title}, "
        f"since {when(span.started_at)} ({took(now - span.started_at)})."
    )
