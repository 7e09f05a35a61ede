"""The list of `today` as a calendar file.

The same thing has the same name in every export, so that a calendar that takes a second one in moves what has moved and
doubles nothing.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from shared.report.ics_text import texts
from shared.report.today_text import by_text
from shared.rules.agenda.records import Row, Today, When

LONG = timedelta(minutes=30)
"""How long an entry with an hour is drawn. Ours: what has no length at all is hard to see."""
_UID = 32


def today_ics(found: Today, rows: tuple[Row, ...]) -> bytes:
    """An event for every row that has a date. What is due at once stands on the day of the export.

    Rows without a date are in no calendar; `undated` says how many.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//hcx-fleet//today//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", texts(f"hcx-fleet {found.fleet}"))
    for row in rows:
        if row.when is not When.NO_DATE:
            calendar.add_component(_event(row, found))
    return bytes(calendar.to_ical())


def undated(rows: tuple[Row, ...]) -> int:
    """How many rows are in no calendar."""
    return sum(row.when is When.NO_DATE for row in rows)


def uid(fleet: str, key: str) -> str:
    """The name of a row in every calendar; it holds nothing that a calendar could misread."""
    return f"{hashlib.sha256(f'{fleet}/{key}'.encode(errors='replace')).hexdigest()[:_UID]}@hcx-fleet"


def _event(row: Row, found: Today) -> Event:
    item = row.item
    event = Event()
    event.add("uid", uid(found.fleet, item.key))
    event.add("dtstamp", found.now.astimezone(UTC))
    event.add("sequence", int(found.now.timestamp()) // 60)  # a later export counts more
    event.add("dtstart", _start(row, found.now))
    event.add("dtend", _start(row, found.now) + (LONG if item.by.at else timedelta(days=1)))
    late = "late: " if row.when is When.LATE else ""
    event.add("summary", texts(f"{late}{item.what}"))
    event.add("location", texts(item.where))
    event.add("description", texts(f"Who: {item.who}\nBy: {by_text(row, found.now)}\nWhy: {item.why}"))
    event.add("categories", [item.matter.value])
    return event


def _start(row: Row, now: datetime) -> datetime | date:
    by = row.item.by
    return by.at.astimezone(UTC) if by.at else by.day or now.astimezone(UTC).date()
