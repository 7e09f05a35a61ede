"""What the time has to do with it: what has ended, what never begins, and calendars that cannot be read."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from whenever import Instant

from shared.model.wall_time import instant_of
from shared.policy.edge_time import day_of, moment_of, zone_of
from shared.policy.freezes import calendar_of, content_of
from shared.policy.marked_yaml import Marked
from shared.policy.problems import Problem, Severity
from shared.policy.recurrence import occurs, rule_of
from shared.policy.walking import blocks, problem_at, text_at, value_at

_AHEAD = timedelta(days=731)
"""Two years: a window that has not opened by then is one that nobody wants."""


def out_of_time(root: Marked, now: datetime) -> Iterator[Problem]:
    """Windows that never open, and everything that has ended."""
    zone = file_zone(root)
    today = _day_in(zone, now)
    yield from _never_open(root, today)
    yield from _ended(root, today)
    yield from _over(root, zone, now)


def unreadable_calendars(root: Marked, folder: Path) -> Iterator[Problem]:
    """Every calendar that cannot be read, and every one that closes nothing."""
    zone = file_zone(root)
    for freeze in blocks(root, "freezes"):
        ics = text_at(root, (*freeze, "ics"))
        if ics is None:
            continue
        read = calendar_of(content_of(folder / ics), zone)
        if read.unreadable:
            yield _warning(problem_at(root, (*freeze, "ics"), f"{read.unreadable}, so it counts as closed at any time"))
        elif not read.spans:
            yield _warning(problem_at(root, (*freeze, "ics"), "holds no event, so nothing is ever closed by it"))


def file_zone(root: Marked) -> str:
    """The zone of wall times; UTC as well where the file's own is no zone, which is said elsewhere."""
    return value_at(root, ("timeZone",), zone_of) or "UTC"


def _never_open(root: Marked, today: date) -> Iterator[Problem]:
    start = datetime(today.year, today.month, today.day)  # noqa: DTZ001 -- a wall time in the zone of each window
    for window in (*blocks(root, "windows"), *blocks(root, "sites", "*", "windows")):
        rule = value_at(root, (*window, "rrule"), rule_of)
        if rule is not None and not occurs(rule, start, start + _AHEAD):
            message = "is a window that never opens: it has no day in the next two years"
            yield problem_at(root, (*window, "rrule"), message)


def _ended(root: Marked, today: date) -> Iterator[Problem]:
    """A decision that let something through is an error once it has ended; one that held something back is not."""
    for listing, severity, message in (
        (("risks", "accept"), Severity.ERROR, "is an accepted risk that ended: decide again, or take it out"),
        (("waivers",), Severity.ERROR, "is a waiver that ended: decide again, or take it out"),
        (("holds",), Severity.WARNING, "is past, and the hold goes on: take it out, or move it"),
        (("scope", "exclude"), Severity.WARNING, "is past, and the exclusion goes on: take it out, or move it"),
    ):
        for place in blocks(root, *listing):
            until = value_at(root, (*place, "until"), day_of)
            if until is not None and until < today:
                yield replace(problem_at(root, (*place, "until"), message), severity=severity)


def _over(root: Marked, zone: str, now: datetime) -> Iterator[Problem]:
    for freeze in blocks(root, "freezes"):
        end = value_at(root, (*freeze, "to"), moment_of)
        if end is not None and instant_of(end, zone) <= now:
            yield _warning(problem_at(root, (*freeze, "to"), "is past: the freeze is over and can be taken out"))


def _day_in(zone: str, now: datetime) -> date:
    local = Instant(now.astimezone(UTC)).to_tz(zone)
    return date(local.year, local.month, local.day)


def _warning(problem: Problem) -> Problem:
    return replace(problem, severity=Severity.WARNING)
