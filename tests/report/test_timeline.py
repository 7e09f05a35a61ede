"""The timeline's geometry: everything on the canvas, ticks at round times, nothing too thin to see."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.timeline import (
    MIDDLE,
    NARROWEST,
    ROW,
    TICKS_MAX,
    WIDTH,
    Bar,
    Shape,
    Stretch,
    lines,
    picture,
    ticks,
)

BEGIN = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is there
SPANS = st.timedeltas(timedelta(0), timedelta(days=60))


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    """Any stretch of two months."""
    start = BEGIN + draw(SPANS)
    return Stretch(start=start, end=start + draw(SPANS), shape=draw(st.sampled_from(Shape)))


def minutes(start: float, end: float, shape: Shape = Shape.CHANGE) -> Stretch:
    """A stretch between two minutes after the beginning."""
    return Stretch(start=BEGIN + timedelta(minutes=start), end=BEGIN + timedelta(minutes=end), shape=shape)


@given(st.lists(st.lists(stretches(), max_size=6), max_size=6), st.none() | TIMES)
def test_every_bar_lies_on_the_canvas(rows: list[list[Stretch]], now: datetime | None) -> None:
    """Whatever the times, no bar leaves the canvas, none is invisible, and no row is lost."""
    drawn = picture(rows, now)

    if drawn is None:
        assert not any(rows)
        return
    assert len(drawn.rows) == len(rows)
    for bars, row in zip(drawn.rows, rows, strict=True):
        assert bool(bars) == bool(row)
        assert all(bar.x >= 0 and bar.width >= NARROWEST and bar.x + bar.width <= WIDTH for bar in bars)


@given(TIMES, st.timedeltas(timedelta(seconds=1), timedelta(days=4000)))
def test_ticks_are_few_in_order_and_within(start: datetime, span: timedelta) -> None:
    """There are never more ticks than fit, they rise from left to right, and all lie on the canvas."""
    marks = ticks(start, start + span)

    places = [mark.x for mark in marks]
    assert len(marks) <= TICKS_MAX
    assert places == sorted(set(places))
    assert all(0 <= place <= WIDTH for place in places)


@given(TIMES, st.timedeltas(timedelta(minutes=10), timedelta(days=300)))
def test_there_are_enough_ticks_to_read_a_time(start: datetime, span: timedelta) -> None:
    """A picture of more than some minutes has at least two ticks, the first of them with its day."""
    marks = ticks(start, start + span)

    assert len(marks) >= 2
    assert marks[0].day


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=20), ["06:00:00", "06:00:05", "06:00:10", "06:00:15", "06:00:20"]),
        (timedelta(hours=3), ["06:00", "06:30", "07:00", "07:30", "08:00", "08:30", "09:00"]),
        (timedelta(hours=30), ["06:00 24 Nov", "12:00", "18:00", "00:00 25 Nov", "06:00", "12:00"]),
        (timedelta(days=5), ["25 Nov", "26 Nov", "27 Nov", "28 Nov", "29 Nov"]),
        (timedelta(days=30), ["30 Nov", "7 Dec", "14 Dec", "21 Dec"]),
    ],
)
def test_ticks_stand_at_times_that_people_count_in(span: timedelta, said: list[str]) -> None:
    """Ticks are round times of the day, midnights, or Mondays, and a day is said where it begins."""
    marks = ticks(BEGIN, BEGIN + span)

    told = [f"{mark.clock} {mark.day}".strip() for mark in marks]
    if span < timedelta(hours=12):
        told = [mark.clock for mark in marks]
    assert told == said


def test_nothing_that_happened_makes_no_picture() -> None:
    """Before the first step there is nothing to draw."""
    assert picture([[], []], BEGIN) is None


def test_neighbours_of_one_shape_are_one_bar() -> None:
    """Steps of the same shape that touch are joined; another shape between them keeps them apart."""
    looks = [minutes(0, 10, Shape.LOOK), minutes(10, 20, Shape.LOOK), minutes(20, 90), minutes(90, 100, Shape.LOOK)]

    drawn = picture([looks], None)

    assert drawn is not None
    assert drawn.rows == (
        (
            Bar(x=0, width=400, shape=Shape.LOOK),
            Bar(x=400, width=1400, shape=Shape.CHANGE),
            Bar(x=1800, width=200, shape=Shape.LOOK),
        ),
    )


def test_now_is_marked_while_the_run_goes_on() -> None:
    """Now widens the picture and has its mark; a run that has ended has none."""
    going_on = picture([[minutes(0, 30)]], BEGIN + timedelta(minutes=60))
    ended = picture([[minutes(0, 30)]], None)

    assert going_on is not None
    assert ended is not None
    assert (going_on.now_x, going_on.rows[0][0].width) == (WIDTH, WIDTH // 2)
    assert ended.now_x is None


@given(st.lists(st.lists(stretches(), min_size=1, max_size=4), min_size=1, max_size=4))
def test_every_bar_is_drawn_once(rows: list[list[Stretch]]) -> None:
    """The paths of all shapes together hold every bar, each in the middle of its row."""
    drawn = picture(rows, None)
    assert drawn is not None

    found = [
        (int(y), Bar(x=int(x), width=int(width), shape=shape))
        for shape in Shape
        for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)", lines(drawn, shape))
    ]

    expected = [(row * ROW + MIDDLE, bar) for row, bars in enumerate(drawn.rows) for bar in bars]
    assert sorted(map(repr, found)) == sorted(map(repr, expected))
