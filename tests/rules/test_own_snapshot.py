"""Whether a snapshot of ours is taken, is there, leads back for long enough, and is gone."""

from datetime import timedelta

import pytest

from shared.model.inventory import Manager
from shared.model.plan import Safeguard
from shared.model.policy import CloudManagerSnapshots, Owner, SnapshotPolicy
from shared.model.snapshots import SnapshotSeen, SnapshotState, snapshot_name
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules import own_snapshot, protection
from shared.rules.progress import State
from shared.rules.protection import Change, OwnSnapshot
from tests.builders.fleet_facts import NOW, cloud_manager, connector

CLOUD = cloud_manager("pc-weu-01", "4.10.3").manager
CONNECTOR = connector("con-lyon", "4.10.3").manager
WANTED = SnapshotPolicy(cloud_managers=CloudManagerSnapshots.RUN_COMMAND)
KIND = Safeguard.RUN_COMMAND_SNAPSHOT


def change(source: str = "4.10.3", target: str = "4.11.4") -> tuple[Change, ...]:
    """One version change."""
    return (Change(source=Version(source), target=Version(target)),)


def decided(
    manager: Manager = CLOUD,
    owner: Owner = Owner.OURS,
    changes: tuple[Change, ...] = (),
    wanted: SnapshotPolicy = WANTED,
    not_offered: str | None = None,
) -> OwnSnapshot:
    """What is decided, by default for a cloud manager of ours whose snapshot is wanted and offered."""
    return protection.own_snapshot(manager, owner, changes or change(), wanted, not_offered)


@pytest.mark.parametrize("owner", [Owner.OURS, Owner.ASSISTED])
def test_one_is_taken_where_it_is_asked_for(owner: Owner) -> None:
    """Of a cloud manager that hcx-fleet or a person upgrades, if `fleet.yaml` says so."""
    assert decided(owner=owner).kind is KIND


@pytest.mark.parametrize(
    "found",
    [
        decided(wanted=SnapshotPolicy()),
        decided(owner=Owner.PROVIDER),
        decided(manager=CONNECTOR),
        decided(changes=change("4.2.4", "4.4.2")),
    ],
    ids=["not asked for", "upgraded by the provider", "a connector", "does not lead back"],
)
def test_otherwise_there_is_none_and_nothing_to_say(found: OwnSnapshot) -> None:
    """The default is none; the provider protects its own upgrades, and a move of the database is not undone so."""
    assert found == OwnSnapshot()


def test_what_is_asked_for_and_not_offered_is_told() -> None:
    """No snapshot is planned then, and the way back says why."""
    own = decided(not_offered="no identity is set")
    (way,) = [one for one in protection.for_manager(CLOUD, change(), (), own) if one.kind is KIND]

    assert own.kind is Safeguard.NONE
    assert "can take one" in way.text
    assert way.text.endswith("fleet.yaml asks for one, but no identity is set")


def test_the_way_back_says_who_takes_it() -> None:
    """A snapshot of ours is told as ours, with its end and the ticket that going back needs."""
    (way,) = [one for one in protection.for_manager(CLOUD, change(), (), decided()) if one.kind is KIND]

    assert way.text.startswith("hcx-fleet takes a snapshot of pc-weu-01")
    assert "72 hours" in way.text
    assert "support ticket" in way.text


@pytest.mark.parametrize("state", [one for one in SnapshotState if one is not SnapshotState.THERE])
def test_only_what_is_seen_is_there(state: SnapshotState) -> None:
    """Being made, absent or unknown is not yet, and failed is the end of it: the upgrade does not begin."""
    found = own_snapshot.there(SnapshotSeen(state=state, detail="so"))

    assert found.state is (State.STOP if state is SnapshotState.FAILED else State.NOT_YET)
    assert found.waiting_for is WaitingFor.SNAPSHOT or found.reason == "snapshot-failed"
    assert found.remedy


def test_a_seen_snapshot_ends_the_wait() -> None:
    """That it is there is enough."""
    assert own_snapshot.there(SnapshotSeen(state=SnapshotState.THERE)).state is State.DONE


@pytest.mark.parametrize("state", list(SnapshotState))
def test_only_what_is_absent_is_gone(state: SnapshotState) -> None:
    """One that nobody can look at may be there, and a failed removal leaves it there."""
    found = own_snapshot.gone(SnapshotSeen(state=state))

    assert (found.state is State.DONE) is (state is SnapshotState.ABSENT)


def test_it_is_kept_for_three_days_from_when_it_was_made() -> None:
    """Whoever keeps it says when that was; a time that lies ahead is not believed."""
    hour = timedelta(hours=1)
    made = [NOW - hour, None, NOW + hour]
    seen = [SnapshotSeen(state=SnapshotState.THERE, made_at=at) for at in made]

    kept = [own_snapshot.kept_until(KIND, one, NOW) for one in seen]

    assert kept == [NOW + timedelta(hours=71), NOW + timedelta(hours=72), NOW + timedelta(hours=72)]
    assert own_snapshot.kept_until(Safeguard.VCENTER_SNAPSHOT, seen[0], NOW) is None


@pytest.mark.parametrize(("left", "enough"), [(59, False), (60, True), (None, True)])
def test_it_has_to_outlast_the_work(left: int | None, enough: bool) -> None:  # noqa: FBT001
    """A snapshot that goes away in the middle of an hour of work leads back from nothing."""
    until = None if left is None else NOW + timedelta(minutes=left)

    assert own_snapshot.outlasts(until, NOW, timedelta(hours=1)) is enough


def test_what_stays_is_told_with_its_end() -> None:
    """A run command's snapshot goes by itself, one in vCenter does not."""
    assert "72 hours" in own_snapshot.stays(KIND, "refused")
    assert "until somebody deletes it" in own_snapshot.stays(Safeguard.VCENTER_SNAPSHOT, "refused")


def test_each_attempt_has_a_name_of_its_own() -> None:
    """Runs, tasks and generations never share a snapshot."""
    names = {snapshot_name(run, task, again) for run in "ab" for task in ("manager:x", "manager:y") for again in (1, 2)}

    assert len(names) == 8
