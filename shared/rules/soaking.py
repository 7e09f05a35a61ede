"""A wave that is watched: when it is looked at, what a look comes to, and what the whole soak does.

What may come back by itself, such as a tunnel, counts as the last look saw it. What does not become undone by going
away, a new alarm or an outage over its limit, counts from any look. What nobody could see is no pass and no failure: a
person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from shared.model.finding import Finding, Verdict
from shared.model.outage import NetworkOutage
from shared.model.policy import Soak, SoakCriterion
from shared.model.soaking import SoakReason, SoakSample, SoakVerdict

CHECK_OF: Mapping[str, SoakCriterion] = {
    "tunnels-up": SoakCriterion.TUNNELS_UP,
    "services-running": SoakCriterion.SERVICES_RUNNING,
    "site-pairs-healthy": SoakCriterion.PAIRS_HEALTHY,
    "alarms-quiet": SoakCriterion.NO_NEW_ALARMS,
}
"""Which criterion a check speaks of. The first three are asked at every hand-over, too."""

LASTING = frozenset({SoakCriterion.NO_NEW_ALARMS, SoakCriterion.OUTAGE_WITHIN_LIMIT})
"""Criteria that any look can fail for good."""

TOO_FEW = "only {taken} of {wanted} looks were taken"
STOPPED = "somebody ended the run before wave {wave} had been watched to its end"


def next_sample(soak: Soak, began: datetime, taken: Sequence[SoakSample]) -> datetime | None:
    """When the next look is due; None where there is none.

    They are spread evenly, the last one at the end. After a host that was away a missed look is taken late, and never
    close on the one before: several looks within a minute say no more than one.
    """
    wanted = soak.looks
    if len(taken) >= wanted:
        return None
    step = soak.span / wanted
    due = began + step * (len(taken) + 1)
    return max(due, taken[-1].at + step / 2) if taken else due


def over_at(soak: Soak, began: datetime, taken: Sequence[SoakSample]) -> datetime:
    """When the soak is over at the earliest, as far as can be said now."""
    due = next_sample(soak, began, taken)
    end = began + soak.span
    return end if due is None else max(end, due)


def judged(soak: Soak, findings: Iterable[Finding], outages: Iterable[SoakReason]) -> tuple[SoakReason, ...]:
    """What of one look does not pass, of what the soak asks for."""
    found = (_judged(one) for one in findings)
    return tuple(one for one in (*found, *outages) if one is not None and one.criterion in soak.asks)


def _judged(finding: Finding) -> SoakReason | None:
    """As a hand-over takes it: what only a person can tell keeps nothing; but a new alarm is no mere warning."""
    criterion = CHECK_OF.get(finding.check)
    if criterion is None:
        return None
    alarm = criterion is SoakCriterion.NO_NEW_ALARMS and finding.verdict is Verdict.WARN and not finding.waived
    if finding.verdict is Verdict.UNKNOWN:
        return SoakReason(criterion=criterion, verdict=SoakVerdict.INCONCLUSIVE, detail=finding.summary)
    if finding.blocks or alarm:
        return SoakReason(criterion=criterion, verdict=SoakVerdict.FAIL, detail=finding.summary)
    return None


def outages_judged(appliance: str, measured: Sequence[NetworkOutage] | None) -> tuple[SoakReason, ...]:
    """Whether what the change of one appliance cost its networks is accepted; None: nobody measured it."""
    criterion = SoakCriterion.OUTAGE_WITHIN_LIMIT
    if measured is None:
        detail = f"nobody measured what the change of {appliance} cost its networks"
        return (SoakReason(criterion=criterion, verdict=SoakVerdict.INCONCLUSIVE, detail=detail),)
    return tuple(
        SoakReason(
            criterion=criterion,
            verdict=SoakVerdict.FAIL,
            detail=f"{one.network} was without traffic for longer than the {_seconds(one.limit)} that are accepted",
        )
        for one in measured
        if one.over
    )


def verdict(soak: Soak, samples: Sequence[SoakSample]) -> tuple[SoakVerdict, tuple[str, ...]]:
    """What all looks come to, each reason once: failures alone where there are any."""
    counted = [one for sample in samples for one in sample.reasons if _counts(one, sample, samples)]
    failed = dict.fromkeys(one.detail for one in counted if one.verdict is SoakVerdict.FAIL)
    if failed:
        return SoakVerdict.FAIL, tuple(failed)
    unseen = dict.fromkeys(one.detail for one in counted)
    if len(samples) < soak.looks:
        unseen[TOO_FEW.format(taken=len(samples), wanted=soak.looks)] = None
    return (SoakVerdict.INCONCLUSIVE, tuple(unseen)) if unseen else (SoakVerdict.PASS, ())


def _counts(reason: SoakReason, sample: SoakSample, samples: Sequence[SoakSample]) -> bool:
    """Whether it still counts at the end: what a later look saw again counts as that one saw it."""
    lasting = reason.criterion in LASTING and reason.verdict is SoakVerdict.FAIL
    return lasting or sample is samples[-1]


def of_sample(sample: SoakSample) -> SoakVerdict:
    """What one look comes to."""
    found = {one.verdict for one in sample.reasons}
    if SoakVerdict.FAIL in found:
        return SoakVerdict.FAIL
    return SoakVerdict.INCONCLUSIVE if found else SoakVerdict.PASS


def sentence(wave: str, sample: SoakSample, wanted: int) -> str:
    """One look in the journal."""
    told = "; ".join(one.detail for one in sample.reasons) or "everything is as it must be"
    return f"wave {wave}, look {sample.number} of {wanted}: {of_sample(sample).value}: {told}"


def _seconds(limit: timedelta | None) -> str:
    return f"{int(limit.total_seconds())} s" if limit else "time"
