"""Whether an appliance can still go as it was planned, asked of the facts and the file as they are now."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from activities.mode_now import mode_now
from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.facts import (
    AddressPool,
    AddressUse,
    Appliance,
    ApplianceKind,
    Gap,
    GapReason,
    ManagerFacts,
    NetworkExtension,
)
from shared.model.orders import ModeNow, ModeOrder, StepOrder
from shared.model.plan import MeshTask
from shared.model.policy import ExtensionPolicy, Policy, SiteEntry
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import (
    NOW,
    UP,
    appliance,
    cloud_manager,
    connector,
    entry,
    mesh,
    meshed,
    policy,
    seen,
)

OPEN = SiteEntry(name="con", firewall_attested=True, spare_room_attested=True, static_binding_attested=True)
FILE = policy(connectors=(entry("con"),), sites=(OPEN, replace(OPEN, name="pc", private_cloud="pc")))
EXTENDED = NetworkExtension(id="x", network="net-a", appliance_id="id-ne", state=UP)

type Change = Callable[[ManagerFacts], ManagerFacts]


def _gear(name: str, side: str, peer: str, kind: ApplianceKind, count: int) -> Appliance:
    return replace(appliance(name, "m", side, "4.11.2", kind), peers=(f"id-{peer}",), extension_count=count)


def _pools(free: int) -> tuple[AddressPool, ...]:
    return tuple(AddressPool(id=use.value, name=use.value, use=use, free=free, meshes=("m",)) for use in AddressUse)


def _side(facts: ManagerFacts, name: str, mark: str, peer: str) -> ManagerFacts:
    gear = (
        _gear(f"ix{mark}", name, f"ix{peer}", ApplianceKind.INTERCONNECT, 0),
        _gear(f"ne{mark}", name, f"ne{peer}", ApplianceKind.NETWORK_EXTENSION, 1),
    )
    standing = meshed(facts, mesh("m", "con", "pc"), *gear)
    return replace(
        standing, address_pools=seen(_pools(1)), ha_groups=seen(()), room=seen(1), extensions=seen((EXTENDED,))
    )


HERE = _side(connector("con", "4.11.4", pairs=("pc",)), "con", "", "-r")
THERE = _side(cloud_manager("pc", "4.11.4", pairs=("con",)), "pc", "-r", "")


@pytest.fixture
def hands() -> Hands:
    """A private cloud and a connector, with all that an upgrade in service needs."""
    hands = Hands()
    hands.wanted = FILE
    return hands


@pytest.fixture
def ports(hands: Hands, tmp_path: Path) -> Ports:
    """Ports over them, with a plan in which the appliance goes in service."""
    ports = ports_of(hands, tmp_path)
    discover(ports, asked(ports))
    _observed(ports, HERE, THERE)
    assert plan(ports, asked(ports)).problem == ""
    assert [one.mode.mode.value for one in _task(ports).appliances] == ["standard", "in-service"]
    return ports


def _observed(ports: Ports, *managers: ManagerFacts) -> None:
    for one in managers:
        ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))


def _plan_hash(ports: Ports) -> str:
    run = ports.store.run("r")
    assert run is not None
    assert run.plan_hash is not None
    return run.plan_hash


def _task(ports: Ports) -> MeshTask:
    task = plan_known(ports.store, _plan_hash(ports)).task("mesh:m")
    assert isinstance(task, MeshTask)
    return task


def answer(ports: Ports, number: int = 1) -> ModeNow:
    """What is said of an appliance: 0 is the interconnect, 1 the network extension."""
    task = _task(ports)
    step = task.appliances[number].upgrade.id
    order = StepOrder(run="r", plan_hash=_plan_hash(ports), task=task.id, step=step, generation=1)
    return mode_now(ports, ModeOrder(step=order))


def test_nothing_speaks_against_what_is_as_it_was(ports: Ports) -> None:
    """Of either appliance."""
    assert [answer(ports, number) for number in (0, 1)] == [ModeNow(spare=1), ModeNow(spare=1)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address_pools": seen(_pools(0))}, "no spare uplink address at pc"),
        ({"address_pools": None}, "whether pc has a spare uplink address is not known"),
        ({"room": seen(0)}, "no room for one more appliance at pc"),
    ],
)
def test_what_was_observed_last_counts(ports: Ports, changes: dict[str, Any], words: str) -> None:
    """An address that was spare when the plan was made is taken: in service does not hold, the interconnect goes."""
    _observed(ports, replace(THERE, **changes))

    assert (answer(ports, 0).reason, answer(ports).reason) == ("", "mode-changed")
    assert words in answer(ports).detail


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (
            replace(FILE, sites=(replace(OPEN, firewall_attested=False), FILE.sites[1])),
            "nobody attests that firewalls at con",
        ),
        (replace(FILE, sites=()), "nobody attests that firewalls at con"),
    ],
    ids=["withdrawn", "left the file"],
)
def test_what_people_attest_counts_as_they_say_it_now(hands: Hands, ports: Ports, file: Policy, words: str) -> None:
    """Who takes an attestation back does not have to stop the run."""
    hands.wanted = file

    assert words in answer(ports).detail


def test_a_file_that_cannot_be_read_counts_as_it_was(hands: Hands, ports: Ports) -> None:
    """A slip of the pen takes no attestation back; other checks stop the task for it."""
    hands.wanted = None

    assert answer(ports) == ModeNow(spare=1)


def test_a_network_that_was_extended_meanwhile_is_seen(ports: Ports) -> None:
    """Whoever approved one network at risk did not approve two."""
    assert HERE.appliances is not None
    assert THERE.appliances is not None
    for facts, gear in ((HERE, HERE.appliances.value), (THERE, THERE.appliances.value)):
        _observed(ports, replace(facts, appliances=seen((gear[0], replace(gear[1], extension_count=2)))))

    assert answer(ports).reason == "networks-changed"


def test_a_manager_that_is_busy_is_asked_again(ports: Ports) -> None:
    """Nothing is concluded from what could not be read just now."""
    gap = Gap(section="address_pools", reason=GapReason.NOT_YET, detail="503", remedy="wait", at=NOW)
    _observed(ports, replace(THERE, address_pools=None, gaps=(gap,)))

    assert answer(ports) == ModeNow(unread="pc: address pools could not be read: 503")


def test_a_limit_that_was_lowered_meanwhile_counts(hands: Hands, tmp_path: Path) -> None:
    """A standard upgrade that nobody objected to when it was planned is too long for its network now."""
    hands.wanted = policy(connectors=(entry("con"),))
    ports = ports_of(hands, tmp_path)
    discover(ports, asked(ports))
    _observed(ports, HERE, THERE)
    plan(ports, asked(ports))
    hands.wanted = replace(hands.wanted, extension=ExtensionPolicy(outage_limit=NOW - NOW))

    assert answer(ports).detail == (
        "ne was planned as standard, and net-a accepts 0 s, a standard upgrade costs up to a minute"
    )
