"""How exposed a fleet is by its versions, for people."""

from collections.abc import Iterator
from typing import Any

from shared.report.camel_json import camel_json
from shared.report.plan_words import day_and_time
from shared.report.sheet import Grid, Sheet
from shared.report.words import listed, several
from shared.rules.exposure import Exposure, ManagerExposure, Nearing, Spread, Support
from shared.rules.risks import RiskMatch
from shared.rules.run_view import short

_KINDS = {"cloud-manager": "cloud managers", "connector": "connectors", "appliance": "appliances"}

SUPPORT = {
    Nearing.OPEN: "supported",
    Nearing.SOON: "ends soon",
    Nearing.PAST: "out of support",
    Nearing.UNKNOWN: "not known",
}
"""How near the end of support is, in words."""


def exposure_sheet(exposure: Exposure) -> Sheet:
    """The spread, every manager with its distance and support, and what is known to be wrong with its version."""
    managers = ("MANAGER", "HCX", "BEHIND", "SUPPORT", "OPEN ADVISORIES", "LICENCE CLOCKS")
    return Sheet(
        head=tuple(_head(exposure)),
        grids=(
            Grid(columns=("KIND", "RELEASES"), rows=tuple(map(_kind, exposure.spreads))),
            Grid(columns=managers, rows=tuple(map(_manager, exposure.managers))),
            Grid(columns=("ADVISORY", "MANAGERS", "WHAT", "FIXED IN", "READ MORE"), rows=tuple(_advisories(exposure))),
        ),
    )


def _head(exposure: Exposure) -> Iterator[str]:
    yield f"As of {day_and_time(exposure.at)}: {several(len(exposure.managers), 'manager', 'managers')}."
    past, soon = len(exposure.support(Nearing.PAST)), len(exposure.support(Nearing.SOON))
    told = [f"{exposure.behind} behind their target", f"{past} out of support", f"{soon} soon to be"]
    open_ones = several(len(exposure.open_advisories()), "open advisory", "open advisories")
    yield f"{listed([*told, open_ones])}."
    if exposure.unknown_versions:
        yield f"The version of {several(exposure.unknown_versions, 'manager', 'managers')} is not known."


def _kind(spread: Spread) -> tuple[str, ...]:
    return _KINDS[spread.kind], _spread(spread)


def _spread(spread: Spread) -> str:
    known = [f"{one.count} at {one.release}" for one in spread.versions]
    unknown = [f"{spread.unknown} not known"] if spread.unknown else []
    return ", ".join([*known, *unknown]) or "none"


def _manager(one: ManagerExposure) -> tuple[str, ...]:
    advisories = ", ".join(_mark(match) for match in one.advisories)
    clocks = "; ".join(f"{clock.clock.id}: {clock.until or 'end not known'}" for clock in one.clocks)
    return one.manager, short(one.version), _behind(one), _support(one.support), advisories, clocks


def _behind(one: ManagerExposure) -> str:
    if one.behind is None:
        return "not known"
    if not one.behind:
        return "no"
    return f"{several(one.behind, 'release', 'releases')} behind {short(one.target)}"


def _support(support: Support) -> str:
    on = f", {support.on.isoformat()}" if support.on else ""
    since = f" (as {short(support.inferred_from)})" if support.inferred_from else ""
    return f"{SUPPORT[support.state]}{on}{since}"


def _mark(match: RiskMatch) -> str:
    return match.risk.id if match.applies else f"{match.risk.id}?"


def _advisories(exposure: Exposure) -> Iterator[tuple[str, ...]]:
    for name, matches in exposure.open_advisories().items():
        risk, surely = matches[0].risk, sum(1 for one in matches if one.applies)
        maybe = len(matches) - surely
        count = f"{surely}" + (f", {maybe} more where it cannot be told" if maybe else "")
        yield name, count, risk.message, ", ".join(map(short, risk.fixed_in)), risk.link


def exposure_json(exposure: Exposure) -> dict[str, Any]:
    """The same for programs: what is known of a risk stands once, not with every manager that has it."""
    return {
        "at": camel_json(exposure.at),
        "spreads": [camel_json(one) for one in exposure.spreads],
        "managers": [_manager_json(one) for one in exposure.managers],
        "advisories": [camel_json(matches[0].risk) for matches in exposure.open_advisories().values()],
    }


def _manager_json(one: ManagerExposure) -> dict[str, Any]:
    return {
        "manager": one.manager,
        "kind": one.kind.value,
        "version": str(one.version) if one.version else None,
        "target": str(one.target) if one.target else None,
        "behind": one.behind,
        "support": camel_json(one.support),
        "advisories": [{"id": match.risk.id, "applies": match.applies} for match in one.advisories],
        "clocks": [
            {
                "id": clock.clock.id,
                "state": clock.state.value,
                "until": clock.until.isoformat() if clock.until else None,
            }
            for clock in one.clocks
        ],
    }
