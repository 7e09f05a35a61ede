"""What vCenter says of a manager's plug-ins counts beside what the manager says of itself."""

from typing import Any

import pytest

from simulator.vcenter.build import available
from tests.app.conftest import Play

pytestmark = [
    pytest.mark.story,
    pytest.mark.skipif(not available(), reason="no vCenter peer, and none can be built: run make vcenter"),
]


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("fleet_run", "tests/app/worlds/second-witness.yaml")


def _of(told: Any, manager: str) -> list[dict[str, Any]]:
    return [one for one in told["journal"] if one["task"] == f"manager:{manager}"]


def _ended(told: Any, manager: str) -> tuple[str, str]:
    (result,) = [one["result"] for one in _of(told, manager) if one["result"]]
    return result["outcome"], result["reason"]


def test_where_both_say_the_same_it_is_upgraded(told: Any) -> None:
    """The step is verified by both, and the journal says so."""
    assert _ended(told, "con-agree") == ("succeeded", "upgraded")
    assert any("plug-ins in vCenter too" in one["text"] for one in _of(told, "con-agree") if one["section"] == "1.7")


def test_where_they_differ_the_step_stays_open(told: Any) -> None:
    """The manager runs the new version and all of its services, and the task does not call that done."""
    assert _ended(told, "con-differ") == ("failed", "timed-out")
    assert any("its plug-ins in vCenter are 4.11.2.0" in one["text"] for one in _of(told, "con-differ"))


def test_a_check_shows_what_vcenter_showed(told: Any) -> None:
    """The plug-ins stand in the evidence of the connection to vCenter."""
    shown = {
        evidence["text"]
        for finding in told["findings"]
        if finding["check"] == "vcenter-connection"
        for evidence in finding["evidence"]
    }

    assert "plug-ins in vCenter: 4.11.2.0" in shown


def test_nobody_failed_to_log_in(told: Any) -> None:
    """A vCenter has an account of its own, and its breaker stays closed."""
    assert [one["secret"] for one in told["truth"]["logins"] if one["failed"]] == []
