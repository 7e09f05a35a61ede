"""What the provider plans is read when a run begins and again right before each change; unread, it is unknown."""

from datetime import timedelta
from pathlib import Path

import pytest

from activities.checking import held
from activities.observe import discover, observe_clouds
from activities.planning import plan
from activities.window import window
from shared.model.codec import to_json_text
from shared.model.finding import Verdict
from shared.model.inventory import CloudPart, Maintenance, Unread, UnreadReason
from shared.model.orders import CloudsOrder, StepOrder
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, private_cloud

ORDER = CloudsOrder(run="r", clouds=("pc",))
FAILED = Unread(part=CloudPart.MAINTENANCES, reason=UnreadReason.FAILED, detail="503 ServiceUnavailable")
SOON = timedelta(minutes=10)
TONIGHT = Maintenance(
    id="m1",
    cloud_resource_id=private_cloud("pc").resource_id,
    component="ESXI",
    title="hosts",
    state="Scheduled",
    starts_at=NOW,
    duration=timedelta(hours=6),
)


@pytest.fixture
def hands() -> Hands:
    """One private cloud, of which nothing is planned."""
    return Hands()


def begun(hands: Hands, folder: Path) -> Ports:
    """Ports over it, with a plan that moves the cloud manager."""
    ports = ports_of(hands, folder)
    request = asked(ports)
    discover(ports, request)
    ports.store.put_document("r", "facts/pc", to_json_text(cloud_manager("pc", "4.10.3")))
    assert plan(ports, request).problem == ""
    return ports


def order(ports: Ports) -> StepOrder:
    """The cloud manager's upgrade."""
    run = ports.store.run("r")
    assert run is not None
    assert run.plan_hash is not None
    task = plan_known(ports.store, run.plan_hash).task("manager:pc")
    step = next(one for one in task.steps if one.kind.value == "upgrade-manager")
    return StepOrder(run="r", plan_hash=run.plan_hash, task=task.id, step=step.id, generation=1)


def found(ports: Ports) -> list[tuple[str, Verdict]]:
    """What is asked before every change and does not simply pass."""
    return [(one.check, one.verdict) for one in held(ports, order(ports)).findings]


UNKNOWN = [("maintenances-known", Verdict.UNKNOWN)]


def test_a_maintenance_that_came_since_closes_the_window(hands: Hands, tmp_path: Path) -> None:
    """The change fits when the run begins; the provider schedules work, Azure is asked again, and the change waits."""
    ports = begun(hands, tmp_path)
    before = window(ports, order(ports))
    hands.maintenances = (TONIGHT,)
    hands.later(SOON)
    observe_clouds(ports, ORDER)
    after = window(ports, order(ports))

    assert (before.fits, after.fits, after.opens_at) == (True, False, NOW + timedelta(hours=6))
    assert "maintenance of ESXI" in after.why


def test_a_maintenance_that_is_gone_opens_it_again(hands: Hands, tmp_path: Path) -> None:
    """The newest word counts in this direction, too."""
    hands.maintenances = (TONIGHT,)
    ports = begun(hands, tmp_path)
    before = window(ports, order(ports))
    hands.maintenances = ()
    hands.later(SOON)
    observe_clouds(ports, ORDER)

    assert (before.fits, window(ports, order(ports)).fits) == (False, True)


def test_unread_at_the_start_is_a_finding_of_the_plan(hands: Hands, tmp_path: Path) -> None:
    """The plan says that nobody knows, with the reason; once they are read, nothing is in the way."""
    hands.unread = (FAILED,)
    ports = begun(hands, tmp_path)
    run = ports.store.run("r")
    assert run is not None
    assert run.plan_hash is not None
    said = [one for one in plan_known(ports.store, run.plan_hash).findings if one.check == "maintenances-known"]
    before = found(ports)
    hands.unread = ()
    hands.later(SOON)
    observe_clouds(ports, ORDER)

    assert [one.verdict for one in said] == [Verdict.UNKNOWN]
    assert "503 ServiceUnavailable" in said[0].summary
    assert (before, found(ports)) == (UNKNOWN, [])


def test_unread_at_a_later_look_what_was_read_grows_old(hands: Hands, tmp_path: Path) -> None:
    """What was read when the run began counts for an hour; then nobody knows any more, and the change waits."""
    hands.maintenances = (TONIGHT,)
    ports = begun(hands, tmp_path)
    hands.unread, hands.maintenances = (FAILED,), ()
    hands.later(SOON)
    observe_clouds(ports, ORDER)
    soon, still = found(ports), window(ports, order(ports)).fits
    hands.later(timedelta(hours=1))
    observe_clouds(ports, ORDER)

    assert (soon, still) == ([], False)
    assert found(ports) == UNKNOWN
