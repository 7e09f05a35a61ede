"""Outages of extended networks in words: the same in the journal, on terminals and in every report."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from math import ceil

from shared.model.outage import NetworkOutage, Witness
from shared.model.view import NotMeasured, RunView, TaskOutages, Unmeasured
from shared.report.plan_words import APPLIANCE_MODE
from shared.report.sheet import Grid, Sheet
from shared.rules.outage import had_probe

WHY_NOT = {
    NotMeasured.NOT_CHANGED: "its appliance was not changed",
    NotMeasured.UNDER_WAY: "its task has not ended",
    NotMeasured.NOT_SEEN: "somebody else changed its appliance, and that was not seen while it went on",
    NotMeasured.NOT_SAMPLED: "its appliance was changed, and no sample names it",
}
"""Why a network was not measured."""

SILENT = "HCX said meanwhile that everything was up"
UNANSWERED = "nobody knows whether there was traffic"

_EXACT_BELOW = timedelta(seconds=10)
"""What is shorter is told in tenths of a second: in service, an outage is as short as that."""

_IN_SECONDS_BELOW = timedelta(minutes=2)


def sentence(outage: NetworkOutage) -> str:
    """What the change of its appliance cost one network, without a stop at the end."""
    parts = (_lead(outage), *remarks(outage))
    return f"{outage.network}: {'; '.join(parts)}"


def remarks(outage: NetworkOutage) -> tuple[str, ...]:
    """What else has to be known of the figure."""
    return tuple(filter(None, (SILENT if outage.silent else "", outage.note)))


def _lead(outage: NetworkOutage) -> str:
    if not answered(outage):
        return f"{UNANSWERED}: none of {outage.samples} samples was answered"
    seen, error = f"seen by {seen_by(outage)}", length(outage.error, up=True)
    if not outage.intervals:
        return f"no outage was {seen} (one of up to {error} may have been missed){accepted(outage)}"
    return f"{length(outage.total)} without traffic{_spread(outage)} (± {error}, {seen}){accepted(outage)}"


def seen_by(outage: NetworkOutage) -> str:
    """Whose word it is, and whether there is a probe at all."""
    if outage.witness is Witness.PROBE:
        return "a probe"
    return "HCX alone" if had_probe(outage) else "HCX alone, without a probe"


def answered(outage: NetworkOutage) -> bool:
    """Whether its witness ever said anything."""
    return outage.lost < outage.samples


def _spread(outage: NetworkOutage) -> str:
    parts = f" in {len(outage.intervals)} parts" if len(outage.intervals) > 1 else ""
    return f"{parts}, not back at the last look" if outage.intervals[-1].ended is None else parts


def accepted(outage: NetworkOutage) -> str:
    """How it compares with what the owner accepts, as the rest of a sentence; nothing where nobody said."""
    if outage.limit is None:
        return ""
    limit = length(outage.limit)
    if outage.over:
        return f", more than the {limit} that are accepted"
    perhaps = ", which it may have exceeded" if outage.total + outage.error > outage.limit else ""
    return f", accepted are {limit}{perhaps}"


def length(span: timedelta, *, up: bool = False) -> str:
    """A short time: tenths of a second below ten, seconds below two minutes; what is rounded `up` is a bound."""
    if span < _EXACT_BELOW:
        tenths = span / timedelta(seconds=0.1)
        return f"{(ceil(tenths) if up else round(tenths)) / 10:g} s"
    seconds = span / timedelta(seconds=1)
    whole = ceil(seconds) if up else round(seconds)
    return f"{whole} s" if span < _IN_SECONDS_BELOW else _minutes(whole)


def _minutes(seconds: int) -> str:
    hours, left = divmod(seconds, 3600)
    units = ((hours, "h"), (left // 60, "min"), (left % 60, "s"))
    return " ".join(f"{number} {unit}" for number, unit in units if number)


# --- all of a run -----------------------------------------------------------------------------------------------------


def known_ones(outages: Iterable[TaskOutages]) -> list[NetworkOutage]:
    """Those of which anything is known; their total is the run's."""
    return [outage for one in outages for outage in one.measured if answered(outage)]


def total_line(outages: Iterable[TaskOutages]) -> str:
    """The outage of all networks together, as a sentence; empty where none was measured."""
    known = known_ones(outages)
    if not known:
        return ""
    networks = "1 network" if len(known) == 1 else f"{len(known)} networks"
    total, error = (sum(some, timedelta()) for some in zip(*((one.total, one.error) for one in known), strict=True))
    return f"Total outage of {networks}: {length(total)} (± {length(error, up=True)})."


def outage_sheet(view: RunView) -> Sheet:
    """Every network of a changed appliance with what that cost it, or why nobody can say."""
    left = ((task, one) for task in view.outages for one in task.unmeasured if one.why is not NotMeasured.NOT_CHANGED)
    return Sheet(
        grids=(
            Grid(
                columns=("NETWORK", "MESH", "APPLIANCE", "MODE", "OUTAGE", "ACCEPTED", "SEEN BY"),
                rows=tuple(_row(one, outage) for one in view.outages for outage in one.measured),
            ),
            Grid(
                columns=("NOT MEASURED", "MESH", "APPLIANCE", "MODE", "WHY"),
                rows=tuple(_left(task, one) for task, one in left),
            ),
        ),
        foot=tuple(_told(view.outages)),
    )


def _row(task: TaskOutages, outage: NetworkOutage) -> tuple[str, ...]:
    return (
        outage.network,
        task.mesh,
        outage.appliance,
        APPLIANCE_MODE[outage.mode],
        _figure(outage),
        length(outage.limit) if outage.limit is not None else "",
        seen_by(outage),
    )


def _figure(outage: NetworkOutage) -> str:
    if not answered(outage):
        return "not known"
    error = length(outage.error, up=True)
    if not outage.intervals:
        return f"none seen, up to {error}"
    still = ", not back" if outage.intervals[-1].ended is None else ""
    return f"{length(outage.total)} ± {error}{still}{', too long' if outage.over else ''}"


def _left(task: TaskOutages, left: Unmeasured) -> tuple[str, ...]:
    return names(left), task.mesh, left.appliance, APPLIANCE_MODE[left.mode], WHY_NOT[left.why]


def names(left: Unmeasured) -> str:
    """The networks by name, or how many there are where nobody observed their names."""
    if left.networks:
        return ", ".join(left.networks)
    return f"{left.count} of unknown name"


def _told(outages: Iterable[TaskOutages]) -> Iterator[str]:
    """What no cell has room for."""
    for task in outages:
        for one in task.measured:
            if remarks(one):
                yield f"{one.network} at {task.mesh}: {'; '.join(remarks(one))}."


def lines(view: RunView, task: str) -> Iterator[str]:
    """The same of one task, one sentence a network, where something was measured."""
    for one in (one for one in view.outages if one.task == task):
        yield from (f"{sentence(outage)}." for outage in one.measured)
