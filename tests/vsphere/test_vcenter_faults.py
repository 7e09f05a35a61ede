"""Faults of vCenters: each ends as a gap, a finding or a stop with a remedy, and HCX is looked at all the same."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from activities.known import manager_of
from activities.observe import look_at_manager
from shared.model.acts import Act, Refused, Started
from shared.model.finding import Finding
from shared.model.inventory import Manager
from shared.model.orders import StepOrder
from shared.model.plan import ManagerTask, Plan
from shared.model.vcenter import PinnedMachine, VcenterFacts
from shared.rules.progress import Progress, State, manager_verified
from shared.tls.contexts import fingerprint
from shared.vsphere.adapter import VcenterReader
from shared.vsphere.sessions import Sessions
from shared.vsphere.snapshots import VcenterSnapshots
from simulator.vcenter.build import available
from tests.builders.sending import at_once
from tests.faults.upgrader import CON, OLD_MESH, Upgrader, upgrader

pytestmark = pytest.mark.skipif(not available(), reason="no vCenter peer, and none can be built: run make vcenter")

WORLD = OLD_MESH.replace("meshes:\n", "vcenters:\n  - {name: vc, serves: [con-lyon]}\n\nmeshes:\n").replace(
    'target: {version: "4.11.4"}', 'target: {version: "4.11.4"}\n  snapshots: {connectors: vcenter}'
)
HASTE_SECONDS = 0.5
"""For each piece of an answer: much on loopback, and soon over for what never answers."""

type Over = Callable[..., Upgrader]


@pytest.fixture
def over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Over]:
    """hcx-fleet over a world with a vCenter and the faults it is called with."""
    with ExitStack() as stack:

        def start(*faults: str) -> Upgrader:
            made = stack.enter_context(upgrader(tmp_path, *faults, text=WORLD))
            for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):  # azure-identity reads them itself
                monkeypatch.setenv(name, made.world.settings[name])
            ports = made.ports
            sessions = Sessions(clock=ports.clock, secrets=ports.secrets, breaker=ports.store, seconds=HASTE_SECONDS)
            reader, hands = VcenterReader(sessions, ports.clock), VcenterSnapshots(sessions)
            made.ports = replace(ports, vcenters=reader, vcenter_snapshots=hands)
            return made

        yield start


def look(ours: Upgrader) -> VcenterFacts:
    """One look at everything, in which HCX was seen whatever its vCenter does."""
    facts = ours.look()[CON]
    assert facts.identity is not None
    assert facts.vsphere is not None
    return facts.vsphere


def connector(ours: Upgrader) -> Manager:
    """The connector of the newest look."""
    return manager_of(ours.ports, ours.run, CON)


def taken(ours: Upgrader) -> Act:
    """Take a snapshot of the machine that a plan before the fault would have pinned."""
    seen = look(ours).machine
    pinned = PinnedMachine(
        reference=seen.reference if seen else "vm-1",
        instance_uuid=seen.instance_uuid if seen else "",
        name=seen.name if seen else "",
    )
    return ours.ports.vcenter_snapshots.take(connector(ours), "hcx-fleet test", at_once, pinned)


def doubts(made: Plan) -> list[Finding]:
    """What the plan says of the snapshot that fleet.yaml asks for."""
    return [one for one in made.findings if one.check == "own-snapshot"]


def verified(ours: Upgrader) -> Progress:
    """Upgrade the connector, let it come back, and look whether that is verified."""
    made = ours.plan()
    task = next(one for one in made.tasks if isinstance(one, ManagerTask) and one.subject == CON)
    [hop] = task.hops
    assert isinstance(ours.upgrade(), Started)
    ours.later(minutes=45)
    order = StepOrder(run=ours.run, plan_hash=made.hash, task=task.id, step=hop.verify.id, generation=1)
    return manager_verified(task, hop, look_at_manager(ours.ports, order))


def test_without_a_fault_nothing_is_wrong(over: Over) -> None:
    """The world that these tests begin with has a vCenter without a gap, in which a snapshot can be taken."""
    ours = over()
    made = ours.plan()

    assert doubts(made) == []
    assert look(ours).gaps == ()
    assert isinstance(taken(ours), Started)


@pytest.mark.parametrize(
    ("fault", "reason", "remedy"),
    [
        ("vcenter_refused", "unreachable", "see that vCenter runs"),
        ("vcenter_silent", "unreachable", "see that vCenter runs"),
        ("vcenter_stale_password", "login-refused", "into a new version of secret vcenter-vc"),
        ("vcenter_other_ca_certificate", "certificate", "compare the certificate at vCenter itself"),
    ],
)
def test_a_vcenter_that_cannot_be_asked_is_a_gap(over: Over, fault: str, reason: str, remedy: str) -> None:
    """Why and what to do is said, the plan says it of the snapshot, and none is asked for."""
    ours = over(f"{fault}@vc")
    made = ours.plan()
    [gap] = look(ours).gaps

    assert (gap.part, gap.reason, remedy in gap.remedy) == ("vcenter", reason, True)
    assert [remedy in one.remedy for one in doubts(made)] == [True]
    assert not isinstance(taken(ours), Started)


def test_a_changed_certificate_is_told_by_its_thumbprint(over: Over) -> None:
    """Where the thumbprint is pinned, the new one is named beside it, and nothing is logged in to."""
    ours = over("vcenter_certificate_changed@vc,from=PT1H")
    ours.look()
    place = connector(ours).vcenter
    assert place is not None
    pinned = fingerprint(ssl.PEM_cert_to_DER_cert(ssl.get_server_certificate((place.address or "", place.port))))
    policy = Path(ours.world.settings["HCX_FLEET_POLICY"])
    before, after = policy.read_text("utf-8").split("vcenter:", 1)
    policy.write_text(f"{before}vcenter:{after.replace('ca: ca.pem', f'thumbprint: {pinned}', 1)}", "utf-8")

    assert look(ours).gaps == ()
    ours.later(hours=1)
    [gap] = look(ours).gaps

    assert (gap.part, gap.reason) == ("vcenter", "certificate")
    assert f"pinned is {pinned}" in gap.detail
    assert "thumbprint into fleet.yaml" in gap.remedy


def test_two_machines_of_one_address_are_nobodys(over: Over) -> None:
    """Neither is taken for the manager's: both are named, and no snapshot of either is asked for."""
    ours = over("vcenter_two_machines@vc")
    made = ours.plan()
    [gap] = look(ours).gaps
    act = taken(ours)

    assert (gap.part, gap.reason) == ("machine", "machine-not-found")
    assert "hcx-con-lyon, hcx-con-lyon-twin" in gap.detail
    assert [one.remedy.startswith(gap.remedy) for one in doubts(made)] == [True]
    assert isinstance(act, Refused)
    assert act.reason == "machine-not-found"


@pytest.mark.parametrize(
    ("fault", "detail", "remedy"),
    [
        ("vcenter_no_snapshot_privileges", "has not VirtualMachine.State.RemoveSnapshot", "give the account"),
        ("vcenter_consolidation_needed", "need consolidation", "consolidate its disks"),
        ("vcenter_snapshot_chain", "3 snapshots in a row", "remove old snapshots"),
        ("vcenter_datastore_full", "5 GiB free", "make room"),
    ],
)
def test_what_stands_in_the_way_of_a_snapshot(over: Over, fault: str, detail: str, remedy: str) -> None:
    """The plan says so before anything is changed, and a snapshot that is asked for all the same is refused."""
    ours = over(f"{fault}@vc")
    told = doubts(ours.plan())
    act = taken(ours)

    assert {remedy in one.remedy for one in told} == {True}
    assert any(detail in f"{one.summary} {one.evidence}" for one in told)
    assert isinstance(act, Refused)
    assert (act.reason, detail in act.detail, remedy in act.remedy) == ("snapshot-not-possible", True, True)
    assert "hcx-fleet test" not in (look(ours).machine or pytest.fail("no machine")).snapshots


def test_a_red_alarm_is_observed(over: Over) -> None:
    """It is in the facts with whom it is about; the doctor warns of it."""
    alarms = look(over("vcenter_red_alarm@vc")).alarms

    assert alarms is not None
    assert [(one.status, one.entity) for one in alarms] == [("red", "hcx-con-lyon")]


@pytest.mark.parametrize(
    ("fault", "state", "words"),
    [
        ((), State.DONE, "plug-ins in vCenter too"),
        (("vcenter_plugins_stay@vc",), State.NOT_YET, "its plug-ins in vCenter are 4.11.2.0"),
        (("vcenter_plugins_contradict@vc",), State.NOT_YET, "its plug-ins in vCenter are 4.11.5.0"),
    ],
)
def test_plugins_that_do_not_say_the_same_keep_the_step_open(
    over: Over, fault: tuple[str, ...], state: State, words: str
) -> None:
    """A manager that says it is upgraded is believed where its plug-ins agree, and waited for where they do not."""
    seen = verified(over(*fault))

    assert (seen.state, words in seen.detail) == (state, True), seen


def test_plugins_are_read_only_where_they_count(over: Over) -> None:
    """While a manager is waited for its vCenter is not asked again and again; when its upgrade is verified it is."""
    ours = over()
    made = ours.plan()
    task = next(one for one in made.tasks if isinstance(one, ManagerTask) and one.subject == CON)
    [hop] = task.hops
    steps = (hop.stage, hop.upgrade, hop.answer, hop.verify)
    orders = [StepOrder(run=ours.run, plan_hash=made.hash, task=task.id, step=one.id, generation=1) for one in steps]

    assert [look_at_manager(ours.ports, one).plugins is not None for one in orders] == [False, False, False, True]


@pytest.mark.parametrize("name", ["vcenter_refused", "vcenter_snapshot_chain", "vcenter_two_machines"])
def test_a_fault_has_its_time(over: Over, name: str) -> None:
    """Before its beginning and after its end the vCenter is as it should be."""
    ours = over(f"{name}@vc,from=PT1H,until=PT2H")
    seen = []
    for _ in range(3):
        found = look(ours)
        seen.append(found.machine is not None and found.machine.chain == 0)
        ours.later(hours=1)

    assert seen == [True, False, True]
