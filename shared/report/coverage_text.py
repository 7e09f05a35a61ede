"""What a plan reaches and what it never will, for people."""

from collections.abc import Iterator
from typing import Any

from shared.report.camel_json import camel_json
from shared.report.sheet import Grid, Sheet
from shared.report.words import listed, several
from shared.rules.coverage import CloudCover, Cover, Coverage

COVER = {
    Cover.NO_WAVE: "in no wave",
    Cover.NO_WINDOW: "no window",
    Cover.UNSEEN: "not seen",
    Cover.BLOCKED: "no way",
    Cover.HELD: "held",
    Cover.NO_START: "no start known",
    Cover.PLANNED: "planned",
    Cover.CURRENT: "current",
    Cover.LEFT_ALONE: "left alone",
}
"""How a private cloud is covered, in words."""

_QUIET = frozenset({Cover.PLANNED, Cover.CURRENT})


def coverage_sheet(coverage: Coverage) -> Sheet:
    """The counts, then every private cloud that is not simply planned or current."""
    rows = tuple(_row(one) for one in coverage.clouds if one.cover not in _QUIET)
    return Sheet(
        head=tuple(_head(coverage)),
        grids=(
            Grid(columns=("PRIVATE CLOUD", "COVERED", "WHY", "WHO CAN ACT"), rows=rows),
            Grid(
                columns=("HOLDS THOUGH ITS DAY IS OVER", "UNTIL", "REASON", "OWNER"),
                rows=tuple((one.what, one.until.isoformat(), one.reason, one.owner) for one in coverage.ended),
            ),
        ),
        foot=tuple(_foot(coverage)),
    )


def coverage_json(coverage: Coverage) -> dict[str, Any]:
    """The same for programs, with the counts."""
    counts: dict[str, Any] = {"counts": camel_json(coverage.counts)}
    return {**counts, **camel_json(coverage)}


def _row(one: CloudCover) -> tuple[str, ...]:
    why = one.detail if one.about == one.cloud else f"{one.about}: {one.detail}"
    return one.cloud, COVER[one.cover], why, one.who_can_act


def _head(coverage: Coverage) -> Iterator[str]:
    clouds = several(len(coverage.clouds), "private cloud", "private clouds")
    parts = [f"{one.clouds} {COVER[one.cover]}" for one in coverage.counts]
    yield f"{clouds}: {listed(parts)}." if parts else f"{clouds}."
    if coverage.never:
        never = several(len(coverage.never), "private cloud", "private clouds")
        yield f"{never} will never be reached as fleet.yaml stands: {listed([one.cloud for one in coverage.never])}."
    else:
        yield "No private cloud is out of reach of every wave and window."


def _foot(coverage: Coverage) -> Iterator[str]:
    if coverage.sites_without_contacts:
        yield f"Nobody can be asked at {listed(list(coverage.sites_without_contacts))}: a site needs contacts."
    if coverage.connectors_by_hand:
        by_hand = listed(list(coverage.connectors_by_hand))
        yield f"No machine can read {by_hand}: people have to say how it stands there."
    if coverage.unread:
        yield f"Not counted, since it could not be read: subscription {listed(list(coverage.unread))}."
