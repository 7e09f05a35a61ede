"""At most one mutating call per step, on the real store."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from activities import ledger
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.orders import StepOrder
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    with SqliteStore(tmp_path / "fleet.sqlite") as opened:
        yield opened


class Wire:
    """What was sent, and what it answers: the far end of a step."""

    def __init__(self, answer: Act) -> None:
        self.answer = answer
        self.sent = 0

    def __call__(self) -> Act:
        """Send once more."""
        self.sent += 1
        return self.answer


def order(run: str = "r-1", generation: int = 1) -> StepOrder:
    """A mutating step of a run."""
    return StepOrder(run=run, plan_hash="p", task="manager:con", step="upgrade-manager:4.11.4", generation=generation)


def test_a_step_delivered_twice_is_sent_once(store: SqliteStore) -> None:
    """The second delivery adopts what the first one started."""
    wire = Wire(Started(job="t-1", route="upgrade-manager-4x", confidence="inferred"))

    first = ledger.once(store, NOW, order(), "manager:con", wire)
    second = ledger.once(store, NOW, order(), "manager:con", wire)

    assert first.kind == "started"
    assert isinstance(second, Adopted)
    assert second.job == "t-1"
    assert wire.sent == 1


def test_a_call_without_an_answer_is_never_sent_again(store: SqliteStore) -> None:
    """After an uncertain call the same run goes on by observation, and another run is refused."""
    wire = Wire(Uncertain(detail="the connection broke"))

    ledger.once(store, NOW, order(), "manager:con", wire)
    again = ledger.once(store, NOW, order(), "manager:con", wire)
    other = ledger.once(store, NOW, order("r-2"), "manager:con", wire)

    assert (again.kind, other.kind, wire.sent) == ("adopted", "refused", 1)


@pytest.mark.parametrize("answer", [AskAgain(detail="busy"), Refused(reason="rejected", detail="no", remedy="look")])
def test_a_call_that_took_no_effect_may_be_made_again(store: SqliteStore, answer: Act) -> None:
    """A refused or postponed call gives its claim back, so that the step can be tried again."""
    wire = Wire(answer)

    ledger.once(store, NOW, order(), "manager:con", wire)
    ledger.once(store, NOW, order(), "manager:con", wire)

    assert wire.sent == 2


def test_a_persons_retry_is_a_step_of_its_own(store: SqliteStore) -> None:
    """Another generation may send once more."""
    wire = Wire(Started(job="t-1", route="upgrade-manager-4x", confidence="inferred"))

    ledger.once(store, NOW, order(), "manager:con", wire)
    ledger.once(store, NOW, order(generation=2), "manager:con", wire)

    assert wire.sent == 2


def test_many_deliveries_at_once_send_once(store: SqliteStore) -> None:
    """Eight deliveries racing for one step put one call on the wire."""
    wire, gate = Wire(Started(job="t-1", route="upgrade-manager-4x", confidence="inferred")), Barrier(8)

    def deliver() -> None:
        gate.wait()
        ledger.once(store, NOW, order(), "manager:con", wire)

    threads = [Thread(target=deliver) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wire.sent == 1
