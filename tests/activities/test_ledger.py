"""At most one mutating call per step, on the real store."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from activities import ledger
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.ledger import ClaimState, LeaseWish
from shared.model.orders import StepOrder
from shared.ports import Sending
from shared.store.sqlite import SqliteStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SUBJECT, STEP = "manager:con", "upgrade-manager:4.11.4"
STARTED = Started(job="t-1", route="upgrade-manager-4x", confidence="inferred")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """A store of its own."""
    with SqliteStore(tmp_path / "fleet.sqlite") as opened:
        yield opened


class Wire:
    """The far end of a step: what a look at it finds, what was sent, and what it answers to that."""

    def __init__(self, answer: Act, found: Act | None = None) -> None:
        self.answer = answer
        self.found = found
        self.sent = 0

    def __call__(self, sending: Sending) -> Act:
        """Look, and send unless there is something."""
        if self.found is not None:
            return self.found
        sending()
        self.sent += 1
        return self.answer


class Killed(BaseException):
    """The host goes away."""


def killed(sending: Sending, *, before: bool) -> Act:
    """A host that goes away right before it may send, or right after."""
    if not before:
        sending()
    raise Killed


def now() -> datetime:
    """The time."""
    return NOW


def order(store: SqliteStore, run: str = "r-1", generation: int = 1) -> StepOrder:
    """A mutating step of a run, under a lease."""
    for lease in store.leases(NOW):
        store.give_back_lease(lease.subject, lease.token, NOW)
    wish = LeaseWish(subject=SUBJECT, quiet=(), run=run, task=SUBJECT, until=NOW + timedelta(hours=1))
    fence = store.take_lease(wish, NOW).token
    return StepOrder(run=run, plan_hash="p", task=SUBJECT, step=STEP, generation=generation, fence=fence)


def state(store: SqliteStore, run: str = "r-1") -> ClaimState:
    """How far the one claim of a run is."""
    (claim,) = store.claims_of(run)
    return claim.state


def test_a_step_delivered_twice_is_sent_once(store: SqliteStore) -> None:
    """The second delivery adopts what the first one started."""
    wire, step = Wire(STARTED), order(store)

    first = ledger.once(store, now, step, SUBJECT, wire)
    second = ledger.once(store, now, step, SUBJECT, wire)

    assert first.kind == "started"
    assert isinstance(second, Adopted)
    assert (second.job, wire.sent) == ("t-1", 1)


def test_what_is_done_already_needs_no_lease(store: SqliteStore) -> None:
    """Where a look finds it running, nothing is sent, the ledger knows its job, and nobody asks for a lease."""
    wire = Wire(STARTED, found=Adopted(job="t-7", detail="it is running"))
    step = StepOrder(run="r-1", plan_hash="p", task=SUBJECT, step=STEP, generation=1)

    act = ledger.once(store, now, step, SUBJECT, wire)

    (claim,) = store.claims_of("r-1")
    assert (act, claim.state, claim.job, wire.sent) == (wire.found, ClaimState.ADOPTED, "t-7", 0)


@pytest.mark.parametrize("lose", ["never had one", "broken", "over", "given to another one"])
def test_without_its_lease_nothing_is_sent(store: SqliteStore, lose: str) -> None:
    """Whoever lost the lease without knowing sends nothing, and may come again with another one."""
    wire, step, at = Wire(STARTED), order(store), NOW
    if lose == "never had one":
        step = StepOrder(run="r-1", plan_hash="p", task=SUBJECT, step=STEP, generation=1)
    elif lose == "over":
        at += timedelta(hours=2)
    else:
        store.give_back_lease(SUBJECT, step.fence, NOW)
        if lose == "given to another one":
            order(store, "r-2")

    act = ledger.once(store, lambda: at, step, SUBJECT, wire)
    again = ledger.once(store, now, order(store), SUBJECT, wire)

    assert (act.kind, again.kind, wire.sent) == ("ask-again", "started", 1)


def test_a_later_lease_outdoes_an_earlier_one(store: SqliteStore) -> None:
    """A host that slept through the end of its lease finds its claim taken, and sends nothing."""
    slow = order(store)

    def overtaken(sending: Sending) -> Act:
        ledger.once(store, now, order(store, "r-2"), SUBJECT, Wire(STARTED))
        sending()
        raise AssertionError("sent")

    act = ledger.once(store, now, slow, SUBJECT, overtaken)

    assert (act.kind, state(store, "r-2")) == ("ask-again", ClaimState.ADOPTED)


def test_killed_before_sending_it_is_sent_then(store: SqliteStore) -> None:
    """A host that went away before it sent leaves a claim under which the same run sends."""
    wire = Wire(STARTED)
    with suppress(Killed):
        ledger.once(store, now, order(store), SUBJECT, lambda sending: killed(sending, before=True))

    act = ledger.once(store, now, order(store), SUBJECT, wire)

    assert (act.kind, wire.sent) == ("started", 1)


def test_killed_while_sending_it_is_never_sent_again(store: SqliteStore) -> None:
    """After a host that went away while it sent, the same run only observes: nothing seen is uncertain."""
    wire = Wire(STARTED)
    with suppress(Killed):
        ledger.once(store, now, order(store), SUBJECT, lambda sending: killed(sending, before=False))

    act = ledger.once(store, now, order(store), SUBJECT, wire)

    assert (act.kind, wire.sent, state(store)) == ("uncertain", 0, ClaimState.SENDING)


def test_what_a_dead_host_sent_is_adopted_where_it_is_seen(store: SqliteStore) -> None:
    """A look that finds the HCX job of a call whose answer was lost records it."""
    with suppress(Killed):
        ledger.once(store, now, order(store), SUBJECT, lambda sending: killed(sending, before=False))

    act = ledger.once(store, now, order(store), SUBJECT, Wire(STARTED, found=Adopted(job="t-1", detail="running")))

    assert (act.kind, state(store)) == ("adopted", ClaimState.ADOPTED)


def test_a_call_without_an_answer_is_never_sent_again(store: SqliteStore) -> None:
    """After an uncertain call the same run goes on by observation, and another run is refused with what to do."""
    wire = Wire(Uncertain(detail="the connection broke"))

    ledger.once(store, now, order(store), SUBJECT, wire)
    again = ledger.once(store, now, order(store), SUBJECT, wire)
    other = ledger.once(store, now, order(store, "r-2"), SUBJECT, wire)

    assert (again.kind, wire.sent) == ("uncertain", 1)
    assert isinstance(other, Refused)
    assert (other.reason, "hcx-fleet retry r-1 --task manager:con" in other.remedy) == ("already-sent", True)


@pytest.mark.parametrize("answer", [AskAgain(detail="busy"), Refused(reason="rejected", detail="no", remedy="look")])
def test_a_call_that_took_no_effect_may_be_made_again(store: SqliteStore, answer: Act) -> None:
    """A refused or postponed call gives its claim back, so that the step can be tried again."""
    wire = Wire(answer)

    ledger.once(store, now, order(store), SUBJECT, wire)
    ledger.once(store, now, order(store), SUBJECT, wire)

    assert wire.sent == 2


def test_a_persons_retry_is_a_step_of_its_own(store: SqliteStore) -> None:
    """Another generation may send once more."""
    wire = Wire(STARTED)

    ledger.once(store, now, order(store), SUBJECT, wire)
    ledger.once(store, now, order(store, generation=2), SUBJECT, wire)

    assert wire.sent == 2


def together(count: int, deliver: Callable[[], object]) -> None:
    """Many deliveries at the same time."""
    threads = [Thread(target=deliver) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_many_deliveries_at_once_send_once(store: SqliteStore) -> None:
    """Eight deliveries that have all looked and race for the right to send put one call on the wire."""
    wire, gate, step, acts = Wire(STARTED), Barrier(8), order(store), list[str]()

    def racing(sending: Sending) -> Act:
        gate.wait()
        return wire(sending)

    together(8, lambda: acts.append(ledger.once(store, now, step, SUBJECT, racing).kind))

    assert (wire.sent, sorted(acts)) == (1, ["ask-again"] * 7 + ["started"])


def test_a_delivery_that_looks_late_does_not_undo_the_other(store: SqliteStore) -> None:
    """One that finds the manager busy with what another delivery just started takes nothing back."""
    step = order(store)

    def late(_sending: Sending) -> Act:
        ledger.once(store, now, step, SUBJECT, Wire(STARTED))
        return AskAgain(detail="busy")

    act = ledger.once(store, now, step, SUBJECT, late)

    assert (act.kind, state(store)) == ("ask-again", ClaimState.ADOPTED)
