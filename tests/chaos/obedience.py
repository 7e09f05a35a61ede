"""Whether what people said was obeyed and told: checkers by a reckoning that shares nothing with the app."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from shared.model.command import Command, CommandKind
from tests.chaos.calls import covers, our_calls, step_of, subject_of
from tests.chaos.evidence import Evidence, PlannedTask


def cancel_respected(evidence: Evidence) -> Iterator[str]:
    """After a cancel nothing new is begun on what it covers; what was past return comes to its end without a call."""
    for call, task in _calls_of_tasks(evidence):
        said = _last_word(evidence, task, datetime.fromisoformat(call["at"]))
        if said and said.kind is CommandKind.CANCEL:
            yield _begun_in_spite(call, said)


def pause_respected(evidence: Evidence) -> Iterator[str]:
    """Between a pause and its end nothing new is begun on what it covers."""
    for call, task in _calls_of_tasks(evidence):
        said = _last_word(evidence, task, datetime.fromisoformat(call["at"]))
        if said and said.kind is CommandKind.PAUSE:
            yield _begun_in_spite(call, said)


def commands_told(evidence: Evidence) -> Iterator[str]:
    """What people said stands in the journal of the run as well, once."""
    told = Counter((link.run, link.entry.key) for links in evidence.links for link in links)
    for run, commands in evidence.commands:
        for command in commands:
            times = told[run, f"command/{command.key}"]
            if times != 1:
                yield f"the journal of run {run} has {command.kind} {command.key} {times} times"


def means(command: Command, task: PlannedTask) -> bool:
    """Whether a command is about a task: it names the task, or its private cloud, or neither and so the whole run."""
    if command.task is not None:
        return command.task == task.task
    return command.cloud is None or command.cloud in task.clouds


def _calls_of_tasks(evidence: Evidence) -> Iterator[tuple[dict[str, Any], PlannedTask]]:
    """Every call of ours with the task that made it: the one whose lease it was made under.

    Where one gave its lease back at that very moment and another took it, the later one called: what was called takes
    longer than that to end.
    """
    tasks = {f"{task.run} {task.task}": task for task in evidence.tasks}
    for call in our_calls(evidence):
        at, subject = datetime.fromisoformat(call["at"]), subject_of(call)
        under = (n for n in reversed(range(len(evidence.leases))) if covers(evidence.leases, n, subject, at))
        holder = next((evidence.leases[n]["holder"] for n in under), "")
        if holder in tasks:
            yield call, tasks[holder]


def _last_word(evidence: Evidence, task: PlannedTask, at: datetime) -> Command | None:
    """The last word on a task before that moment. Nothing takes a cancel back.

    What stops a task counts from the next moment on, since a call of the same one may have been on its way already.
    """
    said: Command | None = None
    for command in (one for run, given in evidence.commands if run == task.run for one in given):
        in_time = command.at <= at if command.kind is CommandKind.RESUME else command.at < at
        if in_time and means(command, task) and not (said and said.kind is CommandKind.CANCEL):
            said = command
    return said


def _begun_in_spite(call: dict[str, Any], said: Command) -> str:
    return f"{step_of(call)} of {subject_of(call)} was begun at {call['at']}, after the {said.kind} of {said.at}"
