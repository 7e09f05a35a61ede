"""Coverage, forecast, calendar and exposure as people and programs read them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from shared.model.inventory import Inventory, Maintenance
from shared.model.plan import Plan
from shared.model.policy import Freeze, Policy, SiteEntry, Window
from shared.model.span import Span
from shared.report.calendar_text import Calendar, EntryKind, calendar, calendar_sheet
from shared.report.camel_json import camel_json
from shared.report.coverage_text import COVER, coverage_json, coverage_sheet
from shared.report.exposure_text import exposure_json, exposure_sheet
from shared.report.forecast_text import forecast_of, forecast_sheet
from shared.report.sheet import Sheet, in_markdown
from shared.rules.catalogue import catalogue
from shared.rules.coverage import Cover, Coverage, coverage
from shared.rules.exposure import exposure
from tests.builders.fleet_facts import cloud_manager, connector, fleet, policy, private_cloud
from tests.report.planned_fleet import NOW, PLAN, TODAY, WINDOW

CLOUDS = tuple(private_cloud(name) for name in PLAN.private_clouds)
NIGHTS = Window(
    name="weeknights", rrule="FREQ=WEEKLY;BYDAY=TU", start="22:00", zone="Europe/Paris", duration=timedelta(hours=5)
)
CLOSED = Span(start=datetime(2026, 12, 18, tzinfo=UTC), end=datetime(2027, 1, 4, tzinfo=UTC))
WINDOWED = policy(
    windows=(NIGHTS,),
    sites=(SiteEntry(name="ulm", windows=(replace(NIGHTS, name="tuesdays", zone="Europe/Berlin"),)),),
    freezes=(
        Freeze(name="year-end", spans=(CLOSED,), reason="retail", owner="lea"),
        Freeze(name="board", spans=(), reason="meetings", owner="tom", unreadable="freeze.ics is not there"),
    ),
)


def maintenance(state: str, starts_at: datetime | None) -> Maintenance:
    """A maintenance of pc-weu-01."""
    return Maintenance(
        id=state,
        cloud_resource_id=CLOUDS[-1].resource_id.upper(),
        component="VCSA",
        title="vcsa",
        state=state,
        starts_at=starts_at,
        duration=timedelta(hours=6),
    )


def found(*maintenances: Maintenance) -> Inventory:
    """An inventory of the planned clouds."""
    return Inventory(
        observed_at=NOW, subscriptions=(), private_clouds=CLOUDS, managers=(), maintenances=tuple(maintenances)
    )


def covered(plan: Plan = PLAN) -> Coverage:
    """The coverage of a plan."""
    return coverage(plan, policy(), found(), TODAY)


def weeks(asked: Policy = WINDOWED, *maintenances: Maintenance) -> Calendar:
    """Six weeks of the plan."""
    return calendar(PLAN, asked, found(*maintenances), NOW)


def cells(sheet: Sheet) -> list[str]:
    """Every cell of a sheet."""
    return [cell for grid in sheet.grids for row in grid.rows for cell in row]


def test_coverage_counts_first_and_lists_what_is_not_simply_planned() -> None:
    """The counts add up in one sentence; planned and current clouds have no row."""
    text = in_markdown(coverage_sheet(covered()))

    assert text.startswith("4 private clouds: 1 held, 1 no start known, 1 planned and 1 left alone.")
    assert "No private cloud is out of reach of every wave and window." in text
    assert "| pc-us-02 | held | year-end close, until 4 Jan 2027 | us-ops |" in text
    assert "pc-weu-01" not in text


def test_clouds_that_are_never_reached_are_named() -> None:
    """What only a change of the file can reach is in the second sentence."""
    unreached = tuple(replace(one, cover=Cover.NO_WAVE) for one in covered().clouds if one.cloud == "pc-us-02")
    said = coverage_sheet(replace(covered(), clouds=unreached)).head[1]

    assert said == "1 private cloud will never be reached as fleet.yaml stands: pc-us-02."
    assert set(COVER) == set(Cover)


def test_coverage_for_programs_has_the_counts() -> None:
    """Counts and clouds are there in the words of the API."""
    document = coverage_json(covered())

    assert document["counts"][0] == {"cover": "held", "clouds": 1}
    assert document["clouds"][0]["whoCanAct"] == "us-ops"


def test_a_forecast_says_when_each_wave_ends() -> None:
    """A wave with a task whose end nobody knows has none, and that task is listed with what it waits for."""
    forecast = forecast_of(PLAN)
    canary, broad = forecast.waves

    assert canary.ends_p90 == WINDOW + timedelta(days=1, minutes=50)
    assert (broad.first_start, broad.ends_p50) == (None, None)
    assert [one.name for one in forecast.no_start] == ["con-ulm"]
    assert "It takes work in 2 nights, and 1 approval." in forecast_sheet(forecast).head
    assert "nobody knows when people at ulm do it" in cells(forecast_sheet(forecast))
    assert camel_json(forecast)["waves"][0]["firstStart"] == "2026-11-23T06:02:00Z"


def test_a_calendar_has_windows_freezes_starts_and_what_is_due() -> None:
    """Six weeks hold every opening of every window once, the freeze, starts by wave, and nothing that is over."""
    kinds = [one.kind for one in weeks().entries]
    starts = [one.what for one in weeks().entries if one.kind is EntryKind.START]

    assert kinds.count(EntryKind.WINDOW) == 12
    assert kinds.count(EntryKind.FREEZE) == 1
    assert starts[0] == "1 task: pc-weu-01 4.10.3 → 4.11.4"
    assert EntryKind.DUE not in kinds  # the bundle was due before the calendar begins


def test_windows_of_a_site_are_told_with_the_site() -> None:
    """The fleet's windows count for whoever has none of their own, and each is in its own zone."""
    where = {(one.what, one.where, one.zone) for one in weeks().entries if one.kind is EntryKind.WINDOW}

    assert where == {
        ("weeknights", "sites without windows of their own", "Europe/Paris"),
        ("tuesdays", "ulm", "Europe/Berlin"),
    }


def test_maintenances_are_told_unless_they_are_over() -> None:
    """One that has a time stands there, one without stands at the beginning, and one that is over is left out."""
    ahead, open_, over = (
        maintenance("Scheduled", NOW + timedelta(days=3)),
        maintenance("NotScheduled", None),
        maintenance("Success", NOW),
    )
    told = [one for one in weeks(policy(), ahead, open_, over).entries if one.kind is EntryKind.MAINTENANCE]

    assert [(one.at, one.where) for one in told] == [
        (NOW, "pc-weu-01"),
        (NOW + timedelta(days=3), "pc-weu-01"),
    ]


def test_a_calendar_is_read_week_by_week() -> None:
    """Each week is a grid of its own; a calendar that cannot be read, and a file without windows, are said first."""
    sheet = calendar_sheet(weeks())

    assert [grid.columns[0] for grid in sheet.grids][:2] == ["WEEK OF Mon 23 Nov 2026", "WEEK OF Mon 30 Nov 2026"]
    assert "board (meetings, tom): freeze.ics is not there" in " ".join(sheet.head)
    assert any("names no window" in one for one in calendar_sheet(weeks(policy())).head)
    assert camel_json(weeks())["alwaysClosed"] != []


def test_a_fleet_of_tasks_at_one_moment_is_one_entry() -> None:
    """Hundreds of tasks that start together are counted, and the first few are named."""
    tasks = tuple(replace(PLAN.tasks[0], id=f"manager:c{n}", subject=f"c{n:02}") for n in range(9))
    times = tuple(replace(PLAN.schedule.tasks[0], task=one.id) for one in tasks)
    plan = replace(
        PLAN,
        groups=(replace(PLAN.groups[0], tasks=tasks),),
        schedule=replace(PLAN.schedule, tasks=times, due=()),
    )
    (start,) = [one for one in calendar(plan, policy(), found(), NOW).entries if one.kind is EntryKind.START]

    assert start.what.startswith("9 tasks: c00 4.8.2 →")
    assert start.what.endswith("and 4 more")


def test_exposure_names_versions_distance_and_advisories() -> None:
    """Every manager has a row, and a version that nobody knows is counted as such."""
    facts = fleet(cloud_manager("pc-weu-01", "4.10.3"), connector("con-lyon", "4.8.2", pairs=("pc-weu-01",)))
    exposed = exposure(catalogue(), facts, datetime(2026, 11, 24, tzinfo=UTC), {"con-lyon": PLAN.target})
    sheet, document = exposure_sheet(exposed), exposure_json(exposed)

    assert sheet.head[0] == "As of Tue 24 Nov 2026 00:00 UTC: 2 managers."
    assert "1 at 4.8.2" in cells(sheet)
    assert [one["manager"] for one in document["managers"]] == ["con-lyon", "pc-weu-01"]
    known = {one["id"] for one in document["advisories"]}
    assert {one["id"] for manager in document["managers"] for one in manager["advisories"]} >= known


def test_dates_stay_dates_for_programs() -> None:
    """A day has no time of its own."""
    assert camel_json(date(2026, 11, 24)) == "2026-11-24"
