"""The timeline's geometry: from steps with times to rectangles and ticks on a canvas, without any drawing.

Every task is one row of a canvas that is `WIDTH` units wide and `ROW` units high per row. The page stretches the canvas
to whatever width there is, so nothing in it may be text, and what a bar means is told by its thickness and its dashes,
not by its colour alone.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.model.record import record

WIDTH = 2000
"""Units from the left to the right edge: half a pixel on a wide screen, so that whole numbers will do."""

ROW = 20
"""Units from one row to the next."""

NARROWEST = 4
"""A step of seconds in a run of days would be invisible."""

TICKS_MAX = 7

_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (
        *(1, 2, 5, 10, 15, 30),
        *(60 * minutes for minutes in (1, 2, 5, 10, 15, 30)),
        *(3600 * hours for hours in (1, 2, 3, 6, 12)),
        *(86400 * days for days in (1, 2, 4, 7, 14, 28, 56, 112, 365)),
    )
)
"""Distances that people count in."""

_EPOCH = datetime(2001, 1, 1, tzinfo=UTC)
"""A Monday, so that ticks a week apart are Mondays."""


class Shape(StrEnum):
    """What a bar says of its step."""

    LOOK = "look"
    """hcx-fleet observes, checks or verifies."""
    CHANGE = "change"
    """Something is being changed, or comes back after it."""
    OTHERS = "others"
    """The provider or a person is to act."""
    STOP = "stop"
    """The task ended here, and not as wanted."""


THICKNESS = {Shape.LOOK: 3, Shape.CHANGE: 9, Shape.OTHERS: 6, Shape.STOP: 12}
"""How much of a row's height each shape takes."""

MIDDLE = 14
"""Where in its row a shape's middle lies: in the lower half, since a narrow screen puts the name above."""


@record
class Stretch:
    """One step's time in a row."""

    start: datetime
    end: datetime
    shape: Shape


@record
class Bar:
    """One rectangle: left edge and width in units."""

    x: int
    width: int
    shape: Shape


@record
class Tick:
    """One mark on the time axis."""

    x: int
    clock: str
    day: str
    """Set where a new day begins, and on the first tick."""


@record
class Picture:
    """Everything there is to draw."""

    start: datetime
    end: datetime
    rows: tuple[tuple[Bar, ...], ...]
    ticks: tuple[Tick, ...]
    now_x: int | None
    """Where now is, while the run goes on."""

    @property
    def height(self) -> int:
        """Units from top to bottom."""
        return ROW * len(self.rows)


def picture(rows: Sequence[Sequence[Stretch]], now: datetime | None) -> Picture | None:
    """Lay out rows of stretches; None when nothing has happened yet.

    Args:
        rows: the stretches of each task, in the order of the rows.
        now: the time to mark, None when everything has ended.
    """
    times = [time for row in rows for one in row for time in (one.start, one.end)]
    if not times:
        return None
    start, end = min(times), max([*times, now] if now else times)
    end = max(end, start + timedelta(seconds=1))
    return Picture(
        start=start,
        end=end,
        rows=tuple(_row(row, start, end) for row in rows),
        ticks=ticks(start, end),
        now_x=_x(now, start, end) if now and now >= start else None,
    )


def _x(at: datetime, start: datetime, end: datetime) -> int:
    return round(WIDTH * ((at - start) / (end - start)))


def _row(stretches: Iterable[Stretch], start: datetime, end: datetime) -> tuple[Bar, ...]:
    """Bars from left to right. Neighbours of one shape that touch become one: no eye could tell them apart."""
    bars: list[Bar] = []
    for one in sorted(stretches, key=lambda one: (one.start, one.end)):
        bar = _bar(one, start, end)
        if bars and bars[-1].shape is bar.shape and bar.x <= bars[-1].x + bars[-1].width:
            bars[-1] = _joined(bars[-1], bar)
        else:
            bars.append(bar)
    return tuple(bars)


def _bar(stretch: Stretch, start: datetime, end: datetime) -> Bar:
    left, right = _x(stretch.start, start, end), _x(max(stretch.end, stretch.start), start, end)
    width = max(right - left, 2 * NARROWEST if stretch.shape is Shape.STOP else NARROWEST)
    return Bar(x=min(left, WIDTH - width), width=width, shape=stretch.shape)


def _joined(first: Bar, second: Bar) -> Bar:
    right = max(first.x + first.width, second.x + second.width)
    return Bar(x=first.x, width=right - first.x, shape=first.shape)


def ticks(start: datetime, end: datetime) -> tuple[Tick, ...]:
    """Marks at round times of the day, at most `TICKS_MAX` of them; none when no round time lies in between."""
    step = next((one for one in _STEPS if (end - start) / one < TICKS_MAX), (end - start) / TICKS_MAX)
    first = _EPOCH + step * -((_EPOCH - start) // step)
    marks: list[Tick] = []
    day = ""
    while len(marks) < TICKS_MAX and (at := first + step * len(marks)) <= end:
        today = f"{at.day} {at:%b}"
        marks.append(Tick(x=_x(at, start, end), clock=_clock(at, step), day=today if today != day else ""))
        day = today
    return tuple(marks)


def _clock(at: datetime, step: timedelta) -> str:
    if step >= timedelta(days=1):
        return ""
    return f"{at:%H:%M:%S}" if step < timedelta(minutes=1) else f"{at:%H:%M}"


def lines(drawn: Picture, shape: Shape) -> str:
    """Every bar of one shape as the data of one SVG path, to be drawn `THICKNESS` wide.

    Lines rather than rectangles, and one path rather than one a row: a fleet of 200 clouds has thousands of bars, and
    the page has to stay small enough to mail.
    """
    return "".join(
        f"M{bar.x} {row * ROW + MIDDLE}h{bar.width}"
        for row, bars in enumerate(drawn.rows)
        for bar in bars
        if bar.shape is shape
    )
