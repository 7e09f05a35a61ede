"""Recurrence rules of windows: which are accepted, and that those mean the same days for everybody."""

from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.policy.recurrence import occurs, rule_of

DAYS = st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4, unique=True)
NUMBERED = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, -1]), st.sampled_from(["MO", "WE", "SU"]))
MONTH_DAYS = st.lists(st.sampled_from([1, 2, 15, 28, 31, -1]), min_size=1, max_size=3, unique=True)
MONTHS = st.none() | st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)
COUNTING = ("", ";INTERVAL=2", ";COUNT=3", ";BYHOUR=2", ";UNTIL=20271231", ";UNTIL=20271231T000000Z", ";FREQ=DAILY")


def joined(values: object) -> str:
    """A list as a rule writes it."""
    return ",".join(map(str, values)) if isinstance(values, list) else str(values)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule that names its days."""
    by_day = st.builds("BYDAY={}".format, st.builds(joined, DAYS))
    numbered = st.builds("BYDAY={}".format, NUMBERED)
    by_month_day = st.builds("BYMONTHDAY={}".format, st.builds(joined, MONTH_DAYS))
    frequency, days = draw(
        st.one_of(
            st.tuples(st.just("DAILY"), st.just("") | by_day | by_month_day),
            st.tuples(st.just("WEEKLY"), by_day),
            st.tuples(st.sampled_from(["MONTHLY", "YEARLY"]), by_day | numbered | by_month_day),
        )
    )
    months = draw(MONTHS)
    parts = [f"FREQ={frequency}", days, f"BYMONTH={joined(months)}" if months else ""]
    return ";".join(part for part in parts if part)


@settings(max_examples=150, deadline=None)
@given(rule=rules(), first=st.integers(0, 400), second=st.integers(0, 400))
def test_no_start_is_needed(rule: str, first: int, second: int) -> None:
    """An accepted rule has the same days whatever start somebody gives it."""
    assert rule_of(rule) == rule
    begin, end = datetime(2027, 3, 1), datetime(2028, 3, 1)  # noqa: DTZ001 -- wall times
    found = [
        rrulestr(rule, dtstart=begin - timedelta(days=earlier)).between(begin, end, inc=True)
        for earlier in (first, second)
    ]

    assert found[0] == found[1]


@given(rule=rules(), more=st.sampled_from(COUNTING[1:]))
def test_what_needs_a_start(rule: str, more: str) -> None:
    """A rule that counts from a start, says a time of the day or ends in another zone is refused."""
    with pytest.raises(ValueError, match="must"):
        rule_of(rule + more)


@pytest.mark.parametrize(
    "part", ["BYMONTHDAY=0", "BYMONTHDAY=1,32", "BYMONTH=13;BYDAY=MO", "BYSETPOS=0;BYDAY=MO", "BYYEARDAY=367"]
)
def test_numbers_that_count_nothing(part: str) -> None:
    """A day 0 is refused rather than taken for every day, and so is what no month or year has."""
    with pytest.raises(ValueError, match="must have numbers from 1 to"):
        rule_of(f"FREQ=MONTHLY;{part}")


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=40) | st.text(alphabet="FREQ=DAILYWKBMONTH;,0123-", max_size=40))
def test_any_text(text: str) -> None:
    """Any text is a rule that the library reads, or is refused in words of our own."""
    said = ""
    try:
        rrulestr(rule_of(text), dtstart=datetime(2026, 1, 1))  # noqa: DTZ001 -- a wall time
    except ValueError as error:
        said = str(error)

    assert said.startswith(("must ", "has a value ")) or not said


@pytest.mark.parametrize(
    ("rule", "opens"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", True),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", False),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", False),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20251231T235959", False),
        ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270131T235959", True),
    ],
)
def test_occurs(rule: str, *, opens: bool) -> None:
    """Whether a rule has a day is found out without following it for ever."""
    assert occurs(rule, datetime(2026, 11, 24), datetime(2027, 11, 24)) is opens  # noqa: DTZ001 -- wall times
