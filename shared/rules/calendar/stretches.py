"""Arithmetic of openings: joined, in common, and with closed times taken off. The only module that knows `portion`.

Openings are half-open, so that one that ends where a freeze begins does not touch it, and pieces without length vanish.
What these functions give is in order, and no opening in it overlaps or touches another; they want the same of what they
take, except `joined`, which makes it so.

The last start needs rules of its own, since an opening is two things: until when work may go on, and until when new
work may begin.

- Joined openings are one stretch, in which something new may start as long as any of them allows: a cut-off keeps work
  from running into the end, and where another opening takes over there is no end.
- In common, the earliest last start counts, as does every other limit.
- A closed time that cuts an opening short moves its end and leaves the last start where it was, or at the new end. The
  cut-off is counted from the window's own end: it says how late the people of a site want to see something begin, and
  has nothing to do with a freeze, whose own beginning no work may reach anyway.

A piece in which nothing may start any more is of no use to anyone and is left out.
"""

from bisect import bisect_right
from collections.abc import Iterable

import portion

from shared.model.span import Opening, Span


def joined(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Stretches in which at least one of them is open."""
    usable = [one for one in openings if one.opens < one.closes and one.opens <= one.last_start]
    stretches = _spans(_interval(usable))
    begins = [stretch.start for stretch in stretches]
    last = begins.copy()
    for one in usable:
        at = bisect_right(begins, one.opens) - 1
        last[at] = max(last[at], min(one.last_start, one.closes))
    return tuple(
        Opening(opens=stretch.start, closes=stretch.end, last_start=until)
        for stretch, until in zip(stretches, last, strict=True)
    )


def in_common(some: tuple[Opening, ...], others: tuple[Opening, ...]) -> tuple[Opening, ...]:
    """Stretches in which one of either is open."""
    pieces = _spans(_interval(some) & _interval(others))
    return _usable(_piece(piece, _around(some, piece), _around(others, piece)) for piece in pieces)


def without(openings: tuple[Opening, ...], closed: Iterable[Span]) -> tuple[Opening, ...]:
    """What is left of openings when nothing may go on in any of these spans."""
    taken_off = portion.Interval(*(portion.closedopen(one.start, one.end) for one in closed))
    pieces = _spans(_interval(openings) - taken_off)
    return _usable(_piece(piece, _around(openings, piece)) for piece in pieces)


def _interval(openings: Iterable[Opening]) -> portion.Interval:
    return portion.Interval(*(portion.closedopen(one.opens, one.closes) for one in openings))


def _spans(interval: portion.Interval) -> tuple[Span, ...]:
    return tuple(Span(start=one.lower, end=one.upper) for one in interval if not one.empty)


def _around(openings: tuple[Opening, ...], piece: Span) -> Opening:
    return openings[bisect_right(openings, piece.start, key=lambda one: one.opens) - 1]


def _piece(piece: Span, *around: Opening) -> Opening:
    last_start = min(piece.end, *(one.last_start for one in around))
    return Opening(opens=piece.start, closes=piece.end, last_start=last_start)


def _usable(pieces: Iterable[Opening]) -> tuple[Opening, ...]:
    return tuple(one for one in pieces if one.opens <= one.last_start)
