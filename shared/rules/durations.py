"""How long things take: from what was recorded, else from the figures that the catalogue has.

Half of the times, and nine times in ten. The second decides whether something fits into a window.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from math import ceil
from statistics import quantiles

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import ApplianceUpgrade, Estimate, Hop, ManagerTask, Step, Task
from shared.model.record import record
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.rules.catalogue.records import Lasting, Prior

ENOUGH = 10
"""How many recorded times count more than the catalogue. With fewer than ten, nine in ten would be the longest of them
or a guess beyond it, and one quick week would make every window look wide enough."""

RECORDED = "recorded times"
"""What an estimate from earlier runs rests on. How many there were is left out: the plan would change with each."""

PUBLIC = "public figures"
"""What an estimate from the catalogue rests on."""

_NINE_IN_TEN = 8
"""Index of the ninetieth percentile among the nine that cut ten parts."""


@record
class Taken:
    """One recorded time."""

    of: Lasting
    seconds: float


def estimate(of: Lasting, priors: tuple[Prior, ...], history: tuple[Taken, ...] = ()) -> Estimate:
    """How long something takes.

    Percentiles are taken by the inclusive method: it treats what was recorded as all there is and interpolates between
    two times, so that it never answers with more than the longest. The exclusive one reaches for longer times than were
    ever seen, on the strength of a handful.

    Raises:
        LookupError: nothing was recorded, and the catalogue has no figure.
    """
    recorded = [one.seconds for one in history if one.of is of]
    if len(recorded) >= ENOUGH:
        cuts = quantiles(recorded, n=10, method="inclusive")
        return Estimate(p50=_rounded(cuts[_NINE_IN_TEN // 2]), p90=_rounded(cuts[_NINE_IN_TEN]), basis=RECORDED)
    prior = next((one for one in priors if one.of is of), None)
    if prior is None:
        raise LookupError(f"the catalogue has no figure for {of.value}")
    return Estimate(p50=prior.p50, p90=prior.p90, basis=PUBLIC)


def lasting(kind: ApplianceKind, mode: ApplianceMode) -> Lasting:
    """What kind of time the upgrade of an appliance takes.

    The figures know two kinds of appliance. Gateways and others are redeployed like an interconnect, so they go by its.
    """
    if kind is not ApplianceKind.NETWORK_EXTENSION:
        return Lasting.INTERCONNECT
    return _EXTENSION.get(mode, Lasting.EXTENSION_STANDARD)


_EXTENSION = {
    ApplianceMode.IN_SERVICE: Lasting.EXTENSION_IN_SERVICE,
    ApplianceMode.HA_GROUP: Lasting.EXTENSION_HA,
}


def total(estimates: Iterable[Estimate]) -> Estimate:
    """How long several things take, one after the other.

    Both figures are added. The sum of what nine in ten keep to is longer than what nine in ten of the sums keep to,
    since not everything is slow in the same night. That is accepted: it errs towards a window that is too long, and a
    truer figure would need to know how the times depend on each other, which nobody has recorded.
    """
    several = tuple(estimates)
    basis = ", ".join(dict.fromkeys(one.basis for one in several)) or "nothing to do"
    p50, p90 = (sum(times, timedelta()) for times in ((one.p50 for one in several), (one.p90 for one in several)))
    return Estimate(p50=p50, p90=p90, basis=basis)


def taken_of(entries: Iterable[JournalEntry], tasks: Iterable[Task]) -> tuple[Taken, ...]:
    """How long the hops and appliances of one run took, from its journal and the tasks of its plan.

    Only tasks that succeeded count: of the others nobody knows whether their times are those of an upgrade. A time runs
    from the first wait for the system to come back, which begins right after ours was sent or somebody's was seen to
    have begun, until its verification is done. What people and the provider began is seen up to one look late, so
    theirs come out somewhat short; they would be far too long if they ran from the moment somebody was asked.
    """
    journal = tuple(entries)
    marks: _Marks = {(one.task, one.step, one.kind): one.at for one in reversed(journal)}
    succeeded = {one.task for one in journal if one.result and one.result.outcome is Outcome.SUCCEEDED}
    return tuple(
        Taken(of=_lasting_of(change), seconds=took.total_seconds())
        for task in tasks
        if task.id in succeeded
        for change, first, last in changes(task)
        if (took := _between(marks, task.id, first, last))
    )


def changes(task: Task) -> Iterator[tuple[Hop | ApplianceUpgrade, Step, Step]]:
    """Each hop or appliance with its first wait and its last: between their begin and end lies the time it takes."""
    if isinstance(task, ManagerTask):
        yield from ((hop, hop.answer, hop.verify) for hop in task.hops)
    else:
        yield from ((one, one.back, one.verify) for one in task.appliances)


def _lasting_of(change: Hop | ApplianceUpgrade) -> Lasting:
    return Lasting.MANAGER_HOP if isinstance(change, Hop) else lasting(change.kind, change.mode.mode)


type _Marks = dict[tuple[str | None, str | None, JournalKind], datetime]


def _between(marks: _Marks, task: str, first: Step, last: Step) -> timedelta | None:
    began = marks.get((task, first.id, JournalKind.STEP_STARTED))
    ended = marks.get((task, last.id, JournalKind.STEP_DONE))
    return ended - began if began and ended and began < ended else None


def _rounded(seconds: float) -> timedelta:
    """Rounded up to five minutes: the plan is known by its bytes, and every run that ends would make another one of it.

    That is finer than anybody plans a window by.
    """
    return timedelta(minutes=5 * ceil(seconds / 300))
