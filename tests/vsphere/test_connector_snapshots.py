"""Snapshots of a connector as `fleet.yaml` asks for them: from the plan that pins its machine to the removal."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from activities.planning import plan
from activities.snapshot import look_at_snapshot, remove_snapshot, take_snapshot
from shared.model.acts import Adopted, Refused, Started
from shared.model.codec import to_json_text
from shared.model.facts import ManagerFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
from shared.model.orders import StepOrder
from shared.model.plan import ManagerTask, Plan, Safeguard
from shared.model.policy import ConnectorSnapshots, SnapshotPolicy
from shared.model.run import RunKind
from shared.model.snapshots import SnapshotState
from shared.report.stored import plan_known
from shared.rules.leasing import wish_for
from simulator.vcenter.launch import RunningVcenter
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import cloud_manager, connector, entry, fleet, inventory, policy
from tests.vsphere.conftest import Named, Site

TASK = "manager:con-lyon"
NAME = f"hcx-fleet r {TASK}"


class Desk:
    """A run over one connector behind its 4.11.4, whose vCenter is asked when a plan is made."""

    def __init__(self, folder: Path, site: Site, named: Named, vcenter: RunningVcenter) -> None:
        hands = Hands()
        hands.wanted = policy(
            connectors=(entry("con-lyon"),), snapshots=SnapshotPolicy(connectors=ConnectorSnapshots.VCENTER)
        )
        self.manager = named(vcenter)
        self.ports = replace(ports_of(hands, folder), vcenters=site.reader(), vcenter_snapshots=site.snapshots())
        self._request = asked(self.ports, RunKind.PLAN)

    def planned(self) -> tuple[Plan, ManagerTask]:
        """The plan as it is made now, and the connector's task."""
        facts = fleet(self._observed(), cloud_manager("pc-weu-01", "4.11.4"))
        self.ports.store.put_document("r", "inventory", to_json_text(inventory(facts), Inventory))
        for one in facts.managers:
            self.ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))
        answer = plan(self.ports, self._request)
        assert answer.problem == ""
        made = plan_known(self.ports.store, answer.plan_hash)
        task = made.task(TASK)
        assert isinstance(task, ManagerTask)
        return made, task

    def _observed(self) -> ManagerFacts:
        facts = connector("con-lyon", "4.11.2", pairs=("pc-weu-01",))
        return replace(facts, manager=self.manager, vsphere=self.ports.vcenters.facts(self.manager))

    def order(self, made: Plan, step: str) -> StepOrder:
        """The order for a step of the task, under its lease."""
        now = self.ports.clock.now()
        lease = self.ports.store.take_lease(wish_for(made.task(TASK), step, "r", now), now)
        return StepOrder(run="r", plan_hash=made.hash, task=TASK, step=step, generation=1, job=None, fence=lease.token)


def doubts(made: Plan) -> list[Finding]:
    """What the plan says of snapshots that it asks for."""
    return [one for one in made.findings if one.check == "own-snapshot"]


@pytest.fixture
def vcenter(site: Site) -> RunningVcenter:
    """The vCenter of the connector."""
    return site.vcenter()


@pytest.fixture
def desk(tmp_path: Path, site: Site, named: Named, vcenter: RunningVcenter) -> Desk:
    """A run that nothing was done in yet."""
    return Desk(tmp_path / "run", site, named, vcenter)


def test_it_is_taken_once_seen_and_removed(desk: Desk, site: Site, vcenter: RunningVcenter) -> None:
    """However often the activities are delivered, one snapshot is made and that one is removed."""
    made, task = desk.planned()
    take, away = desk.order(made, task.protect.id), desk.order(made, task.hand_over.id)

    taken = [take_snapshot(desk.ports, take).act for _ in range(2)]
    there = (vcenter.snapshots("hcx-connector"), look_at_snapshot(desk.ports, take).state)
    removed = [remove_snapshot(desk.ports, away).act for _ in range(2)]

    assert (task.snapshot, task.machine) == (Safeguard.VCENTER_SNAPSHOT, site.pin(desk.manager))
    assert [type(one) for one in (*taken, *removed)] == [Started, Adopted, Started, Adopted]
    assert there == ([NAME], SnapshotState.THERE)
    assert (vcenter.snapshots("hcx-connector"), look_at_snapshot(desk.ports, away).state) == ([], SnapshotState.ABSENT)
    assert (vcenter.calls("CreateSnapshot_Task"), vcenter.calls("RemoveSnapshot_Task")) == (1, 1)
    assert doubts(made) == []


def test_a_machine_deployed_anew_is_another_plan(desk: Desk, vcenter: RunningVcenter) -> None:
    """Nothing is sent to it under the plan that was approved; its hash covers the machine, so a new plan is needed."""
    made, task = desk.planned()
    vcenter.deploy_anew("hcx-connector", "5001bbbb-0000")

    act = take_snapshot(desk.ports, desk.order(made, task.protect.id)).act
    again, task_again = desk.planned()

    assert isinstance(act, Refused)
    assert (act.reason, vcenter.calls("CreateSnapshot_Task")) == ("another-machine", 0)
    assert again.hash != made.hash
    assert isinstance(take_snapshot(desk.ports, desk.order(again, task_again.protect.id)).act, Started)


def test_a_machine_deployed_anew_on_the_way_keeps_its_snapshots(desk: Desk, vcenter: RunningVcenter) -> None:
    """What has the name of ours on another machine is not ours to remove, and it is not said to be gone."""
    made, task = desk.planned()
    take_snapshot(desk.ports, desk.order(made, task.protect.id))
    vcenter.deploy_anew("hcx-connector", "5001bbbb-0000")

    act = remove_snapshot(desk.ports, desk.order(made, task.hand_over.id)).act

    assert isinstance(act, Refused)
    assert (act.reason, vcenter.calls("RemoveSnapshot_Task")) == ("another-machine", 0)
    assert look_at_snapshot(desk.ports, desk.order(made, task.hand_over.id)).state is SnapshotState.UNKNOWN


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda vc: vc.deny(["VirtualMachine.State.RemoveSnapshot"]), "has not VirtualMachine.State.RemoveSnapshot"),
        (lambda vc: vc.free_space(10), "GiB free"),
    ],
)
def test_what_stands_in_the_way_is_known_before(
    desk: Desk, vcenter: RunningVcenter, change: Callable[[RunningVcenter], None], word: str
) -> None:
    """The plan has a finding of it with what to do; while nobody did, the snapshot is refused and nothing is sent."""
    change(vcenter)
    made, task = desk.planned()

    act = take_snapshot(desk.ports, desk.order(made, task.protect.id)).act

    (finding,) = doubts(made)
    assert word in finding.summary
    assert finding.remedy
    assert isinstance(act, Refused)
    assert word in act.detail
    assert vcenter.calls("CreateSnapshot_Task") == 0


def test_a_vcenter_that_is_silent_leaves_no_machine_to_pin(desk: Desk, vcenter: RunningVcenter) -> None:
    """No snapshot is planned then, the plan says so, and the site is asked for one."""
    vcenter.keep_silent(on=True)
    made, task = desk.planned()

    assert (task.snapshot, task.machine) == (Safeguard.NONE, None)
    assert any("was not seen in vCenter" in one.text for one in task.way_back)
    assert [one.subject for one in doubts(made)] == ["con-lyon"]
    assert "snapshot" in {one.kind.value for one in task.preparations}
