"""docs/week.md shows what the commands really print in one week of a fleet, and that week ends as it says."""

import re
from datetime import datetime

import pytest

from tests.docs.plan_page import filled, names
from tests.docs.week_play import PAGE, Week, week

pytestmark = pytest.mark.story

TEXT = PAGE.read_text("utf-8")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Week:
    """The week, played once."""
    return week(tmp_path_factory.mktemp("week"))


def test_every_block_is_what_the_command_prints(played: Week) -> None:
    """Byte for byte; `python -m tests.docs.write_week_page` writes what differs."""
    assert filled(TEXT, played.blocks) == TEXT


def test_the_page_tells_the_week_in_order(played: Week) -> None:
    """Every block that is played is shown, and the page has them in the order in which they were played."""
    assert names(TEXT) == list(played.blocks)


def test_every_subject_ends_in_one_bucket(played: Week) -> None:
    """Four private clouds, four connectors and four meshes, each once, and each as wanted."""
    assert len(played.subjects) == 12
    assert sorted(one["subject"] for one in played.placed) == sorted(played.subjects)
    assert {one["bucket"] for one in played.placed} == {"upgraded", "current"}


def test_the_truth_of_the_simulator_holds(played: Week) -> None:
    """What the run reports really happened, and hcx-fleet changed nothing itself."""
    assert (played.misfits, played.calls) == ([], [])


def test_a_lie_is_taken_down_and_proves_nothing(played: Week) -> None:
    """Done is said on Monday and first begun on Thursday: not proved on Tuesday, proved on Friday."""
    said = next(one for one in played.said if one["about"] == "manager:con-metz")
    begun = datetime.fromisoformat(played.first_changes["manager:con-metz"])

    assert (said["taken"], datetime.fromisoformat(said["at"]).day, begun.day) == (True, 23, 26)
    assert "NOT PROVED: con-metz to 4.11.4" in played.blocks["tuesday-prove"].text
    assert "\nPROVED: con-metz to 4.11.4" in played.blocks["friday-prove"].text


def test_an_early_provider_is_followed_at_once(played: Week) -> None:
    """The cloud that was announced for Thursday and moved on Tuesday is done with its site on Wednesday morning."""
    moved = datetime.fromisoformat(played.first_changes["manager:pc-weu-01"])

    assert moved.day == 24
    assert re.search(r"^pc-weu-01 +4\.11\.4 +✓ upgraded ", played.blocks["wednesday-status"].text, re.MULTILINE)


def test_the_run_ends_with_the_last_who_is_late(played: Week) -> None:
    """Oslo was due on Thursday at four and comes on Saturday night; the run waits and ends right after it."""
    begun = datetime.fromisoformat(played.first_changes["manager:con-oslo"])

    assert (begun.day, played.ended.day) == (28, 28)
    assert played.ended > begun
