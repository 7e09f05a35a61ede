"""The text of a plan beyond its golden file: everything is named, nothing breaks the page, times have their zones."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shared.model.plan import Unplanned
from shared.model.policy import SiteEntry, Window
from shared.report.markdown import plain, table
from shared.report.plan_text import plan_text, zones_of
from shared.report.plan_waves import wave_rows
from shared.report.plan_words import UNPLANNED, budget_words, day_and_time, name_of
from tests.builders.fleet_facts import policy
from tests.report.planned_fleet import MESH, PLAN, WINDOW, ZONES

TEXT = plan_text(PLAN, ZONES)


def window(zone: str) -> Window:
    """A window in a zone."""
    return Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone=zone, duration=timedelta(hours=5))


def test_every_task_and_step_is_in_it() -> None:
    """Each task has a heading and each of its steps a line with section and budget."""
    for task in PLAN.tasks:
        assert f". {name_of(task)}: " in TEXT
        for step in task.steps:
            assert f"- {step.section} {step.title} (up to " in TEXT


def test_every_cloud_and_everything_without_a_task_is_in_it() -> None:
    """What a plan leaves out is as much a part of it as what it does."""
    for cloud in PLAN.private_clouds:
        assert f"- **{cloud}**: " in TEXT
    for rest in PLAN.rest:
        assert rest.detail in TEXT


def test_every_reason_has_words() -> None:
    """A reason that is added to the model without words would break the text of a plan."""
    assert set(UNPLANNED) == set(Unplanned)


def test_the_same_plan_is_the_same_text() -> None:
    """Nothing in the text depends on when or where it is made."""
    assert plan_text(PLAN, ZONES) == TEXT


def test_a_plan_without_work_says_so() -> None:
    """No tasks, no findings and no waves make a short text with a reason for every cloud."""
    idle = plan_text(replace(PLAN, groups=(), waves=(), findings=()))

    assert "Nothing is to be done." in idle
    assert "Nothing was found that an operator has to know first." in idle
    assert "pc-legacy-01" in idle


@given(st.text(max_size=40))
def test_no_name_breaks_a_table(name: str) -> None:
    """Whatever HCX or a person calls something, a row stays a row of as many cells."""
    page = "\n".join(table(("a", "b"), [(name, "x")]))
    tokens = MarkdownIt("commonmark").enable("table").parse(page)

    assert sum(token.type == "td_open" for token in tokens) == 2
    assert not any(token.type == "html_block" for token in tokens)


@pytest.mark.parametrize(
    ("text", "shown"), [("a|b", "a\\|b"), ("a\nb", "a b"), ("<b>", "\\<b>"), ("[a](http://x)", "[a]\\(http://x)")]
)
def test_text_from_elsewhere_is_only_text(text: str, shown: str) -> None:
    """A name makes no cell, line, tag or link of its own."""
    assert plain(text) == shown


def test_times_are_utc_with_the_local_time_beside_them() -> None:
    """A site's own clock is shown beside UTC, with its day where that is another one."""
    assert day_and_time(WINDOW) == "Tue 24 Nov 2026 21:00 UTC"
    assert day_and_time(WINDOW, "Europe/Paris") == "Tue 24 Nov 2026 21:00 UTC (22:00 Europe/Paris)"
    assert day_and_time(WINDOW, "Asia/Tokyo") == "Tue 24 Nov 2026 21:00 UTC (Wed 25 Nov 06:00 Asia/Tokyo)"


def test_a_site_has_a_zone_where_its_windows_agree() -> None:
    """Windows in two zones give none, and a site without windows has that of the fleet's."""
    asked = policy(
        windows=(window("Europe/Paris"),),
        sites=(
            SiteEntry(name="lyon"),
            SiteEntry(name="tokyo", windows=(window("Asia/Tokyo"),)),
            SiteEntry(name="both", windows=(window("Asia/Tokyo"), window("UTC"))),
        ),
    )

    assert zones_of(asked) == {"lyon": "Europe/Paris", "tokyo": "Asia/Tokyo"}


def test_networks_at_risk_keep_to_the_cap() -> None:
    """The cap of the plan holds down what tasks of ours may change at once, and the row says so."""
    free, capped = wave_rows(PLAN)[0], wave_rows(replace(PLAN, networks_at_risk=4))[0]

    assert (free.at_risk, free.risk) == (MESH.networks, "6")
    assert (capped.at_risk, capped.risk) == (4, "4 (cap)")


def test_a_wave_is_told_by_what_it_changes() -> None:
    """Releases that are there now, the number of hops, and the first start."""
    canary, broad = wave_rows(PLAN)

    assert (canary.versions, canary.hops, canary.first_start) == ("4.8.2, 4.10.3", "1-2", PLAN.made_at)
    assert (broad.hops, broad.first_start) == ("1", None)


def test_a_budget_is_told_as_it_counts() -> None:
    """Whether tasks that run count as failed is said, and so is that there is no budget."""
    assert budget_words(2, strict=True) == "stops at 2 failures, and tasks that run count as failed"
    assert budget_words(1, strict=False) == "stops at 1 failure"
    assert budget_words(None, strict=True) == "failures stop only what depends on them"
