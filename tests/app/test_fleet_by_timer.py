"""The timer starts a fleet run by the policy's mode, and it goes to its end by itself."""

from collections import Counter
from typing import Any

import pytest

from tests.app.conftest import Play
from tests.app.procedure import strays

pytestmark = pytest.mark.story

WORLD = "tests/app/worlds/shared-connector.yaml"


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("timer", WORLD)


def test_the_schedule_started_exactly_one_run(told: Any) -> None:
    """The run that the timer started at six is the only one: while it goes on, later firings start none."""
    assert [one["request"]["id"] for one in told["runs"]] == ["timer-20261124T0600"]
    assert told["runs"][0]["request"]["trigger"] == "timer"


def test_every_subject_is_in_one_bucket_with_a_reason(told: Any) -> None:
    """What is ours is upgraded; what the provider never moved waits for the provider."""
    placed = {one["subject"]: (one["bucket"], one["reason"]) for one in told["run"]["placed"]}

    assert placed["pc-one"] == ("upgraded", "upgraded")
    assert placed["con-hub"] == ("upgraded", "upgraded")
    assert placed["pc-three"] == ("waiting", "provider")


def test_a_connector_far_behind_took_both_hops(told: Any) -> None:
    """The truth shows the stepping stone before the target, each asked for once."""
    changes = (one for one in told["truth"]["mutations"] if one["manager"] == "con-hub")
    hops = [one["body"]["targetVersion"] for one in changes if one["route"].startswith("upgrade-manager")]

    assert hops == ["4.9.2", "4.11.4"]


def test_the_journal_follows_the_procedure_hop_by_hop(told: Any) -> None:
    """Each task's steps are the numbered headings of its section, repeated for both hops of the far connector."""
    hops = [one for one in told["journal"] if one["task"] == "manager:con-hub" and one["kind"] == "step-started"]

    assert strays(told["journal"]) == []
    assert [one["section"] for one in hops].count("1.5") == 2


def test_each_step_made_at_most_one_mutating_call(told: Any) -> None:
    """No change stands twice in the truth's list."""
    calls = Counter(f"{one['route']} {one['manager']} {one['body']}" for one in told["truth"]["mutations"])

    assert set(calls.values()) == {1}


def test_what_we_report_is_what_happened(told: Any) -> None:
    """Every manager that the run calls upgraded is at its target in the truth, and no other one changed."""
    versions = {one["id"]: one["version"] for one in told["truth"]["managers"]}

    assert versions["pc-one"].startswith("4.11.4")
    assert versions["con-hub"].startswith("4.11.4")
    assert versions["pc-three"].startswith("4.11.2")
