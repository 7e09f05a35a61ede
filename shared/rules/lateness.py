"""How a wait for the provider or a person stands against the time that was named for their work: due, late, skipped.

A late one is waited for as before, and done whenever it shows. That somebody has skipped it is never reported by any
interface: it is inferred from what was seen in the time that was named, and said as a probability.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from shared.model.finding import Finding, Verdict
from shared.model.inventory import Maintenance, PrivateCloud, ProvisioningState
from shared.model.notice import NoticeKind
from shared.model.orders import TellTime
from shared.model.plan import ManagerTask, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.span import Span
from shared.model.waiting import Lateness, WaitingFor
from shared.rules.admitting.held_back import moment
from shared.rules.progress import Progress

FOR_SOMEBODY = frozenset({WaitingFor.PROVIDER, WaitingFor.PERSON, WaitingFor.REPORT_NOT_OBSERVED})
"""Waits whose end is somebody's work, for which a time can be named."""

OVERDUE = {Lateness.LATE: NoticeKind.LATE, Lateness.PROBABLY_SKIPPED: NoticeKind.PROBABLY_SKIPPED}
"""What somebody is told of it."""


@record
class Standing:
    """A wait against its time."""

    lateness: Lateness
    detail: str
    """What is said before what is waited for; empty where nothing is late."""


def expected(task: Task, tell: TellTime, now: datetime) -> Span | None:
    """The time that was named for the work, None where none was.

    The provider names a day by mail, which counts in UTC for want of a zone. For people it is the opening of their
    calendar in which they were told to do it.
    """
    if task.owner is Owner.PROVIDER:
        return _announced_day(task.expected_on) if isinstance(task, ManagerTask) and task.expected_on else None
    return Span(start=tell.opens_at or now, end=tell.closes_at) if tell.closes_at else None


def _announced_day(day: date) -> Span:
    """That day, in UTC."""
    start = datetime.combine(day, time(), UTC)
    return Span(start=start, end=start + timedelta(days=1))


def standing(named: Span | None, now: datetime, reasons: tuple[str, ...]) -> Standing:
    """How the wait stands.

    Args:
        named: the time that was named for the work.
        now: the time.
        reasons: what was seen in that time that may have kept the work from being done.
    """
    if named is None or now < named.end:
        return Standing(lateness=Lateness.DUE, detail="")
    if reasons:
        because = "; ".join(reasons)
        return Standing(lateness=Lateness.PROBABLY_SKIPPED, detail=f"probably skipped, because {because}")
    return Standing(lateness=Lateness.LATE, detail=f"late: it was expected by {moment(named.end)}")


def as_standing(progress: Progress, found: Standing) -> Progress:
    """The same progress, saying that it is late where it is."""
    return replace(progress, detail=f"{found.detail}; {progress.detail}") if found.detail else progress


def waited_for(owner: Owner) -> WaitingFor:
    """Whose work a step of that owner waits for."""
    return WaitingFor.PROVIDER if owner is Owner.PROVIDER else WaitingFor.PERSON


def next_action(owner: Owner, told: str) -> str:
    """What to do about work that is late.

    Args:
        owner: who performs it.
        told: what they were told to do.
    """
    if owner is not Owner.PROVIDER:
        return told
    return "Ask Microsoft whether another day is planned, and write that day as provider.announced of the site."


def to_look_into(named: Span | None, now: datetime, looked_at: datetime | None) -> bool:
    """Whether to ask now what may keep the work from being done: while its time lasts, and once after it.

    Args:
        named: the time that was named for the work.
        now: the time.
        looked_at: when that was asked last; None: not yet.
    """
    if named is None or now < named.start:
        return False
    return now < named.end or looked_at is None or looked_at < named.end


def in_the_way(
    clouds: Iterable[PrivateCloud], maintenances: Iterable[Maintenance], held: Iterable[Finding], named: Span
) -> tuple[str, ...]:
    """What may keep an upgrade of these private clouds from being done in a time.

    Args:
        clouds: as Azure described them last.
        maintenances: those that the provider plans there.
        held: what the check of holds found.
        named: the time.
    """
    return (*_updating(clouds), *_in_maintenance(maintenances, named), *_held(held))


def _updating(clouds: Iterable[PrivateCloud]) -> Iterator[str]:
    for cloud in clouds:
        if cloud.provisioning_state is ProvisioningState.UPDATING:
            yield f"Azure showed private cloud {cloud.id} as {cloud.provisioning_state.value} then"


def _in_maintenance(maintenances: Iterable[Maintenance], named: Span) -> Iterator[str]:
    for one in maintenances:
        if one.starts_at is None:
            continue
        if one.starts_at < named.end and one.starts_at + (one.duration or timedelta()) >= named.start:
            yield f"maintenance {one.title or one.id} ({one.component}) was planned there for {moment(one.starts_at)}"


def _held(findings: Iterable[Finding]) -> Iterator[str]:
    """Whether it is held is unknown for a moment now and then, which is no reason that anybody could have known."""
    for one in findings:
        if one.blocks and one.verdict is not Verdict.UNKNOWN:
            yield one.summary
