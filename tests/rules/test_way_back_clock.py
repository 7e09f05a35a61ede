"""The rollback clock: what leads each changed manager back, and until when both sides of a pairing can."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import FleetFacts, HcxJob, JobState, Seen, UpgradeStatus
from shared.model.plan import ManagerTask, Safeguard, WayBack
from shared.model.run import JournalEntry, JournalKind
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.waiting import Waiting, WaitingFor
from shared.model.way_back import Basis, WaysBack
from shared.rules.polling import next_look
from shared.rules.way_back_clock import NOTHING_SEEN, clocks, ending_soon, next_to_tell, usable
from tests.builders.fleet_facts import connector
from tests.report.canonical_run import BEGIN, LYON_TASK, OSLO_TASK, PLAN

HOUR = timedelta(hours=1)
AUTOMATIC = WayBack(
    manager="con-lyon", kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=24 * HOUR, text="HCX takes one of con-lyon"
)
LYON = replace(LYON_TASK, way_back=(AUTOMATIC,), peers=("con-oslo",))
OSLO = replace(OSLO_TASK, way_back=(replace(AUTOMATIC, manager="con-oslo"),), peers=("con-lyon",))


def changed(task: ManagerTask, at: datetime, hop: int = 0) -> JournalEntry:
    """The upgrade of one hop was called."""
    step = task.hops[hop].upgrade.id
    return JournalEntry(
        key=f"{task.id}/{step}/called", at=at, kind=JournalKind.CALLED, text="called", task=task.id, step=step
    )


def shown(
    task: ManagerTask, started: datetime, at: datetime, kind: JournalKind = JournalKind.STEP_DONE
) -> tuple[JournalEntry, ...]:
    """The upgrade of the first hop, which others began: when its task was begun, and the look that showed it."""
    seen = replace(changed(task, at), key="done", kind=kind)
    return replace(seen, key="started", kind=JournalKind.STEP_STARTED, at=started, step=task.observe.id), seen


def told(task: ManagerTask, at: datetime) -> JournalEntry:
    """Somebody was told to begin the first hop: from then on it is looked for in steady turns."""
    return replace(changed(task, at), key="told", kind=JournalKind.INSTRUCTED)


def paused(task: ManagerTask, at: datetime) -> JournalEntry:
    """From then on nobody looks."""
    wait = Waiting(reason=WaitingFor.PAUSED, detail="paused", since=at, who_can_act="a person")
    return replace(changed(task, at), key="paused", kind=JournalKind.WAITING, waiting=wait)


def found(
    *tasks: ManagerTask,
    journal: tuple[JournalEntry, ...],
    now: datetime,
    snapshots: Mapping[str, SnapshotSeen] | None = None,
    facts: FleetFacts = NOTHING_SEEN,
) -> WaysBack:
    """The clocks of a plan of these tasks."""
    groups = (replace(PLAN.groups[0], tasks=tasks),)
    return clocks(replace(PLAN, groups=groups), journal, snapshots or {}, now, facts)


def upgraded(task: ManagerTask, at: datetime, *parts: str, state: JobState = JobState.SUCCEEDED) -> FleetFacts:
    """What was observed of the upgrade of the first hop."""
    target = task.hops[0].target
    job = HcxJob(
        id="u-1",
        type="upgrade",
        entity_id=str(target),
        state=state,
        percent=100,
        message="",
        parts=parts,
    )
    seen = replace(connector(task.subject, str(target)), upgrade=Seen(value=UpgradeStatus(job=job, staged=None), at=at))
    return FleetFacts(managers=(seen,))


def test_hcx_s_own_snapshot_counts_from_the_begin_of_its_upgrade() -> None:
    """Nobody sees it, so that its time is inferred and said to be; it leads back over the last hop alone."""
    journal = (changed(LYON, BEGIN), changed(LYON, BEGIN + 2 * HOUR, hop=1))
    (clock,) = found(LYON, journal=journal, now=BEGIN + 6 * HOUR).managers

    assert (clock.kind, clock.basis, clock.back_to) == (Safeguard.AUTOMATIC_SNAPSHOT, Basis.INFERRED, "4.9.2")
    assert (clock.expires_at, clock.left) == (BEGIN + 26 * HOUR, 20 * HOUR)
    assert "inferred from the begin of the upgrade" in clock.note


def test_what_others_began_counts_from_the_earliest_that_it_can_have_begun() -> None:
    """It may be older than the look that showed it: by a pause between looks, and by all that an upgrade takes."""
    journal = (*shown(LYON, BEGIN - 20 * HOUR, BEGIN), told(LYON, BEGIN - 19 * HOUR))
    (clock,) = found(LYON, journal=journal, now=BEGIN + HOUR).managers

    assert clock.made_at == BEGIN - 4 * HOUR - LYON.hops[0].takes.p90
    assert clock.expires_at == clock.made_at + 24 * HOUR
    assert clock.note.endswith(
        "until 2026-11-25 00:50 UTC at the earliest, inferred from when the upgrade can have begun"
    )


def test_what_others_began_is_gone_as_soon_as_it_may_be() -> None:
    """A way back that may be deleted already is none, although a day has not passed since it was seen."""
    journal = (*shown(LYON, BEGIN - 20 * HOUR, BEGIN), told(LYON, BEGIN - 19 * HOUR))
    (clock,) = found(LYON, journal=journal, now=BEGIN + 22 * HOUR).managers

    assert (clock.kind, clock.left) == (Safeguard.NONE, timedelta())
    assert "is gone since 2026-11-25 00:50 UTC at the earliest" in clock.note


def test_what_hcx_fleet_began_counts_from_its_call() -> None:
    """However long it waited before, and although the step was seen to be done later."""
    started, seen = shown(LYON, BEGIN - 20 * HOUR, BEGIN + HOUR)
    (clock,) = found(LYON, journal=(started, changed(LYON, BEGIN), seen), now=BEGIN + 2 * HOUR).managers

    assert clock.made_at == BEGIN
    assert clock.note.endswith("until 2026-11-25 06:00 UTC, inferred from the begin of the upgrade")


def test_what_was_found_under_way_counts_from_the_last_look_before() -> None:
    """Nobody looks in steady turns before somebody was told, so that it may have begun right after the task was."""
    for kind in (JournalKind.ADOPTED, JournalKind.STEP_DONE):
        (clock,) = found(LYON, journal=shown(LYON, BEGIN - 9 * HOUR, BEGIN, kind), now=BEGIN).managers

        assert clock.made_at == BEGIN - 9 * HOUR - LYON.hops[0].takes.p90
        assert "at the earliest" in clock.note


def test_a_snapshot_that_its_upgrade_never_took_leads_nowhere() -> None:
    """The upgrade's own sub-tasks hold none, and the note says that this is why."""
    seen = upgraded(LYON, BEGIN + HOUR, "PRE_UPGRADE_VALIDATION", "APPLY_UPGRADE", "REBOOT")
    ways = found(LYON, OSLO, journal=(changed(LYON, BEGIN), changed(OSLO, BEGIN)), now=BEGIN + 2 * HOUR, facts=seen)
    (lyon, oslo), (pair,) = ways.managers, ways.pairs

    assert (lyon.kind, lyon.expires_at, lyon.left) == (Safeguard.NONE, None, timedelta())
    assert lyon.note.endswith(": the sub-tasks of the upgrade show that HCX took no snapshot")
    assert (oslo.kind, pair.left, pair.limited_by) == (Safeguard.AUTOMATIC_SNAPSHOT, timedelta(), "con-lyon")


def test_one_of_ours_leads_back_where_hcx_took_none() -> None:
    """Only HCX's own is not counted."""
    task = replace(LYON, snapshot=Safeguard.VCENTER_SNAPSHOT)
    kept = {task.id: SnapshotSeen(state=SnapshotState.THERE, made_at=BEGIN)}
    seen = upgraded(LYON, BEGIN + HOUR, "APPLY_UPGRADE")
    (clock,) = found(task, journal=(changed(LYON, BEGIN),), now=BEGIN + HOUR, snapshots=kept, facts=seen).managers

    assert (clock.kind, clock.basis) == (Safeguard.VCENTER_SNAPSHOT, Basis.OBSERVED)


@pytest.mark.parametrize(
    "seen",
    [
        NOTHING_SEEN,
        upgraded(LYON, BEGIN - HOUR, "APPLY_UPGRADE"),
        upgraded(LYON, BEGIN + HOUR),
        upgraded(LYON, BEGIN + HOUR, "VM_SNAPSHOT", "APPLY_UPGRADE"),
        upgraded(LYON, BEGIN + HOUR, "APPLY_UPGRADE", state=JobState.RUNNING),
        upgraded(OSLO, BEGIN + HOUR, "APPLY_UPGRADE"),
    ],
    ids=["unobserved", "before", "no-parts", "taken", "not-over", "another"],
)
def test_hcx_s_own_counts_unless_it_is_seen_that_it_took_none(seen: FleetFacts) -> None:
    """What nobody tells, what is not over, and what was before say nothing of this upgrade."""
    (clock,) = found(LYON, journal=(changed(LYON, BEGIN),), now=BEGIN + 2 * HOUR, facts=seen).managers

    assert clock.kind is Safeguard.AUTOMATIC_SNAPSHOT


def test_a_call_that_was_refused_begins_nothing() -> None:
    """Nothing was sent, so that nothing has to lead the manager back."""
    refused = replace(changed(LYON, BEGIN), kind=JournalKind.NOT_CALLED)

    assert found(LYON, journal=(refused,), now=BEGIN) == WaysBack()


@given(
    begun=st.integers(-60, 14 * 24 * 60),
    hidden=st.floats(0, 1),
    instructed=st.none() | st.integers(0, 14 * 24 * 60),
    pause=st.none() | st.tuples(st.integers(0, 14 * 24 * 60), st.integers(0, 72 * 60)),
    order=st.randoms(use_true_random=False),
)
def test_no_end_is_later_than_the_true_one(
    begun: int, hidden: float, instructed: int | None, pause: tuple[int, int] | None, order: Random
) -> None:
    """Whenever others begin, told or not, whoever pauses it, and however the entries are ordered.

    The task saw the manager as it had been when it began, at `BEGIN`; nothing shows the upgrade for a part of its time.
    """
    shows_at = BEGIN + max(timedelta(minutes=begun) + hidden * LYON.hops[0].takes.p90, timedelta(minutes=1))
    minute = timedelta(minutes=1)
    turns_from = BEGIN + instructed * minute if instructed is not None else None
    look = turns_from if turns_from is not None else BEGIN + 15 * 24 * HOUR
    journal = []
    if turns_from is not None and turns_from < shows_at:
        journal.append(told(LYON, turns_from))
    while look < shows_at:
        later = look + next_look(WaitingFor.PERSON, look - (turns_from or BEGIN))
        if pause is not None and look <= BEGIN + pause[0] * minute < later:
            journal.append(paused(LYON, BEGIN + pause[0] * minute))
            later += pause[1] * minute
        look = later
    journal += shown(LYON, BEGIN, look)
    order.shuffle(journal)
    (clock,) = found(LYON, journal=tuple(journal), now=look).managers

    assert clock.made_at is not None
    assert clock.made_at <= shows_at - hidden * LYON.hops[0].takes.p90


def test_a_manager_that_nobody_changed_has_no_clock() -> None:
    """Nothing has to lead it back."""
    assert found(LYON, journal=(), now=BEGIN) == WaysBack()


def test_once_it_is_gone_nothing_leads_back() -> None:
    """It says since when, and that no time is left."""
    (clock,) = found(LYON, journal=(changed(LYON, BEGIN),), now=BEGIN + 30 * HOUR).managers

    assert (clock.kind, clock.left) == (Safeguard.NONE, timedelta())
    assert "is gone since 2026-11-25 06:00 UTC" in clock.note


@pytest.mark.parametrize(
    ("kind", "lasts"), [(Safeguard.RUN_COMMAND_SNAPSHOT, 72 * HOUR), (Safeguard.VCENTER_SNAPSHOT, None)]
)
def test_one_of_ours_counts_from_when_it_was_seen_to_be_made(kind: Safeguard, lasts: timedelta | None) -> None:
    """It leads back to before the first hop, and for longer than HCX's own; one in vCenter ends by nobody."""
    task = replace(LYON, snapshot=kind)
    seen = {task.id: SnapshotSeen(state=SnapshotState.THERE, made_at=BEGIN - HOUR)}
    (clock,) = found(task, journal=(changed(task, BEGIN),), now=BEGIN + HOUR, snapshots=seen).managers

    assert (clock.kind, clock.basis, clock.back_to) == (kind, Basis.OBSERVED, "4.8.2")
    assert clock.expires_at == (BEGIN - HOUR + lasts if lasts else None)


@pytest.mark.parametrize("state", [one for one in SnapshotState if one is not SnapshotState.THERE])
def test_one_of_ours_that_is_not_seen_protects_nothing(state: SnapshotState) -> None:
    """What HCX took is what is left then."""
    task = replace(LYON, snapshot=Safeguard.RUN_COMMAND_SNAPSHOT)
    seen = {task.id: SnapshotSeen(state=state, made_at=BEGIN)}
    (clock,) = found(task, journal=(changed(task, BEGIN),), now=BEGIN + HOUR, snapshots=seen).managers

    assert clock.kind is Safeguard.AUTOMATIC_SNAPSHOT


def test_a_pairing_goes_back_until_the_earlier_end() -> None:
    """Both sides or none: the manager whose way back ends first is named."""
    journal = (changed(OSLO, BEGIN), changed(LYON, BEGIN + 5 * HOUR))
    ways = found(LYON, OSLO, journal=journal, now=BEGIN + 6 * HOUR)
    later = found(LYON, OSLO, journal=journal, now=BEGIN + 26 * HOUR)

    assert [(one.until, one.left, one.limited_by) for one in ways.pairs] == [(BEGIN + 24 * HOUR, 18 * HOUR, "con-oslo")]
    assert [one.manager for one, _ in usable(ways, BEGIN + 6 * HOUR)] == ["con-lyon", "con-oslo"]
    assert list(usable(later, BEGIN + 26 * HOUR)) == [], "a way back of one side alone is none"


@given(st.integers(0, 200), st.integers(0, 48))
def test_people_are_told_within_the_lead_and_never_after(hours: int, lead: int) -> None:
    """Told is what ends within the lead; what is not told yet is due at a moment ahead, and afterwards nothing is."""
    now, ahead = BEGIN + hours * HOUR, lead * HOUR
    ways = found(LYON, journal=(changed(LYON, BEGIN),), now=now)
    ending = ending_soon(ways, [LYON.id], ahead, now)
    upcoming = next_to_tell(ways, [LYON.id], ahead, now)

    assert bool(ending) == (BEGIN + 24 * HOUR - ahead <= now < BEGIN + 24 * HOUR)
    assert (upcoming is not None) == (now < BEGIN + 24 * HOUR - ahead)
    assert ending_soon(ways, ["manager:other"], ahead, now) == ()
