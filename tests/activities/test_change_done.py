"""The end of a change in the ledger: seen to be done, and never made again in its generation."""

from pathlib import Path

import pytest

from activities import ledger
from activities.ledger import change_done
from shared.model.acts import Act, Adopted, Refused, Started, Uncertain
from shared.model.ledger import ClaimState
from shared.model.orders import StepOrder
from shared.ports import Ports, Sending
from tests.activities.desk import Hands, ports_of
from tests.report.planned_fleet import LYON, PLAN

SUBJECT, STEP = "manager:con-lyon", LYON.hops[0].upgrade.id
STARTED = Started(job="t-1", route="upgrade-manager-4x", confidence="inferred")


@pytest.fixture
def ports(tmp_path: Path) -> Ports:
    """A store that holds the plan."""
    found = ports_of(Hands(), tmp_path)
    found.store.put_plan(PLAN)
    return found


def order(run: str = "r", step: str = STEP) -> StepOrder:
    """The step that starts the first hop."""
    return StepOrder(run=run, plan_hash=PLAN.hash, task=LYON.id, step=step, generation=1)


def sent(ports: Ports, answer: Act) -> None:
    """The change, as far as it was claimed, sent and answered."""
    store, now = ports.store, ports.clock.now()
    claim = store.claim(SUBJECT, STEP, 1, "r", now)
    for state in (ClaimState.CLAIMED, ClaimState.SENDING):
        claim = store.record_claim(claim, state, None, now)
    if isinstance(answer, Started):
        store.record_claim(claim, ClaimState.ADOPTED, answer.job, now)


def again(ports: Ports, run: str) -> Act:
    """What a later delivery, or another run, comes to where a look finds nothing."""

    def act(sending: Sending) -> Act:
        sending()
        raise AssertionError("sent")

    return ledger.once(ports.store, ports.clock.now, order(run), SUBJECT, act)


@pytest.mark.parametrize("answer", [STARTED, Uncertain(detail="no answer")])
def test_what_was_seen_to_be_done_is_closed(ports: Ports, answer: Act) -> None:
    """Whether its answer was known or not, and however often that is said."""
    sent(ports, answer)

    for _ in range(2):
        change_done(ports, order())

    (claim,) = ports.store.claims_of("r")
    assert claim.state is ClaimState.DONE
    assert isinstance(again(ports, "r"), Adopted)


def test_another_run_does_not_do_again_what_was_done(ports: Ports) -> None:
    """Where the manager was set back since, only a person may have it upgraded once more."""
    sent(ports, STARTED)
    change_done(ports, order())

    act = again(ports, "later")

    assert isinstance(act, Refused)
    assert act.reason == "already-sent"
    assert "it was seen to be done then" in act.detail
    assert act.remedy.endswith("hcx-fleet retry r --task manager:con-lyon --as NAME")


def test_what_was_never_sent_stays_as_it_is(ports: Ports) -> None:
    """Somebody else made that change: there is nothing of ours to close, nor of another step."""
    ports.store.claim(SUBJECT, STEP, 1, "r", ports.clock.now())

    change_done(ports, order())
    change_done(ports, order(step=LYON.hops[1].upgrade.id))

    (claim,) = ports.store.claims_of("r")
    assert claim.state is ClaimState.INTENDED
