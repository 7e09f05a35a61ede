"""Where every subject stands, in the few words of somebody who asks how far it is: each is counted exactly once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from shared.model.plan import SubjectKind
from shared.model.policy import Owner
from shared.model.run import Bucket, Placed
from shared.model.view import RunView, TaskPhase, TaskView
from shared.model.waiting import WaitingFor
from shared.rules.agenda.records import Count, Tally

BY_BUCKET = {
    Bucket.FAILED: Tally.STOPPED,
    Bucket.UNKNOWN: Tally.UNKNOWN,
    Bucket.BLOCKED: Tally.STOPPED,
    Bucket.WAITING: Tally.STOPPED,
    Bucket.CANCELED: Tally.STOPPED,
    Bucket.RUNNING: Tally.READY,
    Bucket.PLANNED: Tally.READY,
    Bucket.REVERTED: Tally.DONE,
    Bucket.UPGRADED: Tally.DONE,
    Bucket.CURRENT: Tally.DONE,
    Bucket.EXCLUDED: Tally.NOT_COUNTABLE,
}
"""Where a bucket counts, unless the provider is who it waits for."""


def counted(view: RunView, under_way: Iterable[RunView] = ()) -> tuple[Count, ...]:
    """How many subjects stand in each way; they add up to all that the run saw.

    A run under way knows what it waits for: to a plan that was made beside it, the same work is only planned.
    """
    waits = {(one.kind, one.subject): one for run in under_way for one in run.placed if one.bucket is Bucket.WAITING}
    tasks = {one.task: one for one in view.tasks}
    parked = {(one.kind, one.subject) for one in view.tasks if _waits_for_provider(one, tasks, frozenset())}
    found = Counter(_tally(one, parked=(one.kind, one.subject) in parked) for one in _as_known(view, waits))
    return tuple(Count(tally=tally, subjects=found[tally]) for tally in Tally)


def _as_known(view: RunView, waits: Mapping[tuple[SubjectKind, str], Placed]) -> Iterator[Placed]:
    for one in view.placed:
        yield waits.get((one.kind, one.subject), one) if one.bucket is Bucket.PLANNED else one


def _tally(placed: Placed, *, parked: bool) -> Tally:
    """What was observed to be wrong counts before the provider's turn: answering that is not up to the provider."""
    told_so = placed.bucket is Bucket.WAITING and placed.reason == WaitingFor.PROVIDER.value
    in_turn = parked and placed.bucket is Bucket.PLANNED
    return Tally.PARKED if told_so or in_turn else BY_BUCKET[placed.bucket]


def _waits_for_provider(task: TaskView, tasks: Mapping[str, TaskView], met: frozenset[str]) -> bool:
    """Whether the provider performs it, or something that it depends on, and has not yet."""
    if task.phase is TaskPhase.ENDED:
        return False
    before = (tasks[name] for name in task.depends_on if name in tasks and name not in met)
    return task.owner is Owner.PROVIDER or any(_waits_for_provider(one, tasks, met | {task.task}) for one in before)
