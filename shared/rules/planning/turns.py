"""The turns of tasks that wait for each other in the middle: hops that need the other side, meshes upgraded on the way.

Admission knows what depends on whole tasks; what a hop waits for is looked at inside its task, when it comes to it. So
the forecast of the rollout does not see it, and such turns are put off here until what they need can be there.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from shared.model.plan import ManagerTask, MeshTask, Requirement, Task
from shared.rules.forecast import TaskForecast

ROUNDS_MOST = 8
"""Hops wait for hops that wait for hops; so often times are put off again. More would only move what nobody can date
anyway."""

type Turns = Mapping[str, TaskForecast]


def put_off(tasks: Iterable[Task], turns: Turns) -> Turns:
    """The turns, none before what it requires can be there."""
    waiting = [task for task in tasks if any(_required(task))]
    by_subject: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        by_subject.setdefault((task.kind, task.subject), []).append(task)
    found = dict(turns)
    for _ in range(ROUNDS_MOST if waiting else 0):
        before = dict(found)
        for task in waiting:
            found[task.id] = _later(task, found, by_subject)
        if found == before:
            break
    return found


def _later(task: Task, turns: Turns, by_subject: Mapping[tuple[str, str], list[Task]]) -> TaskForecast:
    turn = turns[task.id]
    for spent, needed in _required(task):
        half = _there(needed, turns, by_subject, slow=False)
        most = _there(needed, turns, by_subject, slow=True)
        turn = replace(
            turn,
            start_p50=_shifted(turn.start_p50, turn.start_p50, half) if spent == timedelta() else turn.start_p50,
            end_p50=_shifted(turn.end_p50, _at(turn.start_p50, spent), half),
            start_p90=_shifted(turn.start_p90, turn.start_p90, most) if spent == timedelta() else turn.start_p90,
            end_p90=_shifted(turn.end_p90, _at(turn.start_p90, spent), most),
        )
    return turn


def _required(task: Task) -> Iterator[tuple[timedelta, Requirement]]:
    """What a task requires, each with how long it has worked when it comes to it."""
    if isinstance(task, MeshTask):
        yield from ((timedelta(), one) for one in task.requires)
        return
    spent = timedelta()
    for hop in task.hops:
        yield from ((spent, one) for one in hop.requires)
        spent += hop.takes.p50


def _there(
    needed: Requirement, turns: Turns, by_subject: Mapping[tuple[str, str], list[Task]], *, slow: bool
) -> datetime | None:
    """When what is required is there: after the hop that reaches it, or after its mesh's upgrade; None: it is."""
    for task in by_subject.get((needed.kind, needed.subject), ()):
        if task.target.older_than(needed.version):
            continue
        turn = turns[task.id]
        begin, end = (turn.start_p90, turn.end_p90) if slow else (turn.start_p50, turn.end_p50)
        if not isinstance(task, ManagerTask) or begin is None:
            return end
        spent = timedelta()
        for hop in task.hops:
            spent += hop.takes.p90 if slow else hop.takes.p50
            if not hop.target.older_than(needed.version):
                return begin + spent
    return None


def _at(start: datetime | None, spent: timedelta) -> datetime | None:
    return start + spent if start else None


def _shifted(what: datetime | None, reached: datetime | None, there: datetime | None) -> datetime | None:
    """`what`, later by as much as something is reached before what it needs is there."""
    if what is None or reached is None or there is None or there <= reached:
        return what
    return what + (there - reached)
