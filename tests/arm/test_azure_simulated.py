"""The reader and discovery over the simulated Azure: what its world file says ends in the inventory."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.observe import discover
from shared import wiring
from shared.model.codec import from_json
from shared.model.inventory import CloudPart, Inventory, LockLevel, ProvisioningState, UnreadReason
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.ports import Ports
from shared.settings import read_settings
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

TEXT = """
start: 2026-11-24T06:00:00Z
arm: {pageSize: 1}
subscriptions: [{name: sub-a}, {name: sub-b}, {name: sub-c, denied: true}]
clouds:
  - name: pc-1
    subscription: sub-a
    hcx: "4.11.4"
    maintenances:
      - {name: upgrade, title: vCenter 8.0 U4, at: PT2H, takes: PT16H}
      - {name: some-day, component: NSXT}
    locks: [{name: keep}, {name: group, on: group, level: ReadOnly}]
    sites: [{name: site-a}, {name: site-b, status: Available}]
  - {name: pc-2, subscription: sub-a, hcx: none}
  - {name: pc-3, subscription: sub-b, hcx: "4.11.4", locks: [{name: all, on: subscription}]}
  - {name: pc-4, subscription: sub-c, hcx: "4.11.4"}
"""
PARTLY = """
start: 2026-11-24T06:00:00Z
arm: {throttle: {details: 1}}
subscriptions: [{name: sub-a, deniedParts: [maintenances]}]
clouds: [{name: pc-1, subscription: sub-a, hcx: "4.11.4", maintenances: [{name: hidden, at: PT2H}]}]
"""
START = datetime(2026, 11, 24, 6, tzinfo=UTC)


class Still:
    """A clock that stands at the start of the world."""

    def now(self) -> datetime:
        """The start."""
        return START

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come; nobody sleeps by it."""
        return at <= self.now()


type Serve = Callable[..., tuple[Visitor, Ports]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve the world, with faults, and build the adapters that its published settings ask for."""
    with ExitStack() as stack:

        def start(*faults: str, text: str = TEXT) -> tuple[Visitor, Ports]:
            file = tmp_path / "world.yaml"
            file.write_text(text, "utf-8")
            published = stack.enter_context(running(load(file, faults=faults), tmp_path / "out"))
            world = stack.enter_context(Visitor(published))
            for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):
                monkeypatch.setenv(name, world.settings[name])
            return world, wiring.build(read_settings(world.settings), Still())

        yield start


def found(ports: Ports) -> Inventory:
    """What discovery kept."""
    request = RunRequest(id="r", kind=RunKind.CHECK, trigger=RunTrigger.HTTP, requested_by="test", requested_at=START)
    ports.store.put_run(Run(request=request, state=RunState.NOT_STARTED))
    discover(ports, request)
    return _kept(ports)


def _kept(ports: Ports) -> Inventory:
    return from_json(Inventory, json.loads(ports.store.document("r", "inventory") or ""))


def test_what_the_world_says_is_in_the_inventory(serve: Serve) -> None:
    """Add-ons, sites, locks and maintenances of every readable cloud are kept with the run, past every page."""
    _, ports = serve()

    inventory = found(ports)

    details = {one.cloud_resource_id.rpartition("/")[2]: one for one in inventory.details}
    first = details["pc-1"]
    assert sorted(details) == ["pc-1", "pc-2", "pc-3"]
    assert first.addon is not None
    assert first.addon.provisioning_state is ProvisioningState.SUCCEEDED
    assert details["pc-2"].addon is None
    assert [(one.name, one.status) for one in first.sites] == [("site-a", "Consumed"), ("site-b", "Available")]
    assert [(one.name, one.level) for one in first.locks] == [
        ("keep", LockLevel.CAN_NOT_DELETE),
        ("group", LockLevel.READ_ONLY),
    ]
    assert [one.name for one in details["pc-3"].locks] == ["all"]
    assert {one.unread for one in inventory.details} == {()}
    assert [(one.title, one.starts_at, one.duration) for one in inventory.maintenances] == [
        ("vCenter 8.0 U4", START + timedelta(hours=2), timedelta(hours=16)),
        ("vCenter upgrade", None, timedelta(hours=4)),
    ]


def test_three_reads_a_cloud_and_one_a_subscription(serve: Serve) -> None:
    """Details cost as many reads as Azure's limits were counted with, and one more for each further page."""
    world, ports = serve()
    before = world.truth()["requests"]

    found(ports)

    asked = {name: often - before.get(name, 0) for name, often in world.truth()["requests"].items()}
    assert (asked["arm-hcx-addon"], asked["arm-maintenances"], asked["arm-locks"]) == (3, 4, 3)
    assert asked["arm-enterprise-sites"] == 4
    assert "arm-not-found" not in asked


def test_activation_keys_are_in_no_artefact(serve: Serve, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """What Azure hands out with a site is in no document, store or log of a discovery."""
    caplog.set_level("DEBUG")
    world, ports = serve()
    (cloud,) = [one["resource_id"] for one in world.published["clouds"] if one["resource_id"].endswith("/pc-1")]
    keys = [
        one["properties"]["activationKey"]
        for skip in ("0", "1")
        for one in world.azure(f"{cloud}/hcxEnterpriseSites", **{"$skiptoken": skip}).json()["value"]
    ]

    inventory = found(ports)

    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(set(keys)) == 2
    assert not [key for key in keys if key in repr(inventory) or key in caplog.text]
    assert not [key for key in keys for content in files if key.encode() in content]


def test_times_with_a_space_are_times(serve: Serve) -> None:
    """A maintenance closes its time also where Azure writes it in its own way."""
    _, ports = serve("arm_timestamp_space")

    inventory = found(ports)

    assert inventory.maintenances[0].starts_at == START + timedelta(hours=2)


def test_a_list_elsewhere_leaves_reasons(serve: Serve) -> None:
    """Where lists begin to lead elsewhere after the clouds were read, every list says that it was not read."""
    world, ports = serve("arm_foreign_next_link,from=PT1H")
    seen = [one for one in ports.azure.subscriptions(()) if one.name == "sub-a"]
    _, clouds = ports.azure.private_clouds(seen[0])
    world.advance(timedelta(hours=2))

    details, maintenances = ports.azure.details(clouds)

    lists = {CloudPart.SITES, CloudPart.MAINTENANCES, CloudPart.LOCKS}
    assert maintenances == ()
    assert {one.reason for each in details for one in each.unread} == {UnreadReason.FAILED}
    assert lists <= {one.part for one in details[0].unread}


def test_a_reader_that_loses_its_role_says_denied(serve: Serve) -> None:
    """Where a role is taken away between two reads, every part is denied and the journal's line tells it."""
    world, ports = serve("arm_denied@sub-a,from=PT1H")
    seen = {one.name: one for one in ports.azure.subscriptions(())}
    _, clouds = ports.azure.private_clouds(seen["sub-a"])
    world.advance(timedelta(hours=2))

    details, _ = ports.azure.details(clouds)

    assert {one.reason for each in details for one in each.unread} == {UnreadReason.DENIED}
    assert [len(one.unread) for one in details] == [4, 4]


def test_a_part_that_a_role_leaves_out_is_denied_and_the_rest_is_read(serve: Serve) -> None:
    """After a wait for Azure everything is there but what may not be read, and that is told with its reason."""
    _, ports = serve(text=PARTLY)

    inventory = found(ports)

    (details,) = inventory.details
    (line,) = [entry.text for _, entry in ports.store.journal("r") if entry.key == "discovered"]
    assert details.addon is not None
    assert inventory.maintenances == ()
    assert [(one.part, one.reason) for one in details.unread] == [(CloudPart.MAINTENANCES, UnreadReason.DENIED)]
    assert "Microsoft.AVS/privateClouds/maintenances/read" in details.unread[0].detail
    assert "maintenances of 1 private cloud not read (denied: 403 AuthorizationFailed" in line
