"""Freezes kept as a calendar: what each event closes, and that whatever cannot be read is closed with a reason."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.policy import Freeze
from shared.model.span import Span
from shared.policy.calendar_file import EVER, UNTIL, read_calendar
from shared.policy.policy import read_policy

HEAD = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//contoso//board//EN\n"
FLEET = """\
apiVersion: hcxfleet/v1
kind: Fleet
metadata: {name: demo}
timeZone: Europe/Paris
target: {version: "4.11.4"}
freezes: [{name: board, ics: board.ics, reason: the board, owner: ann}]
"""


def calendar(*events: str) -> bytes:
    """A calendar file of these events."""
    body = "".join(f"BEGIN:VEVENT\nUID:{number}\n{event}\nEND:VEVENT\n" for number, event in enumerate(events))
    return (HEAD + body + "END:VCALENDAR\n").replace("\n", "\r\n").encode()


def spans(*events: str, zone: str = "Europe/Paris") -> list[tuple[str, str]]:
    """What these events close, in UTC."""
    read = read_calendar(calendar(*events), zone)
    assert read.unreadable == ""
    return [(f"{span.start:%Y-%m-%d %H:%M}", f"{span.end:%Y-%m-%d %H:%M}") for span in read.spans]


@pytest.mark.parametrize(
    ("event", "closed"),
    [
        ("DTSTART:20261224T180000Z\nDTEND:20261225T060000Z", ("2026-12-24 18:00", "2026-12-25 06:00")),
        ("DTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20261227", ("2026-12-23 23:00", "2026-12-26 23:00")),
        ("DTSTART;VALUE=DATE:20261224", ("2026-12-23 23:00", "2026-12-24 23:00")),
        ("DTSTART:20260701T120000\nDURATION:PT2H", ("2026-07-01 10:00", "2026-07-01 12:00")),
        ("DTSTART;TZID=America/New_York:20260701T120000\nDURATION:PT2H", ("2026-07-01 16:00", "2026-07-01 18:00")),
        ("DTSTART:20260329T023000\nDTEND:20260329T040000", ("2026-03-29 01:00", "2026-03-29 02:00")),
        ("DTSTART:20261025T023000\nDTEND:20261025T040000", ("2026-10-25 00:30", "2026-10-25 03:00")),
    ],
    ids=["utc", "days", "a day", "zone of the file", "zone of its own", "skipped hour", "doubled hour"],
)
def test_one_event(event: str, closed: tuple[str, str]) -> None:
    """An event closes its time; days and times without a zone are those of the file's zone."""
    assert spans(event) == [closed]


def test_repeated_event() -> None:
    """Every occurrence closes its time, but for those that were taken out or called off."""
    weekly = "DTSTART:20260105T120000Z\nDTEND:20260105T140000Z\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20260112T120000Z"
    moved = (
        "BEGIN:VEVENT\nUID:0\nRECURRENCE-ID:20260119T120000Z\nDTSTART:20260119T120000Z\nDTEND:20260119T140000Z\n"
        "STATUS:CANCELLED\nEND:VEVENT\n"
    )
    content = calendar(weekly).decode().replace("END:VCALENDAR", moved.replace("\n", "\r\n") + "END:VCALENDAR")

    read = read_calendar(content.encode(), "UTC")

    assert [span.start.day for span in read.spans] == [5, 26]


def test_touching_events() -> None:
    """Events that touch or overlap are one stretch of time."""
    assert spans(
        "DTSTART:20260105T120000Z\nDTEND:20260105T140000Z",
        "DTSTART:20260105T140000Z\nDTEND:20260105T150000Z",
        "DTSTART:20260105T130000Z\nDTEND:20260105T133000Z",
    ) == [("2026-01-05 12:00", "2026-01-05 15:00")]


def test_endless_event() -> None:
    """What repeats without an end is followed for years, and closed from where nobody followed it."""
    read = read_calendar(calendar("DTSTART;VALUE=DATE:20261224\nRRULE:FREQ=YEARLY"), "UTC")

    assert [span.start.year for span in read.spans] == [*range(2026, 2037), 2037]
    assert read.spans[-1] == Span(start=UNTIL, end=EVER)


def test_no_events() -> None:
    """A calendar without events, or whose events were all called off, closes nothing."""
    assert spans() == []
    assert spans("DTSTART:20260105T120000Z\nDURATION:PT1H\nSTATUS:CANCELLED") == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it holds no calendar"),
        (b"BEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\n", "it holds no calendar"),
        (b"\xff\xfe", "it is not UTF-8 text"),
        (b"<html>please sign in</html>", "it is not readable as a calendar (ValueError)"),
        (HEAD.encode(), "it ends in the middle"),
        (calendar("DTSTART:20260105T120000Z") + HEAD.encode(), "it ends in the middle"),
        (calendar("DTSTART:soon"), "event '0' has no times that can be read"),
        (calendar("SUMMARY:no time at all"), "event '0' has no times that can be read"),
        (calendar("DTSTART:20260105T120000Z\nDTEND:later"), "event '0' has no times that can be read"),
        (calendar("DTSTART:20260105T120000Z\nRRULE:FREQ=SOMETIMES"), "event '0' has no times that can be read"),
        (calendar("DTSTART:20260105T120000Z\nRRULE:FREQ=HOURLY"), "event '0' repeats more often than daily"),
        (
            calendar("DTSTART:20260105T120000Z\nRRULE:FREQ=DAILY;BYHOUR=1,2;BYMINUTE=0,30"),
            "event '0' repeats more often than daily",
        ),
        (calendar("DTSTART;TZID=Nowhere/Land:20260105T120000"), "event '0' is in a time zone that is not known"),
        (calendar("DTSTART:20260105T120000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"), "it holds more than 2000 occurrences"),
    ],
    ids=[
        "empty",
        "no calendar",
        "bytes",
        "page",
        "cut",
        "second cut",
        "start",
        "none",
        "end",
        "rule",
        "hourly",
        "times of a day",
        "zone",
        "too many",
    ],
)
def test_unreadable(content: bytes, reason: str) -> None:
    """What cannot be read for certain closes everything, and says why; it never closes a part of the time only."""
    read = read_calendar(content, "UTC")

    assert read.spans == ()
    assert read.unreadable.startswith(reason)


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 300), cut=st.integers(0, 40), junk=st.binary(max_size=6))
def test_broken_anyhow(at: int, cut: int, junk: bytes) -> None:
    """However a calendar is broken, it is read or says why not; nothing else ever happens."""
    content = calendar("DTSTART:20260105T120000Z\nDTEND:20260105T140000Z\nRRULE:FREQ=YEARLY;COUNT=3")

    read = read_calendar(content[:at] + junk + content[at + cut :], "UTC")

    assert not (read.spans and read.unreadable)


def freeze(folder: Path) -> Freeze:
    """The one freeze of the file above."""
    path = folder / "fleet.yaml"
    path.write_text(FLEET)
    return read_policy(path).freezes[0]


def test_beside_the_policy(tmp_path: Path) -> None:
    """A freeze takes its times from the file beside fleet.yaml; without that file it is closed and says so."""
    missing = freeze(tmp_path)
    (tmp_path / "board.ics").write_bytes(calendar("DTSTART:20261224T180000\nDURATION:PT1H"))
    read = freeze(tmp_path)
    start = datetime(2026, 12, 24, 17, tzinfo=UTC)

    assert (missing.spans, missing.unreadable) == ((), "board.ics: cannot be read: No such file or directory")
    assert (read.spans, read.unreadable) == ((Span(start=start, end=start + timedelta(hours=1)),), "")


def test_hash_covers_the_calendar(tmp_path: Path) -> None:
    """The hash of the policy changes with what its calendar holds."""
    path = tmp_path / "fleet.yaml"
    path.write_text(FLEET)
    hashes = [read_policy(path).hash]
    for day in (24, 25, 24):
        (tmp_path / "board.ics").write_bytes(calendar(f"DTSTART;VALUE=DATE:202612{day}"))
        hashes.append(read_policy(path).hash)

    assert len(set(hashes)) == 3
    assert hashes[1] == hashes[3]
