"""The timer's question, asked once or more often."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from activities.watch import decide_run
from shared.model.run import RunState
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW

AT = NOW.isoformat()


def test_an_answer_that_got_lost_is_given_again(tmp_path: Path) -> None:
    """The same firing gets the same run, also a minute later, until that run has ended."""
    hands = Hands()
    ports = ports_of(hands, tmp_path)

    first = decide_run(ports, AT)
    hands.later(timedelta(minutes=1))
    again = decide_run(ports, AT)
    run = ports.store.run("timer-20261124T0600")
    assert run is not None
    ports.store.update_run(replace(run, state=RunState.SUCCEEDED))

    assert first.request == again.request == run.request
    assert decide_run(ports, AT).request is None


def test_nothing_starts_beside_a_run_under_way(tmp_path: Path) -> None:
    """A run that somebody asked for keeps the timer from starting its own."""
    ports = ports_of(Hands(), tmp_path)
    asked(ports)

    decision = decide_run(ports, AT)

    assert (decision.request, ports.store.run("timer-20261124T0600")) == (None, None)


def test_an_unreadable_policy_starts_nothing_and_says_why(tmp_path: Path) -> None:
    """The reason names the file."""
    hands = Hands()
    hands.wanted = None

    decision = decide_run(ports_of(hands, tmp_path), AT)

    assert (decision.request, "fleet.yaml" in decision.reason) == (None, True)
