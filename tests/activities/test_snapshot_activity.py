"""Taking and removing the snapshot of a task: at most once in a run, in the way that the plan says."""

from dataclasses import replace
from pathlib import Path

import pytest

from activities.lease import give_back_lease, take_lease
from activities.snapshot import look_at_snapshot, remove_snapshot, take_snapshot
from shared.model.acts import Act, Adopted, AskAgain, Refused, Started, Uncertain
from shared.model.codec import to_json_text
from shared.model.inventory import Inventory, Manager
from shared.model.ledger import ClaimState
from shared.model.orders import StepOrder
from shared.model.plan import ManagerTask, Plan, Safeguard
from shared.model.run import JournalKind
from shared.model.snapshots import SnapshotSeen, SnapshotState
from shared.model.vcenter import PinnedMachine
from shared.ports import Ports, Sending
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager
from tests.report.planned_fleet import LYON
from tests.report.planned_fleet import PLAN as ANY_PLAN

TASK = replace(LYON, id="manager:pc", subject="pc", snapshot=Safeguard.RUN_COMMAND_SNAPSHOT)
STARTED = Started(job="snapshot-1", route="the run command", confidence="documented")


class Camera:
    """Takes snapshots, and remembers of what; says what a test gives it."""

    def __init__(self, *says: Act) -> None:
        self.calls: list[str] = []
        self.machines: list[PinnedMachine | None] = []
        """Which machine was meant, for each call."""
        self._says = list(says) or [STARTED]

    def offered(self, manager: Manager) -> str | None:
        """Of everything but connectors."""
        return None if manager.cloud_resource_id else "no private cloud"

    def take(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Remember it."""
        sending()
        self.machines.append(machine)
        return self._called("take", manager, name)

    def seen(self, manager: Manager, name: str, machine: PinnedMachine | None = None) -> SnapshotSeen:
        """It is there."""
        self.machines.append(machine)
        return SnapshotSeen(state=SnapshotState.THERE, detail=f"{name} of {manager.id}")

    def remove(self, manager: Manager, name: str, sending: Sending, machine: PinnedMachine | None = None) -> Act:
        """Remember it."""
        sending()
        self.machines.append(machine)
        return self._called("remove", manager, name)

    def _called(self, what: str, manager: Manager, name: str) -> Act:
        self.calls.append(f"{what} {name} of {manager.id}")
        return self._says.pop(0) if len(self._says) > 1 else self._says[0]


class Desk:
    """One run with one task, whose plan and inventory are kept."""

    def __init__(self, folder: Path, camera: Camera, task: ManagerTask = TASK) -> None:
        self.ports: Ports = replace(ports_of(Hands(), folder), run_command_snapshots=camera)
        self.plan: Plan = replace(
            ANY_PLAN, groups=(replace(ANY_PLAN.groups[0], managers=("pc",), tasks=(task,)),), waves=()
        )
        self.ports.store.put_plan(self.plan)
        asked(self.ports)
        self.discover("r")

    def discover(self, run: str) -> None:
        """The run knows the cloud's manager."""
        managers = (cloud_manager("pc", "4.11.2").manager,)
        found = Inventory(observed_at=NOW, subscriptions=(), private_clouds=(), managers=managers)
        self.ports.store.put_document(run, "inventory", to_json_text(found, Inventory))

    def order(self, step: str = TASK.protect.id, run: str = "r", generation: int = 1) -> StepOrder:
        """The order for a step of the task, under the lease of that run; another run has to have given it back."""
        order = StepOrder(run=run, plan_hash=self.plan.hash, task="manager:pc", step=step, generation=generation)
        leased = take_lease(self.ports, order)
        assert leased.token is not None, leased.holder
        return replace(order, fence=leased.token)

    def told(self) -> list[str]:
        """What the journal says."""
        return [entry.text for _, entry in self.ports.store.journal("r") if entry.kind is JournalKind.CALLED]


def test_a_second_delivery_takes_none(tmp_path: Path) -> None:
    """However often the activity is delivered, the camera is asked once, under a name that holds run and task."""
    camera = Camera()
    desk = Desk(tmp_path, camera)

    first, second = (take_snapshot(desk.ports, desk.order()).act for _ in range(2))

    assert camera.calls == ["take hcx-fleet r manager:pc of pc"]
    assert (first, type(second)) == (STARTED, Adopted)


def test_a_lost_answer_is_not_repeated(tmp_path: Path) -> None:
    """What may have arrived is never sent again."""
    camera = Camera(Uncertain(detail="no answer"), STARTED)
    desk = Desk(tmp_path, camera)

    for _ in range(2):
        take_snapshot(desk.ports, desk.order())

    assert len(camera.calls) == 1


@pytest.mark.parametrize("nothing", [AskAgain(detail="busy"), Refused(reason="r", detail="d", remedy="m")])
def test_what_was_not_sent_may_be_tried_again(tmp_path: Path, nothing: Act) -> None:
    """The claim is given back where nothing was sent."""
    camera = Camera(nothing, STARTED)
    desk = Desk(tmp_path, camera)

    acts = [take_snapshot(desk.ports, desk.order()).act for _ in range(2)]

    assert acts == [nothing, STARTED]


def test_taking_and_removing_are_two_changes(tmp_path: Path) -> None:
    """Each is claimed by itself, and both are of the same snapshot."""
    camera = Camera()
    desk = Desk(tmp_path, camera)

    take_snapshot(desk.ports, desk.order())
    remove_snapshot(desk.ports, desk.order(TASK.hand_over.id))

    claims = {claim.step: claim.state for claim in desk.ports.store.claims_of("r")}
    assert camera.calls == ["take hcx-fleet r manager:pc of pc", "remove hcx-fleet r manager:pc of pc"]
    assert claims == {"take-snapshot:r": ClaimState.ADOPTED, "remove-snapshot:r": ClaimState.ADOPTED}
    assert [text.partition(",")[2] for text in desk.told()] == [" named snapshot-1"] * 2


def test_another_run_takes_its_own(tmp_path: Path) -> None:
    """The ledger remembers for ever, and yet the next upgrade has a snapshot of its own."""
    camera = Camera()
    desk = Desk(tmp_path, camera)
    desk.discover("later")

    for run in ("r", "later"):
        order = desk.order(run=run)
        take_snapshot(desk.ports, order)
        give_back_lease(desk.ports, order)

    assert camera.calls == ["take hcx-fleet r manager:pc of pc", "take hcx-fleet later manager:pc of pc"]


def test_looking_claims_nothing(tmp_path: Path) -> None:
    """A look is told as it is, and leaves no trace in ledger and journal."""
    desk = Desk(tmp_path, Camera())

    seen = look_at_snapshot(desk.ports, desk.order())

    assert seen == SnapshotSeen(state=SnapshotState.THERE, detail="hcx-fleet r manager:pc of pc")
    assert (desk.ports.store.claims_of("r"), desk.told()) == ((), [])


def test_the_plan_says_which_way(tmp_path: Path) -> None:
    """A task whose snapshot is one in vCenter never asks for a run command; nobody offers the other way here."""
    camera = Camera()
    desk = Desk(tmp_path, camera, replace(TASK, snapshot=Safeguard.VCENTER_SNAPSHOT))

    act = take_snapshot(desk.ports, desk.order()).act

    assert isinstance(act, Refused)
    assert act.reason == "not-offered"
    assert camera.calls == []


def test_the_machine_that_the_plan_pinned_is_meant(tmp_path: Path) -> None:
    """Taking, looking and removing all say which machine the plan means."""
    camera, machine = Camera(), PinnedMachine(reference="vm-36", instance_uuid="5001", name="hcx")
    desk = Desk(tmp_path, camera, replace(TASK, snapshot=Safeguard.VCENTER_SNAPSHOT, machine=machine))
    desk.ports = replace(desk.ports, vcenter_snapshots=camera)

    take_snapshot(desk.ports, desk.order())
    look_at_snapshot(desk.ports, desk.order())
    remove_snapshot(desk.ports, desk.order(TASK.hand_over.id))

    assert camera.machines == [machine] * 3


def test_a_task_without_a_snapshot_takes_none(tmp_path: Path) -> None:
    """Only what the plan says is done."""
    camera = Camera()
    desk = Desk(tmp_path, camera, replace(TASK, snapshot=Safeguard.NONE))

    with pytest.raises(ValueError, match="takes no snapshot"):
        take_snapshot(desk.ports, desk.order())

    assert camera.calls == []
