"""Does the way back last as long as the task, and as long as its wave is watched?"""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_plan import Due, due, planned, utc_text
from shared.checks.silent import nothing
from shared.model.finding import Verdict
from shared.model.plan import ManagerTask, Safeguard
from shared.model.policy import Soak
from shared.model.record import record
from shared.rules.calendar.wall_time import span_text
from shared.rules.protection import AUTOMATIC_LASTS, LASTS


@record
class _Kept:
    """A snapshot that is deleted by itself, and what has to be over by then."""

    what: str
    lasts: timedelta
    needs: timedelta


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Each snapshot that protects the manager is kept until what it protects from is over.

    HCX keeps its own for 24 hours from each hop on; one by run command is deleted after 72 hours without notice
    (Microsoft's pages). A task that lasts longer, nine times in ten, is without a way back at its end. One in vCenter
    stays until somebody deletes it.

    Where the wave of the task is watched after it, what is found then can be taken back only while something leads
    back: a soak that outlives the longest-lived of its snapshots is a warning, too.
    """
    expected = due(context)
    if not isinstance(expected, Due):
        return expected
    if not isinstance(expected.task, ManagerTask):
        return nothing(f"{context.subject_name}: appliances have no snapshot to return to")
    kept = tuple(_snapshots(expected.task))
    if not kept:
        return nothing(f"{context.subject}: no snapshot is taken that would be deleted by itself")
    return (*(_judged(context, expected, one) for one in kept), *_watched(context, expected.task, kept))


def _snapshots(task: ManagerTask) -> Iterator[_Kept]:
    if any(one.kind is Safeguard.AUTOMATIC_SNAPSHOT and one.manager == task.subject for one in task.way_back):
        longest = max((one.p90 for one in task.blocks), default=timedelta())
        yield _Kept(what=f"HCX's own snapshot of {task.subject}", lasts=AUTOMATIC_LASTS, needs=longest)
    lasts = LASTS.get(task.snapshot)
    if lasts is not None:
        whole = sum((one.p90 for one in task.blocks), timedelta())
        yield _Kept(what=f"the snapshot of {task.subject} by run command", lasts=lasts, needs=whole)


def _judged(context: CheckContext, expected: Due, one: _Kept) -> Judgement:
    until = utc_text(expected.span.start + one.lasts)
    text = f"{one.what} is kept for {span_text(one.lasts)}, and {span_text(one.needs)} are needed"
    if one.needs <= one.lasts:
        summary = f"{text}: begun {utc_text(expected.span.start)}, it leads back until {until}"
        return Judgement(verdict=Verdict.PASS, summary=summary, evidence=(planned(text, context),))
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{text}: it is gone before the end, at {until}",
        evidence=(planned(text, context),),
        remedy="the site: take a backup, and where it can a snapshot in vCenter, before the task begins",
    )


def _watched(context: CheckContext, task: ManagerTask, kept: Iterable[_Kept]) -> Iterator[Judgement]:
    """Nothing where its wave is not watched, or one of its snapshots is deleted by nobody."""
    soak = _soak_of(context, task)
    if soak is None or (task.snapshot is not Safeguard.NONE and task.snapshot not in LASTS):
        return
    longest = max(kept, key=lambda one: one.lasts)
    text = f"wave {task.wave} is watched for {span_text(soak.span)}, and {longest.what} is kept for"
    text = f"{text} {span_text(longest.lasts)}"
    if soak.span + longest.needs <= longest.lasts:
        yield Judgement(verdict=Verdict.PASS, summary=text, evidence=(planned(text, context),))
        return
    yield Judgement(
        verdict=Verdict.WARN,
        summary=f"{text}: what is found at the end of that cannot be taken back any more",
        evidence=(planned(text, context),),
        remedy="the owner of fleet.yaml: a shorter soak, or for a connector a snapshot in vCenter "
        "(snapshots.connectors: vcenter)",
    )


def _soak_of(context: CheckContext, task: ManagerTask) -> Soak | None:
    waves = context.policy.waves if context.policy else ()
    return next((one.soak for one in waves if one.name == task.wave), None)


CHECK = Check(
    id="way-back-lasts",
    title="The way back lasts as long as the task and its soak",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.BACKUP,
    judge=judge,
)
