"""The calendar of a fleet as a calendar file.

The same entry has the same name in every export as long as it stands where it stood, so that taking a second one in
doubles nothing.
"""

import hashlib
from datetime import UTC, timedelta

from icalendar import Calendar as Ics
from icalendar import Event

from shared.report.calendar_text import Calendar, Entry
from shared.report.ics_text import texts

LONG = timedelta(minutes=30)
"""How long an entry without an end is drawn. Ours: what has no length at all is hard to see."""
_UID = 32


def calendar_ics(found: Calendar, fleet: str) -> bytes:
    """An event for every entry; what is closed at any time is in none of them."""
    file = Ics()
    file.add("prodid", "-//hcx-fleet//calendar//EN")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", texts(f"hcx-fleet {fleet}"))
    for entry in found.entries:
        file.add_component(_event(entry, found, fleet))
    return bytes(file.to_ical())


def _event(entry: Entry, found: Calendar, fleet: str) -> Event:
    event = Event()
    event.add("uid", _uid(entry, fleet))
    event.add("dtstamp", found.now.astimezone(UTC))
    event.add("sequence", int(found.now.timestamp()) // 60)  # a later export counts more
    event.add("dtstart", entry.at.astimezone(UTC))
    event.add("dtend", (entry.until or entry.at + LONG).astimezone(UTC))
    event.add("summary", texts(f"{entry.kind.value}: {entry.what}"))
    event.add("location", texts(entry.where))
    event.add("categories", [entry.kind.value])
    return event


def _uid(entry: Entry, fleet: str) -> str:
    """It holds nothing that a calendar could misread."""
    name = f"{fleet}/{entry.kind.value}/{entry.at.isoformat()}/{entry.what}/{entry.where}"
    return f"{hashlib.sha256(name.encode(errors='replace')).hexdigest()[:_UID]}@hcx-fleet"
