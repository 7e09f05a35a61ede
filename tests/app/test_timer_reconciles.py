"""The timer never relies on having seen an event: it brings back what an engine forgot, rings bells, and purges."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("brought_back", "tests/app/worlds/late-bundle.yaml")


def test_the_run_is_brought_back_and_goes_to_its_end(told: Any) -> None:
    """A run whose host went away is started again by the next firing, though nobody asks for it, and succeeds."""
    assert told["run"]["status"] == "Succeeded"
    assert [one["request"]["id"] for one in told["runs"]].count("fleet") == 1


def test_no_change_is_made_twice(told: Any) -> None:
    """The truth lists one upgrade of each connector by us."""
    mutations = [one["manager"] for one in told["truth"]["mutations"] if one["caller"] == "api"]

    assert sorted(mutations) == ["con-early", "con-ready"]


def test_it_is_driven_by_one_instance(told: Any) -> None:
    """However often the timer fires meanwhile, there is one instance of the run and none of another upgrade."""
    names = [name for name in told["asides"]["at its end"] if name[1] == "fleet"]

    assert names == [["fleet", "fleet"]]


def test_its_bell_is_rung_at_each_firing(told: Any) -> None:
    """Each firing that finds the run going on rings its bell, so that no lost event leaves it asleep for days."""
    assert 40 < told["asides"]["bells"] < 60


def test_what_ended_within_a_run_stays_until_the_run_has_ended(told: Any) -> None:
    """What the run started is there at its end, though some of it ended long before; other instances are purged."""
    names = [name for name, _ in told["asides"]["at its end"]]

    assert [name for name in names if name.startswith("fleet:")] != []
    assert len([name for name in names if name.startswith("watch")]) < 4


def test_a_run_that_ended_long_ago_is_purged_and_its_journal_is_not(told: Any) -> None:
    """Nothing of the run is left in the engine, and its status is still told from the journal."""
    assert [name for name in told["asides"]["purged"] if name.startswith("fleet")] == []
    assert {one["subject"]: one["bucket"] for one in told["run"]["placed"]}["con-early"] == "upgraded"


def test_the_timers_own_run_is_brought_back_once(play: Play) -> None:
    """After a crash the next firing starts the timer's run again, under one instance, and starts no other beside it."""
    told = play("timer_brought_back", "tests/app/worlds/shared-connector.yaml")
    calls = [f"{one['route']} {one['manager']} {one['body']}" for one in told["truth"]["mutations"]]

    assert [name for name, kind in told["asides"]["names"] if kind == "fleet"] == ["timer-20261124T0600"]
    assert [one["request"]["id"] for one in told["runs"]] == ["timer-20261124T0600"]
    assert sorted(calls) == sorted(set(calls))
