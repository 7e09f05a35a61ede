"""Outages of extended networks, arranged for the page: the worst first, each with its bar on one scale."""

from collections.abc import Iterable

from shared.model.record import record
from shared.model.view import NotMeasured
from shared.report.outage_bars import OutageBar, Scale, bar, scale
from shared.report.outage_document import OutagePart, OutagesPart, UnmeasuredPart

ROWS_SHOWN = 60
"""Networks with a bar; the JSON file has every one."""


@record
class OutageRow:
    """One network with its bar."""

    outage: OutagePart
    bar: OutageBar


@record
class OutagesShown:
    """What the page shows of them."""

    scale: Scale
    """That all bars share."""
    rows: tuple[OutageRow, ...]
    """The worst first."""
    more: int
    """How many are left out."""
    unmeasured: tuple[UnmeasuredPart, ...]
    """Networks whose appliance was changed, or is being."""
    unchanged: int
    """Networks whose appliance was not."""


def outages_shown(outages: OutagesPart) -> OutagesShown:
    """Everything that the page says of outages."""
    worst = _worst(outages.measured)[:ROWS_SHOWN]
    shared = scale(worst)
    return OutagesShown(
        scale=shared,
        rows=tuple(OutageRow(outage=one, bar=bar(one, shared)) for one in worst),
        more=len(outages.measured) - len(worst),
        unmeasured=tuple(one for one in outages.unmeasured if one.reason is not NotMeasured.NOT_CHANGED),
        unchanged=sum(one.count for one in outages.unmeasured if one.reason is NotMeasured.NOT_CHANGED),
    )


def _worst(outages: Iterable[OutagePart]) -> list[OutagePart]:
    """Those over their limit, then those of which nothing is known, then the longest."""

    def order(one: OutagePart) -> tuple[bool, bool, float, str, str]:
        return not one.over, one.lost < one.samples, -one.total_seconds, one.mesh, one.network

    return sorted(outages, key=order)
