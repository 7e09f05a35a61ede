"""The rollback clock: what protects each manager that was changed, when it was made, and how long it still lasts.

What a plan says of ways back is how long they last; here it is until when, from what was seen since. A snapshot that
somebody lists says when it was made. HCX's own is seen by nobody: it is taken to be made when its upgrade began, or can
have begun at the earliest where others began it, which is inferred, and said to be; not where the upgrade's own
sub-tasks show that it took none. Backups are no part of it: one is
restored into a manager of the same version only.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import combinations
from typing import cast

from shared.model.facts import FleetFacts
from shared.model.plan import Hop, ManagerTask, Plan, Safeguard
from shared.model.record import record
from shared.model.run import JournalEntry
from shared.model.same import Same
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.way_back import Basis, ManagerClock, PairClock, WaysBack
from shared.rules.automatic_snapshot import seen_untaken
from shared.rules.earliest_begin import Begin, earliest_begin
from shared.rules.protection import AUTOMATIC_LASTS, LASTS
from shared.rules.told import told_in

WORDS: Mapping[Safeguard, str] = {
    Safeguard.AUTOMATIC_SNAPSHOT: "the snapshot that HCX takes itself",
    Safeguard.RUN_COMMAND_SNAPSHOT: "the snapshot by run command",
    Safeguard.VCENTER_SNAPSHOT: "the snapshot in vCenter",
}

NOTHING_SEEN = FleetFacts(managers=())

type _Told = Mapping[str, tuple[JournalEntry, ...]]
"""What the journal says of each task, by its id."""


@record
class _Protects:
    """One thing that leads a manager back."""

    kind: Safeguard
    back_to: str
    basis: Basis | None = None
    made_at: datetime | None = None
    lasts: timedelta | None = None
    at_the_earliest: bool = False
    """Whether it may have been made later, since others began what made it."""
    untaken: bool = False
    """Whether the upgrade was seen to have taken no snapshot by itself."""

    @property
    def expires_at(self) -> datetime | None:
        return self.made_at + self.lasts if self.made_at is not None and self.lasts is not None else None


def clocks(
    plan: Plan,
    journal: Iterable[JournalEntry],
    snapshots: Mapping[str, SnapshotSeen],
    now: datetime,
    facts: FleetFacts = NOTHING_SEEN,
) -> WaysBack:
    """Every way back of a run.

    Args:
        plan: that the run carries out.
        journal: of the run.
        snapshots: how the snapshot of ours of each task was seen last, by the task's id.
        now: the time.
        facts: the latest observation of every manager: an upgrade may have taken no snapshot.
    """
    told = told_in(tuple(journal)).of_task
    tasks = [task for task in plan.tasks if isinstance(task, ManagerTask)]
    every = (_of_task(task, told, snapshots.get(task.id), facts, now) for task in tasks)
    found = [one for one in every if one is not None]
    return WaysBack(managers=tuple(found), pairs=tuple(_pairs(tasks, {one.manager: one for one in found})))


def _begins(task: ManagerTask, told: _Told) -> tuple[tuple[Hop, Begin], ...]:
    """Every hop whose upgrade has begun, with when."""
    return _begun(Same(task, told.get(task.id, ())))


@lru_cache(maxsize=1024)
def _begun(told: Same) -> tuple[tuple[Hop, Begin], ...]:
    """Remembered: of most tasks nothing was told since somebody looked last."""
    task, entries = cast("tuple[ManagerTask, tuple[JournalEntry, ...]]", told.records)
    begins = ((hop, earliest_begin(task, hop, entries)) for hop in task.hops)
    return tuple((hop, begin) for hop, begin in begins if begin is not None)


def _of_task(
    task: ManagerTask, told: _Told, seen: SnapshotSeen | None, facts: FleetFacts, now: datetime
) -> ManagerClock | None:
    """None where nobody has changed the manager in this run: then nothing has to lead it back."""
    begun = _begins(task, told)
    if not begun:
        return None
    hop, begin = begun[-1]
    untaken = seen_untaken(facts.of(task.subject), hop.target, begin.at)
    automatic = () if untaken else _automatic(task, hop, begin, now)
    found: list[ManagerClock] = [*_own(task, seen, now), *automatic]
    if not found:
        return _clock(task, _Protects(kind=Safeguard.NONE, back_to=hop.source.release, untaken=untaken), now)
    return max(found, key=lambda one: (one.expires_at is None, one.expires_at or now))


def _own(task: ManagerTask, seen: SnapshotSeen | None, now: datetime) -> Iterator[ManagerClock]:
    if task.snapshot is Safeguard.NONE or seen is None or seen.state is not SnapshotState.THERE:
        return
    made = min(seen.made_at, now) if seen.made_at else None
    lasts = LASTS.get(task.snapshot)
    if lasts is not None and made is None:  # nobody can say when it ends, so that nobody should count on it
        return
    protects = _Protects(
        kind=task.snapshot, back_to=task.source.release, basis=Basis.OBSERVED, made_at=made, lasts=lasts
    )
    yield _clock(task, protects, now)


def _automatic(task: ManagerTask, hop: Hop, begin: Begin, now: datetime) -> Iterator[ManagerClock]:
    """Each hop takes a new one, which leads back over that hop alone."""
    if any(one.kind is Safeguard.AUTOMATIC_SNAPSHOT and one.manager == task.subject for one in task.way_back):
        protects = _Protects(
            kind=Safeguard.AUTOMATIC_SNAPSHOT,
            back_to=hop.source.release,
            basis=Basis.INFERRED,
            made_at=begin.at,
            lasts=AUTOMATIC_LASTS,
            at_the_earliest=not begin.exact,
        )
        yield _clock(task, protects, now)


def _clock(task: ManagerTask, protects: _Protects, now: datetime) -> ManagerClock:
    expires = protects.expires_at
    gone = protects.kind is Safeguard.NONE or (expires is not None and expires <= now)
    return ManagerClock(
        manager=task.subject,
        task=task.id,
        kind=Safeguard.NONE if gone else protects.kind,
        back_to=protects.back_to,
        basis=protects.basis,
        made_at=protects.made_at,
        expires_at=expires,
        left=timedelta() if gone else (expires - now if expires else None),
        note=_note(protects, gone=gone),
    )


def _note(protects: _Protects, *, gone: bool) -> str:
    if protects.kind is Safeguard.NONE:
        why = ": the sub-tasks of the upgrade show that HCX took no snapshot" if protects.untaken else ""
        return f"nothing that hcx-fleet knows of leads back to {protects.back_to}{why}"
    how = _how(protects)
    what, until = WORDS[protects.kind], protects.expires_at
    if gone:
        return f"{what} led back to {protects.back_to}, and is gone since {_moment(until)}{how}"
    lasts = f"until {_moment(until)}{how}" if until else "until somebody deletes it"
    return f"{what} leads back to {protects.back_to} {lasts}"


def _how(protects: _Protects) -> str:
    """How it is known until when, in words; empty where it was seen."""
    if protects.basis is not Basis.INFERRED:
        return ""
    if protects.at_the_earliest:
        return " at the earliest, inferred from when the upgrade can have begun"
    return ", inferred from the begin of the upgrade"


def _pairs(tasks: Iterable[ManagerTask], clocks: Mapping[str, ManagerClock]) -> Iterator[PairClock]:
    """Managers go back on both sides or not at all; one that was not changed does not have to."""
    for one, other in combinations([task for task in tasks if task.subject in clocks], 2):
        if other.subject in one.peers or one.subject in other.peers:
            yield _pair(clocks[one.subject], clocks[other.subject])


def _pair(one: ManagerClock, other: ManagerClock) -> PairClock:
    ending = [clock for clock in (one, other) if clock.left is not None]
    first = min(ending, key=lambda clock: clock.left or timedelta(), default=None)
    return PairClock(
        managers=(one.manager, other.manager),
        until=first.expires_at if first else None,
        left=first.left if first else None,
        limited_by=first.manager if first else "",
    )


def usable(ways: WaysBack, now: datetime) -> Iterator[tuple[ManagerClock, datetime]]:
    """Ways back that end by themselves and have not ended, each with when; none whose other side cannot go back."""
    lost = {name for pair in ways.pairs if pair.left is not None and not pair.left for name in pair.managers}
    for one in ways.managers:
        if one.manager not in lost and one.expires_at is not None and one.expires_at > now:
            yield one, one.expires_at


def ending_soon(ways: WaysBack, tasks: Iterable[str], lead: timedelta, now: datetime) -> tuple[ManagerClock, ...]:
    """Of these tasks, whose way back ends within `lead`, and has not ended."""
    meant = frozenset(tasks)
    return tuple(one for one, ends in usable(ways, now) if one.task in meant and ends - lead <= now)


def next_to_tell(ways: WaysBack, tasks: Iterable[str], lead: timedelta, now: datetime) -> datetime | None:
    """When the next of them comes so close to its end."""
    meant = frozenset(tasks)
    moments = (ends - lead for one, ends in usable(ways, now) if one.task in meant)
    return min((at for at in moments if at > now), default=None)


CHOICES = (
    "one of three: take a new snapshot of it in vCenter, where that can be reached; let it go, if nobody needs it any "
    "more; or go back while both sides still can"
)
"""What people can do before a way back ends."""


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "an unknown time"
