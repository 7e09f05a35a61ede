"""The rules of a claim under every interleaving of holders that hypothesis can think of."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.ledger import Claim, ClaimState
from shared.store.claims import HOLDER_ONLY, MOVES, REPEATABLE
from shared.store.errors import ClaimMovedError
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)

WORKERS = st.sampled_from(["run-1/a", "run-1/b", "run-2/a"])
"""Two workers of one run, as the durable engine makes them when it repeats an activity, and another run."""

DEEDS = st.lists(st.tuples(WORKERS, st.sampled_from([None, *ClaimState])), max_size=30)


@settings(max_examples=60, deadline=None)
@given(deeds=DEEDS)
def test_at_most_one_sender(deeds: list[tuple[str, ClaimState | None]]) -> None:
    """One worker at most may send until the claim is released, however stale is what the workers believe."""
    believed: dict[str, Claim] = {}
    senders = 0
    with TemporaryDirectory() as folder, SqliteStore(Path(folder) / "fleet.sqlite") as store:
        for worker, state in deeds:
            run = worker.split("/")[0]
            if state is None or worker not in believed:
                believed[worker] = store.claim("manager:lyon", "upgrade-manager", 1, run, NOW)
                continue
            try:
                believed[worker] = store.record_claim(believed[worker], state, None, NOW)
            except ClaimMovedError:
                continue
            if state is ClaimState.SENDING:
                senders += 1
            if state is ClaimState.RELEASED:
                senders = 0

            assert senders <= 1


def test_tables() -> None:
    """Every state has its moves, every state that may be repeated can be reached, and nobody sends twice."""
    reached = frozenset[ClaimState]().union(*MOVES.values())

    assert set(MOVES) == set(ClaimState)
    assert reached == REPEATABLE | HOLDER_ONLY
    assert ClaimState.SENDING not in REPEATABLE
