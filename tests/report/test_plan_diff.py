"""Two plans compared: nothing where they are the same, and a line for whatever counts for the hash."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.model.codec import RecordUnreadableError, from_json, to_json
from shared.model.plan import Plan, Schedule, Unplanned
from shared.model.policy import Owner
from shared.report.diff_text import diff_sheet, drift_sheet
from shared.report.plan_diff import Part, Sign, plan_diff
from shared.report.sheet import in_markdown
from shared.rules.drift import drift, hashes_of
from shared.rules.planning.sealing import NOT_APPROVED
from tests.report.planned_fleet import LYON, PLAN, ULM, WINDOW

type Path = tuple[str | int, ...]


def with_task(**changes: Any) -> Plan:
    """The plan with the task of con-ulm changed."""
    group = replace(PLAN.groups[1], tasks=(replace(ULM, **changes),))
    return replace(PLAN, groups=(PLAN.groups[0], group))


def lines(before: Plan, after: Plan) -> list[str]:
    """The comparison as short lines."""
    return [f"{one.sign.value} {one.part.value}: {one.subject} {one.text}" for one in plan_diff(before, after)]


def test_a_plan_does_not_differ_from_itself() -> None:
    """The same plan, made again at another time or in the place of another one, gives no line."""
    assert plan_diff(PLAN, PLAN) == ()
    assert plan_diff(PLAN, replace(PLAN, made_at=PLAN.made_at + timedelta(hours=1), parent=None)) == ()


def _leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    match value:
        case dict():
            for key, one in value.items():
                yield from _leaves(one, (*path, key))
        case list() if value:
            for number, one in enumerate(value):
                yield from _leaves(one, (*path, number))
        case _:
            yield path


WRONG = ("changed", "4.7.1", 41, True, False, None, "PT41H", "ours", "assisted", "provider", "standard", ["x"])


def _changed(document: Any, path: Path) -> Iterator[Plan]:
    """The plan with another value at that place; what no plan can hold there is left out."""
    for wrong in (
        "changed",
        "4.7.1",
        41,
        True,
        False,
        None,
        "PT41H",
        "ours",
        "assisted",
        "provider",
        ["x"],
        "standard",
    ):
        other = deepcopy(document)
        inner = other
        for key in path[:-1]:
            inner = inner[key]
        if type(inner[path[-1]]) is type(wrong) and inner[path[-1]] == wrong:
            continue
        inner[path[-1]] = wrong
        try:
            yield from_json(Plan, other)
        except RecordUnreadableError:
            continue


DOCUMENT = to_json(PLAN)
HASHED = sorted(key for key in DOCUMENT if key not in NOT_APPROVED)


@pytest.mark.parametrize("field", HASHED)
def test_whatever_counts_for_the_hash_makes_a_line(field: str) -> None:
    """Any other value anywhere in what people approve is told."""
    for path in _leaves(DOCUMENT[field], (field,)):
        for other in _changed(DOCUMENT, path):
            assert plan_diff(PLAN, other) or other == PLAN, path


def test_what_is_other_about_a_task_is_told_in_its_words() -> None:
    """Owner, wave, order and sites of one task, each in a line of its own, and no line about others."""
    after = with_task(owner=Owner.OURS, wave="canary", depends_on=("manager:con-lyon",), sites=("ulm",))

    assert lines(PLAN, after) == [
        "~ task: con-ulm is done by hcx-fleet instead of a person at the site",
        "~ task: con-ulm moves to wave canary from wave broad",
        "~ task: con-ulm comes after manager:con-lyon instead of nothing",
        "~ task: con-ulm sites: ulm instead of lyon",
    ]


def test_another_way_is_told_with_its_hops() -> None:
    """The way is compared with every release that it passes through."""
    after = replace(PLAN, groups=(replace(PLAN.groups[0], tasks=(replace(LYON, hops=LYON.hops[:1]),)), PLAN.groups[1]))

    assert "~ task: con-lyon goes 4.8.2 → 4.9.2 instead of 4.8.2 → 4.9.2 → 4.11.4" in lines(PLAN, after)


def test_tasks_come_and_go() -> None:
    """A task that is gone is one line, with where it was going; compared the other way round it is new."""
    after = replace(PLAN, groups=PLAN.groups[:1])
    gone, new = lines(PLAN, after), lines(after, PLAN)

    assert "- task: con-ulm 4.10.3 → 4.11.4, in wave broad" in gone
    assert "+ task: con-ulm 4.10.3 → 4.11.4, in wave broad" in new


def test_what_has_no_task_is_compared_with_its_reason() -> None:
    """Another reason is told beside the one before, and a mesh is called by its name."""
    held = replace(PLAN.rest[0], reason=Unplanned.HELD, detail="audit")
    after = replace(PLAN, rest=(held, *PLAN.rest[1:]))

    assert lines(PLAN, after) == [
        "~ no task: mesh mesh-ulm why: held: audit instead of current: all its appliances are at 4.11.4"
    ]


def test_a_wave_is_compared_by_the_tasks_of_both() -> None:
    """A task that is gone has its own line and makes no other one for its wave; another order is told."""
    waves = (replace(PLAN.waves[0], tasks=PLAN.waves[0].tasks[:2]), PLAN.waves[1])
    turned = (replace(PLAN.waves[0], tasks=PLAN.waves[0].tasks[::-1]), PLAN.waves[1])
    passed = "con-lyon goes after mesh mesh-lyon instead of after pc-weu-01"

    assert [one.part for one in plan_diff(PLAN, replace(PLAN, waves=waves))] == [Part.PLAN]
    assert lines(PLAN, replace(PLAN, waves=turned)) == [
        f"~ wave: canary order: mesh mesh-lyon goes first instead of after con-lyon; {passed}"
    ]
    assert lines(replace(PLAN, waves=PLAN.waves[:1]), PLAN) == ["+ wave: broad 1 task, 1 private cloud"]


def test_what_may_go_at_once_makes_no_line_because_the_clock_went_on() -> None:
    """A plan made an hour later starts the same tasks at once."""
    later = PLAN.made_at + timedelta(hours=1)
    times = tuple(replace(one, earliest=later) if one.earliest == PLAN.made_at else one for one in PLAN.schedule.tasks)

    assert plan_diff(PLAN, replace(PLAN, made_at=later, schedule=replace(PLAN.schedule, tasks=times))) == ()


def test_findings_and_times_are_compared_though_nobody_approves_them() -> None:
    """People ask when, and what was found: both are told, and neither is part of the hash."""
    later = replace(PLAN.schedule.tasks[0], earliest=WINDOW + timedelta(days=7))
    after = replace(PLAN, findings=(), schedule=replace(PLAN.schedule, tasks=(later, *PLAN.schedule.tasks[1:])))
    found = plan_diff(PLAN, after)

    assert [(one.part, one.sign, one.subject) for one in found] == [
        (Part.FINDING, Sign.GONE, "con-lyon"),
        (Part.TIME, Sign.OTHER, "con-lyon"),
    ]
    assert found[1].text == "starts Tue 1 Dec 2026 21:00 UTC instead of Tue 24 Nov 2026 21:00 UTC"
    assert plan_diff(replace(PLAN, schedule=Schedule()), PLAN) == ()


def test_a_comparison_is_said_in_one_sheet() -> None:
    """The sheet names both plans and the number of differences, and has a row for each."""
    after = replace(with_task(wave="canary"), hash="f" * 64)
    text = in_markdown(diff_sheet(PLAN, after, plan_diff(PLAN, after)))

    assert "From plan 9f2c41ab3d01 (23 Nov 2026 06:02 UTC) to plan ffffffffffff" in text
    assert "| ~ | task | con-ulm | moves to wave canary from wave broad |" in text
    assert "no difference" in in_markdown(diff_sheet(PLAN, PLAN, ()))


def test_drift_is_said_with_what_stands_in_the_way_first() -> None:
    """A stale plan says how many changes void it; one that holds says so."""
    stale = drift(PLAN, PLAN.baseline, replace(hashes_of(PLAN), policy="x"))

    assert "is stale: 1 change that it did not expect" in in_markdown(drift_sheet(PLAN, stale))
    assert "| ~ | fleet.yaml was changed | no |" in in_markdown(drift_sheet(PLAN, stale))
    assert in_markdown(drift_sheet(PLAN, ())).startswith("Plan 9f2c41ab3d01 holds")
