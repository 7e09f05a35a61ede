"""How long earlier upgrades took, as the store's own runs tell it."""

from shared.model.run import RunKind
from shared.ports import Store
from shared.rules.durations import Taken, taken_of

RUNS_MOST = 20
"""How many ended runs are looked at, the newest first: enough for a fleet's own figures, and older ones speak of older
releases."""


def history_of(store: Store) -> tuple[Taken, ...]:
    """What the last ended upgrade runs took."""
    ended = [one for one in store.runs() if one.request.kind is RunKind.UPGRADE and one.ended_at and one.plan_hash]
    found: list[Taken] = []
    for run in ended[:RUNS_MOST]:
        plan = store.plan(run.plan_hash) if run.plan_hash else None
        if plan is not None:
            found += taken_of((entry for _, entry in store.journal(run.request.id)), plan.tasks)
    return tuple(found)
