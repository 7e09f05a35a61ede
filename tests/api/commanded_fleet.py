"""A run of a small fleet that people can command: planned, with one wave that somebody has to let go."""

from dataclasses import replace

from shared.model.plan import Plan
from shared.model.policy import Approval
from shared.model.run import JournalEntry, JournalKind, Outcome, RunState, TaskResult
from shared.rules.resume import asking_key
from tests.api.api_fleet import LATER, PAIR, Api
from tests.builders.fleet_facts import NOW

CLOUD, CONNECTOR = "manager:pc-a", "manager:con-a"
WAVE = "all"


def commanded(api: Api, run: str = "r1", *, minimum: int = 1, asking: bool = True) -> Plan:
    """Leave the run in the store, about to begin; where it is `asking`, its wave waits for Ann or the group ops."""
    plan = api.keep_run(run, PAIR)
    assert plan is not None
    approval = Approval(approvers=("Ann", "ops"), minimum=minimum)
    plan = replace(plan, waves=tuple(replace(one, approval=approval) for one in plan.waves))
    api.store.put_plan(plan)
    if asking:
        told(api, run, JournalKind.WAITING, asking_key(WAVE))
    return plan


def told(api: Api, run: str, kind: JournalKind, key: str, *about: str) -> None:
    """Leave one entry, about a task and a step of it where they are named."""
    task, step = (*about, None, None)[:2]
    api.store.append(run, JournalEntry(key=key, at=NOW, kind=kind, text=key, task=task, step=step))


def ended(api: Api, run: str, task: str, outcome: Outcome) -> None:
    """Leave the end of a task."""
    result = TaskResult(task=task, outcome=outcome, reason="test", detail="so", who_can_act="x", ended_at=LATER)
    kind = JournalKind.TASK_ENDED
    entry = JournalEntry(key=f"{task}/ended", at=LATER, kind=kind, text="ended", task=task, result=result)
    api.store.append(run, entry)


def over(api: Api, run: str = "r1") -> None:
    """Leave the end of the run."""
    kept = api.store.run(run)
    assert kept is not None
    api.store.update_run(replace(kept, state=RunState.FAILED, ended_at=LATER))
    told(api, run, JournalKind.RUN_ENDED, "run-ended")
