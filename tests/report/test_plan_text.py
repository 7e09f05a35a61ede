"""The text of a plan beyond its golden file: everything is named, nothing breaks the page, times have their zones."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shared.model.plan import Plan, Task, Unplanned
from shared.model.policy import SiteEntry, Window
from shared.report.markdown import plain, table
from shared.report.plan_text import plan_text, zones_of
from shared.report.plan_waves import limits_words, wave_rows
from shared.report.plan_words import UNPLANNED, budget_words, day_and_time, name_of
from tests.builders.fleet_facts import policy
from tests.report.planned_fleet import MESH, PLAN, WINDOW, ZONES

TEXT = plan_text(PLAN, ZONES)


def window(zone: str) -> Window:
    """A window in a zone."""
    return Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone=zone, duration=timedelta(hours=5))


def with_tasks(*tasks: Task) -> Plan:
    """The plan with these tasks in its first group."""
    return replace(PLAN, groups=(replace(PLAN.groups[0], tasks=tasks), *PLAN.groups[1:]))


def test_every_task_and_step_is_in_it() -> None:
    """Each task has a row and a heading, and says under which heading its steps are told."""
    for task in PLAN.tasks:
        assert f"| {name_of(task)} | " in TEXT
        assert f". {name_of(task)}: " in TEXT
        own = TEXT.partition(f". {name_of(task)}: ")[2].partition("- Steps: ")[2].partition(".\n")[0]
        told = TEXT.partition(f"### Steps of {own}\n")[2].partition("\n#")[0]
        assert sections(told) == list(dict.fromkeys(step.section for step in task.steps))


def sections(text: str) -> list[str]:
    """The sections of the procedure that a list of steps names, in its order."""
    return re.findall(r"^ *- (\d\.\d) ", text, re.MULTILINE)


def test_what_people_look_for_comes_first() -> None:
    """Waves and their tasks stand before everything that explains them."""
    headings = [line for line in TEXT.splitlines() if line.startswith("## ")]

    assert headings == [
        "## Waves",
        "## Wave 1 of 2: canary",
        "## Wave 2 of 2: broad",
        "## Findings",
        "## Tasks",
        "## Steps",
        "## Ways back",
        "## No task for",
        "## Why each cloud is where it is",
    ]


def test_a_row_of_a_task_has_its_two_starts() -> None:
    """When windows allow a task and when it is expected are two things, and both stand in its row."""
    late = tuple(
        replace(one, starts=WINDOW + timedelta(days=40)) if one.task == "manager:con-lyon" else one
        for one in PLAN.schedule.tasks
    )
    text = plan_text(replace(PLAN, schedule=replace(PLAN.schedule, tasks=late)), ZONES)
    row = next(line for line in text.splitlines() if line.startswith("| 2 | con-lyon |"))

    assert "| Tue 24 Nov 21:00 | Sun 3 Jan 2027 21:00 | Tue 24 Nov 23:30 | 0 | pc-weu-01 (the provider); prepar" in row
    assert "Windows at lyon allow it from Tue 24 Nov 2026 21:00 UTC (22:00 Europe/Paris), at the latest" in text
    assert "| at once | at once | Tue 24 Nov 12:02 | 0 | the provider, who announced 24 November |" in text


def test_equal_findings_are_one_row_with_all_they_are_about() -> None:
    """What is said in the same words of several is said once; a mesh is called by its name."""
    (found,) = PLAN.findings
    alike = tuple(replace(found, subject=one) for one in ("m-17", "con-ulm", "con-lyon"))
    other = replace(found, subject="con-bern", summary="something else")
    text = plan_text(replace(PLAN, findings=(*alike, other)))

    assert f"| con-lyon, con-ulm, mesh-lyon | a person must look | backup-known | {found.summary} |" in text
    assert "| con-bern | a person must look | backup-known | something else |" in text
    assert "- findings: a person must look 4" in text


def test_partners_of_a_group_are_shown_by_their_names() -> None:
    """The plan knows the names of the appliances of its meshes; an id that it does not know stays one."""
    first, second = MESH.appliances
    group = replace(MESH, appliances=(first, replace(second, together=("id-IX-I1", "id-elsewhere"))))
    text = plan_text(with_tasks(*PLAN.groups[0].tasks[:2], group))

    assert "| NE-I1 (with IX-I1, id-elsewhere) | network extension |" in text


def test_what_waits_for_the_hop_before_has_no_date() -> None:
    """A preparation without any time ahead is done on the way, whatever date the schedule would give it."""
    lyon = PLAN.groups[0].tasks[0]
    later = replace(lyon.preparations[1], lead=timedelta())
    task = replace(lyon, preparations=(lyon.preparations[0], later))
    text = plan_text(with_tasks(task, *PLAN.groups[0].tasks[1:]))

    assert "  - on the way: Back con-lyon up" in text


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
    assert (broad.hops, broad.may_start, broad.first_start) == ("1", None, None)


def test_a_budget_is_told_as_it_counts() -> None:
    """What a strict budget means for what runs is said, and so is that there is no budget."""
    strict = "after 2 failures nothing new starts, and no more of ours run at a time than may still fail"

    assert budget_words(2, strict=True) == strict
    assert budget_words(1, strict=False) == "after 1 failure nothing new starts"
    assert budget_words(None, strict=True) == "failures stop only what depends on them"


@pytest.mark.parametrize(
    ("wave", "run", "said"),
    [
        ((4, None, True), (None, True), "At most 4 tasks of ours at a time: failures stop only what depends on them"),
        ((3, 2, True), (None, True), "At most 2 tasks of ours at a time (concurrency allows 3): after 2 failures"),
        ((3, 2, False), (None, True), "At most 3 tasks of ours at a time: after 2 failures nothing new starts"),
        ((1, 2, True), (None, True), "At most 1 task of ours at a time: after 2 failures"),
        (
            (4, 3, True),
            (2, True),
            "At most 2 tasks of ours at a time (concurrency allows 4, the failure budget of the whole run 2): after 3",
        ),
        ((4, None, True), (2, False), "At most 4 tasks of ours at a time: failures"),
    ],
)
def test_the_real_number_at_a_time_is_told(
    wave: tuple[int, int | None, bool], run: tuple[int | None, bool], said: str
) -> None:
    """A strict budget below the concurrency is what limits a wave, that of the whole run as well."""
    concurrency, max_failed, strict = wave
    limited = replace(PLAN.waves[0], concurrency=concurrency, max_failed=max_failed, strict=strict)

    assert limits_words(replace(PLAN, max_failed=run[0], strict=run[1]), limited).startswith(said)
