"""The list of `today` for people and programs: sentences and one grid, and the same as JSON."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from shared.report.camel_json import camel_json
from shared.report.plan_words import HASH
from shared.report.sheet import Grid, Sheet
from shared.report.words import listed, moment, several
from shared.rules.agenda.records import Row, Tally, Today, When
from shared.rules.calendar.wall_time import wall_text

COLUMNS = ("BY", "WHO", "WHERE", "WHAT", "WHY")

TALLY = {
    Tally.UNKNOWN: "unknown",
    Tally.PARKED: "parked on the provider",
    Tally.STOPPED: "stopped until somebody acts",
    Tally.READY: "ready",
    Tally.DONE: "done",
    Tally.NOT_COUNTABLE: "not countable",
}
"""Where subjects stand, in words."""

_WHEN = {When.LATE: "late", When.NOW: "due now", When.AHEAD: "ahead", When.NO_DATE: "without a date"}


def today_sheet(found: Today, rows: tuple[Row, ...]) -> Sheet:
    """The list with what it rests on before it, and how far everything is after it; `rows` are those to show."""
    grid = Grid(columns=COLUMNS, rows=tuple(cells(row, found.now) for row in rows))
    return Sheet(head=tuple(_head(found, rows)), grids=(grid,), foot=tuple(_foot(found)))


def today_json(found: Today, rows: tuple[Row, ...]) -> dict[str, Any]:
    """The same for programs: of each row its words and its date, with the key that stays the same."""
    document: dict[str, Any] = camel_json(found)
    document["rows"] = [{**camel_json(row.item), "when": row.when.value, "zone": row.zone} for row in rows]
    return document


def cells(row: Row, now: datetime) -> tuple[str, ...]:
    """One row in the words of the columns."""
    return by_text(row, now), row.item.who, row.item.where, row.item.what, row.item.why


def by_text(row: Row, now: datetime) -> str:
    """By when, in the zone of whoever does it; what is in the past says so."""
    match row.when:
        case When.NOW:
            return "now"
        case When.NO_DATE:
            return "no date"
        case When.LATE:
            return f"late: {_moment(row, now)}"
        case When.AHEAD:
            return _moment(row, now)


def _moment(row: Row, now: datetime) -> str:
    by = row.item.by
    return wall_text(by.at, row.zone, now) if by.at else _day(by.day or now.date(), now)


def _day(day: date, now: datetime) -> str:
    year = "" if day.year == now.year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}"


def _head(found: Today, rows: tuple[Row, ...]) -> Iterator[str]:
    scope = f", of private cloud {found.private_cloud} alone" if found.private_cloud else ""
    seen = f"; facts observed from {moment(found.observed_from)} on" if found.observed_from else ""
    made = moment(found.planned_at)
    yield f"Fleet {found.fleet}, {moment(found.now)}: plan {found.plan[:HASH]} made {made}{scope}{seen}."
    counts = Counter(row.when for row in rows)
    told = listed([f"{counts[when]} {_WHEN[when]}" for when in When if counts[when]])
    shown = several(len(rows), "thing", "things")
    yield f"{shown} to do: {told}." if rows else "Nothing to do."
    if len(rows) < len(found.rows):
        yield f"{len(found.rows) - len(rows)} of {len(found.rows)} are not shown, as asked."


def _foot(found: Today) -> Iterator[str]:
    counts = [f"{one.subjects} {TALLY[one.tally]}" for one in found.counts]
    yield f"{several(found.subjects, 'subject', 'subjects')} seen: {listed(counts)}."
    if found.unread:
        yield f"Among no subjects, since it could not be read: subscription {listed(list(found.unread))}."
    if found.by_hand:
        looks = several(found.by_hand, "check", "checks")
        yield f"{looks} only a person can make; hcx-fleet check and run sheets list them."
