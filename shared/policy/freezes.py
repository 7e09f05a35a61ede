"""Freezes: times in which nothing is changed, written out or kept in an iCalendar file beside `fleet.yaml`."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field

from shared.model.policy import Freeze
from shared.model.span import Span
from shared.model.wall_time import instant_of
from shared.policy.calendar_file import CalendarRead, read_calendar
from shared.policy.edge import Edge, Name, Text
from shared.policy.edge_time import Moment, moment_of

type Calendars = Mapping[str, bytes | str]
"""Calendar files by their path in the file: the content, or why there is none."""


class FreezePart(Edge):
    """A time in which nothing is changed; from `from` to `to`, or by the events of `ics`."""

    name: Name
    """Name of the freeze, shown where it holds something up."""
    start: Moment | None = Field(default=None, alias="from")
    """Wall time of its beginning in the timeZone of the file, in quotes."""
    end: Moment | None = Field(default=None, alias="to")
    """Wall time of its end, in quotes."""
    ics: Text | None = None
    """iCalendar file relative to this one, instead of `from` and `to`; one that cannot be read counts as closed."""
    reason: Text
    """Why nothing is changed."""
    owner: Text
    """Who can lift it."""
    sites: tuple[Text, ...] = ()
    """Names of sites that it holds for; left out: everywhere."""


def calendars_of(parts: tuple[FreezePart, ...], folder: Path) -> Calendars:
    """Every calendar file that freezes name, read once."""
    return {ics: content_of(folder / ics) for part in parts if (ics := part.ics)}


def freeze_of(part: FreezePart, calendars: Calendars, zone: str) -> Freeze:
    """The record of a freeze in a file of that zone."""
    read = CalendarRead(spans=tuple(_dated(part, zone))) if part.ics is None else calendar_of(calendars[part.ics], zone)
    return Freeze(
        name=part.name,
        spans=read.spans,
        reason=part.reason,
        owner=part.owner,
        sites=part.sites,
        unreadable=read.unreadable and f"{part.ics}: {read.unreadable}",
    )


def calendar_of(found: bytes | str, zone: str) -> CalendarRead:
    """What a calendar closes; a reason why there is no content is the reason why it cannot be read."""
    return CalendarRead(unreadable=found) if isinstance(found, str) else read_calendar(found, zone)


def content_of(path: Path) -> bytes | str:
    """What a calendar file holds, or why that cannot be said."""
    try:
        return path.read_bytes()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    except ValueError:
        return "cannot be read: no file has such a name"


def _dated(part: FreezePart, zone: str) -> Iterator[Span]:
    if part.start and part.end:
        start, end = (instant_of(moment_of(at), zone) for at in (part.start, part.end))
        if start < end:  # both may lie in one hour that the zone skips
            yield Span(start=start, end=end)
