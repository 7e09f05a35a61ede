"""A run over a hundred private clouds, half done: left in a store, and carried on with there as by another host.

    python -m tests.api.run_under_way STORE

writes to that store what the tasks under way tell, twenty entries a second, until it is ended from outside. A hundred
private clouds in lockstep would write more in bursts, and nothing for as long as the world is at work.
"""

import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from threading import Event

from benchmarks.large_fleet import large_inputs
from shared.model.codec import to_json_text
from shared.model.plan import Plan, Task
from shared.model.run import (
    JournalEntry,
    JournalKind,
    Outcome,
    Run,
    RunKind,
    RunRequest,
    RunState,
    RunTrigger,
    TaskResult,
)
from shared.model.waiting import Waiting, WaitingFor
from shared.ports import Store
from shared.rules.planner import make_plan
from shared.store.sqlite import SqliteStore
from tests.builders.fleet_facts import NOW

RUN = "under-way"
CLOUDS = 100
PAUSE_SECONDS = 0.05
LOOKS = 1
"""At HCX, in each step, of which the journal tells: with them it is longer than those of runs that were played."""


def leave_half_done(store: Store) -> Plan:
    """Keep the run as a host leaves it that has done half of its tasks, with as many under way as may be."""
    inputs = large_inputs(CLOUDS)
    plan = make_plan(inputs)
    request = RunRequest(
        id=RUN, kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="scale", requested_at=inputs.now
    )
    store.put_plan(plan)
    store.put_run(Run(request=request, state=RunState.RUNNING, plan_hash=plan.hash, started_at=inputs.now))
    store.put_document(RUN, "inventory", to_json_text(inputs.inventory))
    for facts in inputs.facts.managers:
        store.put_document(RUN, f"facts/{facts.manager.id}", to_json_text(facts))
    half = len(plan.tasks) // 2
    for task in plan.tasks[:half]:
        for entry in (*_told(task), _ended(task)):
            store.append(RUN, entry)
    for task in plan.tasks[half : half + plan.concurrency]:
        for entry in _begun(task):
            store.append(RUN, entry)
    return plan


def carry_on(store: Store) -> Iterator[None]:
    """Write one entry more each time."""
    run = store.run(RUN)
    plan = store.plan(run.plan_hash) if run and run.plan_hash else None
    assert plan is not None
    half = len(plan.tasks) // 2
    under_way = plan.tasks[half : half + plan.concurrency]
    for number in count():
        task = under_way[number % len(under_way)]
        step = task.steps[0].id
        kind = JournalKind.PROGRESS
        store.append(RUN, _entry(task, kind, f"{step}/look/{number}", step=step, percent=number % 100))
        yield


def _told(task: Task) -> Iterator[JournalEntry]:
    yield _entry(task, JournalKind.ADMITTED, "admitted")
    for step in task.steps:
        yield _entry(task, JournalKind.STEP_STARTED, f"{step.id}/started", step=step.id, section=step.section)
        for look in range(LOOKS):
            yield _entry(task, JournalKind.PROGRESS, f"{step.id}/look/{look}", step=step.id, percent=20 * look)
        yield _entry(task, JournalKind.STEP_DONE, f"{step.id}/done", step=step.id, section=step.section)


def _begun(task: Task) -> Iterator[JournalEntry]:
    yield _entry(task, JournalKind.ADMITTED, "admitted")
    step, _ = next(pairwise(task.steps))
    yield _entry(task, JournalKind.STEP_STARTED, f"{step.id}/started", step=step.id, section=step.section)
    waiting = Waiting(reason=WaitingFor.HCX_JOB, detail="HCX is at work", since=NOW, who_can_act="hcx-fleet")
    yield _entry(task, JournalKind.WAITING, f"{step.id}/waits", step=step.id, waiting=waiting)


def _ended(task: Task) -> JournalEntry:
    result = TaskResult(
        task=task.id,
        outcome=Outcome.SUCCEEDED,
        reason="upgraded",
        detail="at its target",
        who_can_act="nobody needs to act",
        ended_at=NOW + timedelta(hours=1),
    )
    return _entry(task, JournalKind.TASK_ENDED, "ended", result=result)


def _entry(task: Task, kind: JournalKind, key: str, **about: object) -> JournalEntry:
    text = f"{task.subject} at {key}, which is told in a sentence of the usual length for an operator"
    return JournalEntry(key=f"{task.id}/{key}", at=NOW, kind=kind, text=text, task=task.id, **about)  # type: ignore[arg-type]  # as named


def main(path: str) -> None:
    """Carry on until somebody ends it."""
    with SqliteStore(Path(path)) as store:
        for _ in carry_on(store):
            Event().wait(PAUSE_SECONDS)


if __name__ == "__main__":
    main(sys.argv[1])
