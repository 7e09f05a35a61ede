"""Ways back and soaks where people and programs read them: in words, as bars, and as JSON."""

import json

from shared.report.content import report
from shared.report.explain import why
from shared.report.html import render_html
from shared.report.run_json import render_json
from shared.report.way_back_page import ways_back_shown
from shared.report.way_back_text import soak_sentence
from tests.report import canonical_run
from tests.report.canonical_ways_back import SOAK, guarded_in

VIEW = guarded_in(canonical_run.at(40))
LATER = guarded_in(canonical_run.at(170))


def test_what_ends_first_comes_first() -> None:
    """A manager whose way back is gone comes last, and has no bar."""
    rows = ways_back_shown(report(VIEW).ways_back).rows

    assert [(row.clock.manager, row.length) for row in rows] == [("con-oslo", 983), ("con-lyon", 977), ("con-graz", 0)]


def test_every_bar_is_told_in_words_too() -> None:
    """Nobody needs the picture to know until when a manager can go back."""
    page = render_html(VIEW).decode()

    assert 'aria-label="con-oslo: the snapshot that HCX takes itself leads back to 4.10.3 until' in page
    assert "con-lyon and con-oslo can go back together until 25 Nov 2026 06:15 UTC, as long as con-oslo can." in page
    assert "wave canary is watched until 25 Nov 2026 06:20 UTC, 2 of 4 looks taken." in page


def test_a_run_that_changed_nothing_has_no_such_section() -> None:
    """There is nothing to go back from."""
    assert "Ways back" not in render_html(canonical_run.at(40)).decode()


def test_why_tells_of_the_manager_and_of_its_pairing() -> None:
    """Both sides go back or none, so that either is told of the other."""
    told = why(VIEW, "con-oslo")

    assert "con-oslo: the snapshot that HCX takes itself leads back to 4.10.3" in told
    assert "con-lyon and con-oslo can go back together until" in told


def test_programs_read_the_same() -> None:
    """The time that is left, how it is known, and every look with its verdict."""
    read = json.loads(render_json(VIEW))
    by_manager = {one["manager"]: one for one in read["waysBack"]["managers"]}

    assert by_manager["con-lyon"]["basis"] == "observed"
    assert by_manager["con-oslo"]["basis"] == "inferred"
    assert by_manager["con-graz"]["kind"] == "none"
    assert by_manager["con-graz"]["leftSeconds"] == 0
    assert [one["verdict"] for one in read["soaks"][0]["samples"]] == ["fail", "pass"]


def test_time_only_takes_from_what_is_left() -> None:
    """Later the same snapshots lead back for less."""
    then = {one.manager: one.left for one in VIEW.ways_back.managers}

    assert all(
        one.left is None or not one.left or one.left < (then[one.manager] or one.left)
        for one in LATER.ways_back.managers
    )


def test_a_soak_says_how_it_stands() -> None:
    """While it goes on, until when and how many looks were taken."""
    assert soak_sentence(SOAK) == "wave canary is watched until 25 Nov 2026 06:20 UTC, 2 of 4 looks taken"
