"""Wall times: the instant that each means, held against the time zone database of the standard library."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whenever import PlainDateTime

from shared.model.wall_time import beginning_of, instant_of

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Apia",
)


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    wall=st.datetimes(datetime(2026, 1, 1), datetime(2031, 1, 1)),  # noqa: DTZ001 -- wall times
)
def test_the_first_instant(zone: str, wall: datetime) -> None:
    """A wall time is the first instant at which clocks show it, or the first after the hour that they skip."""
    wall = wall.replace(second=0, microsecond=0)
    instant = instant_of(PlainDateTime(wall), zone)
    shown = instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    before = (instant - timedelta(minutes=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)

    assert instant.tzinfo is UTC
    assert before < wall <= shown
    assert wall == shown or shown - before > timedelta(minutes=1)


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-03-29T02:30", "2026-03-29 01:00"),
        ("2026-03-29T03:00", "2026-03-29 01:00"),
        ("2026-10-25T02:30", "2026-10-25 00:30"),
        ("2026-10-25T03:00", "2026-10-25 02:00"),
    ],
)
def test_both_nights_in_paris(wall: str, instant: str) -> None:
    """A skipped time moves to the first valid instant, a doubled one is its first coming."""
    assert f"{instant_of(PlainDateTime.parse_iso(wall), 'Europe/Paris'):%Y-%m-%d %H:%M}" == instant


def test_a_day_without_midnight() -> None:
    """A day begins at its first instant, also where clocks skip midnight."""
    assert beginning_of(date(2026, 4, 24), "Africa/Cairo") == datetime(2026, 4, 23, 22, tzinfo=UTC)
