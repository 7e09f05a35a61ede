"""How a run is closed, which says nothing more than whether everything is as wanted."""

from collections.abc import Iterable

from shared.model.run import Bucket, Placed, RunKind, RunState

AS_WANTED = frozenset({Bucket.CURRENT, Bucket.UPGRADED, Bucket.EXCLUDED})


def end_state(kind: RunKind, placed: Iterable[Placed], problem: str) -> RunState:
    """The state of a run that has come to its end.

    A check or a plan succeeds by being made, whatever it says. An upgrade succeeds when every subject is as wanted: a
    run in which everything waits for people has not succeeded, and neither has one in which everything failed.
    """
    if problem:
        return RunState.FAILED
    if kind is not RunKind.UPGRADE:
        return RunState.SUCCEEDED
    return RunState.SUCCEEDED if all(one.bucket in AS_WANTED for one in placed) else RunState.FAILED
