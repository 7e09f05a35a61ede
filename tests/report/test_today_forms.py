"""The list of `today` as a table, as JSON, as CSV and as a calendar."""

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from shared.model.policy import Hold
from shared.report.sheet import in_markdown
from shared.report.today_csv import COLUMNS, today_csv
from shared.report.today_ics import today_ics, uid, undated
from shared.report.today_text import today_json, today_sheet
from shared.rules.agenda.records import Today, When
from shared.rules.today import Chosen, chosen, today
from tests.report.planned_fleet import NOW, PLAN
from tests.rules.today_material import LYON, PEOPLE, material

HOUR = timedelta(hours=1)


def listed(reason: str = "audit", now: datetime = NOW + HOUR, until: date = date(2026, 12, 24)) -> Today:
    """The list with one hold."""
    wanted = replace(PEOPLE, holds=(Hold(subject="pc-ger-01", reason=reason, owner="h@x", until=until),))
    return today(material(wanted=wanted), now)


def events(found: Today) -> dict[str, Any]:
    """The events of the calendar by their names."""
    read = Calendar.from_ical(today_ics(found, found.rows))
    return {str(one["uid"]): one for one in read.walk("VEVENT")}


def cells(found: Today) -> list[list[str]]:
    """The rows of the CSV file, the names first."""
    return list(csv.reader(io.StringIO(today_csv(found, found.rows).decode("utf-8-sig"), newline="")))


# --- for people -------------------------------------------------------------------------------------------------------


def test_the_table_says_what_it_rests_on_and_how_far_everything_is() -> None:
    """First the plan and the facts with their times, at last the counts, which add up in the sentence."""
    found = listed()
    text = in_markdown(today_sheet(found, found.rows))

    assert text.startswith(f"Fleet test, 23 Nov 2026 07:02 UTC: plan {PLAN.hash[:12]} made 23 Nov 2026 06:02 UTC;")
    assert "| late: Thu 19 Nov 21:00 UTC | lyon-ops@contoso.example | con-lyon |" in text
    assert "| no date | lyon-ops@contoso.example | con-ulm |" in text
    assert (
        "8 subjects seen: 0 unknown, 3 parked on the provider, 1 stopped until somebody acts, 2 ready, 1 done and "
        "1 not countable." in text
    )
    assert "Among no subjects, since it could not be read: subscription lab." in text


def test_what_is_not_shown_is_counted() -> None:
    """A choice never passes for the whole list, and an empty one says so."""
    found = listed()
    of_lyon, none = chosen(found.rows, Chosen(person=LYON)), ()

    assert f"{len(found.rows) - len(of_lyon)} of {len(found.rows)} are not shown, as asked." in in_markdown(
        today_sheet(found, of_lyon)
    )
    assert "Nothing to do." in in_markdown(today_sheet(found, none))


# --- for programs -----------------------------------------------------------------------------------------------------


def test_json_has_the_rows_that_are_shown_and_the_counts_of_all() -> None:
    """Programs get the key, the date and the words of each row."""
    found = listed()
    document = today_json(found, found.rows[:1])

    assert [one["key"] for one in document["rows"]] == [found.rows[0].item.key]
    assert document["rows"][0]["when"] == "late"
    assert sum(one["subjects"] for one in document["counts"]) == document["subjects"] == 8


@pytest.mark.parametrize("reason", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "\uff1d1"])
def test_no_cell_is_run_by_a_spreadsheet_program(reason: str) -> None:
    """Whoever may write a hold's owner or a tag gets no formula into anybody's table."""
    wanted = replace(PEOPLE, holds=(Hold(subject=reason, reason=reason, owner=reason, until=date(2026, 12, 24)),))
    found = today(material(wanted=wanted), NOW)
    names, *rows = cells(found)
    [held] = [dict(zip(names, row, strict=True)) for row in rows if row[-1].startswith("hold/")]

    assert tuple(names) == COLUMNS
    assert (held["who"], held["where"]) == (f"'{reason}", f"'{reason}")
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "@", "-", "\uff1d"))]


def test_csv_keeps_its_dates_sortable() -> None:
    """Day and time stand in columns of their own, whatever the zone of the words is."""
    names, *rows = cells(listed())
    days = [dict(zip(names, row, strict=True))["day"] for row in rows]

    assert "2026-11-19" in days
    assert [one for one in days if one] == sorted(one for one in days if one)


# --- for calendars ----------------------------------------------------------------------------------------------------


def test_every_row_with_a_date_is_an_event() -> None:
    """What has no date is left out and counted, and nobody's name stands for two events."""
    found = listed()

    assert len(events(found)) == len(found.rows) - undated(found.rows)
    assert undated(found.rows) > 0


def test_a_second_export_moves_an_event_and_doubles_none() -> None:
    """The same thing has the same name whatever day it is on, and the later export has the higher number."""
    first, second = listed(), listed(now=NOW + 2 * HOUR, until=date(2026, 12, 31))
    hold = uid("test", "hold/pc-ger-01")
    before, after = events(first), events(second)

    assert set(before) == set(after)
    assert (before[hold]["dtstart"].dt, after[hold]["dtstart"].dt) == (date(2026, 12, 24), date(2026, 12, 31))
    assert before[hold]["sequence"] < after[hold]["sequence"]
    assert uid("other", "hold/pc-ger-01") != hold


def test_a_time_of_day_is_kept_and_a_day_is_a_whole_day() -> None:
    """A deadline at an hour has its hour in UTC; one on a day covers the day."""
    found = listed()
    every = events(found)
    timed = next(one for one in found.rows if one.item.by.at)
    event = every[uid("test", timed.item.key)]

    assert event["dtstart"].dt == timed.item.by.at
    assert every[uid("test", "hold/pc-ger-01")]["dtend"].dt == date(2026, 12, 25)


def test_what_is_late_says_so_in_the_calendar() -> None:
    """An event in the past begins with the word."""
    found = listed()
    late = [one for one in found.rows if one.when is When.LATE]

    assert late
    assert all(str(events(found)[uid("test", one.item.key)]["summary"]).startswith("late: ") for one in late)


def test_no_text_breaks_the_calendar() -> None:
    """Line ends in what somebody wrote begin no property of their own."""
    reason = "audit\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:come here"
    found = listed(reason)

    assert set(events(found)) == set(events(listed()))
    assert "come here" in str(events(found)[uid("test", "hold/pc-ger-01")]["description"])
