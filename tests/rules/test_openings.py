"""Whether work fits into a calendar, held against a walk through every minute of it."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.model.span import Opening
from shared.rules.calendar.openings import fits, next_fit

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Opening, ...]:
    """Openings of some minutes, in order; the last start may lie anywhere in them."""
    found, at = list[Opening](), 0
    for _ in range(draw(st.integers(0, 4))):
        opens = at + draw(st.integers(0, 12))
        closes = opens + draw(st.integers(1, 12))
        last = draw(st.integers(opens, closes))
        found.append(Opening(opens=minute(opens), closes=minute(closes), last_start=minute(last)))
        at = closes
    return tuple(found)


def minute(number: int) -> datetime:
    """That many minutes from now."""
    return NOW + number * MINUTE


@given(calendars(), st.integers(0, 40), st.integers(0, 10))
def test_the_next_fit_is_the_first_minute_that_fits(openings: tuple[Opening, ...], at: int, length: int) -> None:
    """Work begins inside, not after the last start, and is done before the opening closes."""
    minutes = (minute(number) for number in range(at, 120))
    expected = next((one for one in minutes if any(fits(each, one, length * MINUTE) for each in openings)), None)

    assert next_fit(openings, minute(at), length * MINUTE) == expected


@given(calendars(), st.integers(0, 40), st.integers(0, 10))
def test_what_fits_is_inside_from_its_start_to_its_end(openings: tuple[Opening, ...], at: int, length: int) -> None:
    """Every minute of the work lies in the one opening."""
    start = next_fit(openings, minute(at), length * MINUTE)
    if start is not None:
        assert any(one.opens <= start <= one.last_start and start + length * MINUTE <= one.closes for one in openings)


def test_without_a_calendar_everything_fits_at_once() -> None:
    """Nothing limits it; a calendar without any opening is the opposite."""
    assert next_fit(None, NOW, timedelta(hours=9)) == NOW
    assert next_fit((), NOW, timedelta()) is None
