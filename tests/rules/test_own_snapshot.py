"""Whether a snapshot of ours is taken, is there, leads back for long enough, and is gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.facts import ManagerFacts
from shared.model.plan import Safeguard
from shared.model.policy import CloudManagerSnapshots, ConnectorSnapshots, Owner, SnapshotPolicy
from shared.model.snapshots import SnapshotSeen, SnapshotState, snapshot_name
from shared.model.vcenter import MachineSeen, PinnedMachine, VcenterFacts
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules import own_snapshot, protection
from shared.rules.progress import State
from shared.rules.protection import Change, OwnSnapshot
from tests.builders.fleet_facts import NOW, cloud_manager, connector

CLOUD = cloud_manager("pc-weu-01", "4.10.3")
MACHINE = MachineSeen(
    reference="vm-36",
    instance_uuid="5001",
    name="hcx-lyon",
    snapshots=(),
    chain=0,
    consolidation_needed=False,
    independent_disks=0,
    provisioned_bytes=60,
    free_bytes=500,
)
CONNECTOR = replace(connector("con-lyon", "4.10.3"), vsphere=VcenterFacts(observed_at=NOW, machine=MACHINE))
UNSEEN = replace(CONNECTOR, vsphere=VcenterFacts(observed_at=NOW))
WANTED = SnapshotPolicy(cloud_managers=CloudManagerSnapshots.RUN_COMMAND)
IN_VCENTER = SnapshotPolicy(connectors=ConnectorSnapshots.VCENTER)
KIND = Safeguard.RUN_COMMAND_SNAPSHOT
BOTH = (KIND, Safeguard.VCENTER_SNAPSHOT)


def change(source: str = "4.10.3", target: str = "4.11.4") -> tuple[Change, ...]:
    """One version change."""
    return (Change(source=Version(source), target=Version(target)),)


def decided(
    facts: ManagerFacts = CLOUD,
    owner: Owner = Owner.OURS,
    changes: tuple[Change, ...] = (),
    wanted: SnapshotPolicy = WANTED,
    not_offered: str | None = None,
) -> OwnSnapshot:
    """What is decided, by default for a cloud manager of ours whose snapshot is wanted and offered."""
    return protection.own_snapshot(facts, owner, changes or change(), wanted, not_offered)


@pytest.mark.parametrize("owner", [Owner.OURS, Owner.ASSISTED])
def test_one_is_taken_where_it_is_asked_for(owner: Owner) -> None:
    """Of a cloud manager that hcx-fleet or a person upgrades, if `fleet.yaml` says so."""
    assert decided(owner=owner).kind is KIND


@pytest.mark.parametrize("owner", [Owner.OURS, Owner.ASSISTED])
def test_one_in_vcenter_is_of_the_machine_that_was_seen(owner: Owner) -> None:
    """Of a connector it is taken in vCenter, and the plan keeps which machine is meant, but nothing that grows."""
    own = decided(CONNECTOR, owner, wanted=IN_VCENTER)

    assert own.kind is Safeguard.VCENTER_SNAPSHOT
    assert own.machine == PinnedMachine(reference="vm-36", instance_uuid="5001", name="hcx-lyon")


@pytest.mark.parametrize(
    "found",
    [
        decided(wanted=SnapshotPolicy()),
        decided(owner=Owner.PROVIDER),
        decided(CONNECTOR),
        decided(changes=change("4.2.4", "4.4.2")),
        decided(wanted=IN_VCENTER),
        decided(CONNECTOR, Owner.PROVIDER, wanted=IN_VCENTER),
        decided(CONNECTOR, changes=change("4.2.4", "4.4.2"), wanted=IN_VCENTER),
    ],
    ids=[
        "not asked for",
        "upgraded by the provider",
        "a connector",
        "does not lead back",
        "a cloud manager",
        "a connector upgraded by the provider",
        "does not lead back in vCenter",
    ],
)
def test_otherwise_there_is_none_and_nothing_to_say(found: OwnSnapshot) -> None:
    """The default is none; the provider protects its own upgrades, and a move of the database is not undone so."""
    assert found == OwnSnapshot()


def test_what_is_asked_for_and_not_offered_is_told() -> None:
    """No snapshot is planned then, and the way back says why."""
    own = decided(not_offered="no identity is set")
    (way,) = [one for one in protection.for_manager(CLOUD.manager, change(), (), own) if one.kind is KIND]

    assert own.kind is Safeguard.NONE
    assert "can take one" in way.text
    assert way.text.endswith("fleet.yaml asks for one, but no identity is set")


def test_the_way_back_says_who_takes_it() -> None:
    """A snapshot of ours is told as ours, with its end and the ticket that going back needs."""
    (way,) = [one for one in protection.for_manager(CLOUD.manager, change(), (), decided()) if one.kind is KIND]

    assert way.text.startswith("hcx-fleet takes a snapshot of pc-weu-01")
    assert "72 hours" in way.text
    assert "support ticket" in way.text


def of_connector(own: OwnSnapshot) -> str:
    """What is said of a snapshot in vCenter as a way back."""
    found = protection.for_manager(CONNECTOR.manager, change(), (), own)
    return next(one.text for one in found if one.kind is Safeguard.VCENTER_SNAPSHOT)


def test_the_way_back_in_vcenter_says_who_takes_it() -> None:
    """Nothing deletes such a snapshot by itself, so that it is told what becomes of it."""
    text = of_connector(decided(CONNECTOR, wanted=IN_VCENTER))

    assert text.startswith("hcx-fleet takes a snapshot of con-lyon in vCenter")
    assert text.endswith("it stays until somebody deletes it")


@pytest.mark.parametrize(
    ("own", "why"),
    [
        (decided(UNSEEN, wanted=IN_VCENTER), protection.NOT_SEEN),
        (decided(CONNECTOR, wanted=IN_VCENTER, not_offered="no vCenter is named"), "no vCenter is named"),
    ],
)
def test_without_a_machine_to_pin_there_is_none_in_vcenter(own: OwnSnapshot, why: str) -> None:
    """What nobody saw, or nobody can reach, is not touched, and the way back says why."""
    assert (own.kind, own.machine) == (Safeguard.NONE, None)
    assert of_connector(own).startswith("the site can take")
    assert of_connector(own).endswith(f"fleet.yaml asks for one, but {why}")


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("state", [one for one in SnapshotState if one is not SnapshotState.THERE])
def test_only_what_is_seen_is_there(state: SnapshotState, kind: Safeguard) -> None:
    """Being made, absent or unknown is not yet, and failed is the end of it: the upgrade does not begin."""
    found = own_snapshot.there(kind, SnapshotSeen(state=state, detail="so"))

    assert found.state is (State.STOP if state is SnapshotState.FAILED else State.NOT_YET)
    assert found.waiting_for is WaitingFor.SNAPSHOT or found.reason == "snapshot-failed"
    assert ("snapshots.cloudManagers" in found.remedy) is (kind is KIND)
    assert ("snapshots.connectors" in found.remedy) is (kind is not KIND)


def test_a_seen_snapshot_ends_the_wait() -> None:
    """That it is there is enough."""
    assert own_snapshot.there(KIND, SnapshotSeen(state=SnapshotState.THERE)).state is State.DONE


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("state", list(SnapshotState))
def test_only_what_is_absent_is_gone(state: SnapshotState, kind: Safeguard) -> None:
    """One that nobody can look at may be there, and a failed removal leaves it there."""
    found = own_snapshot.gone(kind, SnapshotSeen(state=state))

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


def test_only_what_stays_for_good_is_told_of_at_a_stop() -> None:
    """A run command's snapshot goes by itself; none at all, and one that is gone, are nothing to tell of."""
    assert [own_snapshot.stays_for_good(one) for one in (*BOTH, Safeguard.NONE)] == [False, True, False]
    said = [own_snapshot.left_behind(SnapshotSeen(state=one, detail="so")) for one in SnapshotState]

    assert [one == "" for one in said] == [one is SnapshotState.ABSENT for one in SnapshotState]
    assert all("until somebody deletes it" in one for one in said if one)


def test_each_attempt_has_a_name_of_its_own() -> None:
    """Runs, tasks and generations never share a snapshot."""
    names = {snapshot_name(run, task, again) for run in "ab" for task in ("manager:x", "manager:y") for again in (1, 2)}

    assert len(names) == 8
