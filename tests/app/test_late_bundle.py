"""A task of ours that waits for people holds no slot."""

from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("fleet_run", "tests/app/worlds/late-bundle.yaml")


def test_others_go_while_somebody_brings_the_bundle(told: Any) -> None:
    """With one slot, the second connector is upgraded on the day on which the first one still waits."""
    ends = {one["task"]: one["at"] for one in told["journal"] if one["kind"] == "task-ended"}

    assert ends["manager:con-ready"] < "2026-11-25"
    assert ends["manager:con-early"] > "2026-11-26"


def test_what_waited_goes_on_when_its_bundle_is_there(told: Any) -> None:
    """Both are upgraded in the end, with one call each."""
    mutations = [one["manager"] for one in told["truth"]["mutations"] if one["caller"] == "api"]

    assert sorted(mutations) == ["con-early", "con-ready"]
    assert told["run"]["status"] == "Succeeded"


def test_days_old_checks_are_made_again(told: Any) -> None:
    """The manager is observed anew right before the change, and not two days before it."""
    findings = [one for one in told["findings"] if one["subject"] == "con-early" and one["check"] == "manager-alive"]
    seen = max(evidence["observed_at"] for one in findings for evidence in one["evidence"])
    called = next(
        one["at"] for one in told["journal"] if one["kind"] == "called" and one["task"] == "manager:con-early"
    )

    assert seen > "2026-11-26"
    assert called > "2026-11-26"
