"""What changed its place in an order: as few as explain the difference, each with its neighbour before and now."""

from bisect import bisect_left
from collections.abc import Callable, Sequence

_TOLD = 5
"""How many are told; what moves a whole wave moves hundreds."""


def moved(was: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """Those that left their place among the others, in their new order; both hold the same names, each once."""
    place = {name: number for number, name in enumerate(was)}
    stayed = _longest_rising([place[name] for name in now])
    return tuple(name for number, name in enumerate(now) if number not in stayed)


def order_words(was: Sequence[str], now: Sequence[str], name: Callable[[str], str]) -> str:
    """Who goes where instead; empty where the order is the same."""
    every = moved(was, now)
    told = [f"{name(one)} goes {_place(one, now, name)} instead of {_place(one, was, name)}" for one in every[:_TOLD]]
    more = len(every) - _TOLD
    return "; ".join([*told, *([f"and {more} more go elsewhere"] if more > 0 else [])])


def _place(one: str, order: Sequence[str], name: Callable[[str], str]) -> str:
    at = order.index(one)
    return f"after {name(order[at - 1])}" if at else "first"


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """Where the longest rising subsequence has its members: found in n log n, since a wave may hold thousands."""
    ends: list[int] = []
    tails: list[int] = []
    before: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        tails[length : length + 1] = [number]
    found = set[int]()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = before[at]
    return frozenset(found)
