"""Ways back, arranged for the page: what ends first comes first, each with a bar of the time that is left."""

from shared.model.plan import Safeguard
from shared.model.record import record
from shared.report.way_back_document import ManagerWayBackPart, WaysBackPart

ROWS_SHOWN = 60
"""Managers with a bar; the JSON file has every one."""


@record
class WayBackRow:
    """One manager with its bar."""

    clock: ManagerWayBackPart
    length: int
    """Of the bar, in thousandths of the whole time that it lasts."""


@record
class WaysBackShown:
    """What the page shows of them."""

    rows: tuple[WayBackRow, ...]
    more: int
    """How many are left out."""


def ways_back_shown(ways: WaysBackPart) -> WaysBackShown:
    """Everything that the page says of ways back: those that end, those without an end, then those that are gone."""
    first = sorted(ways.managers, key=_order)[:ROWS_SHOWN]
    return WaysBackShown(
        rows=tuple(WayBackRow(clock=one, length=_length(one)) for one in first), more=len(ways.managers) - len(first)
    )


def _order(one: ManagerWayBackPart) -> tuple[bool, bool, float, str]:
    return one.kind is Safeguard.NONE, one.left_seconds is None, one.left_seconds or 0.0, one.manager


def _length(one: ManagerWayBackPart) -> int:
    if one.left_seconds is None:
        return 1000
    lasts = (one.expires_at - one.made_at).total_seconds() if one.expires_at and one.made_at else 0
    return round(1000 * one.left_seconds / lasts) if lasts else 0
