"""What the facts of one pair cost and hold, counted by the simulated world itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.model.facts import AddressUse, Health, ManagerFacts
from tests.hcx.hcx_world import PlayedWorld, played

PAIR = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]
connectors: [{name: con, hcx: "4.11.3", pairs: [{cloud: pc}], staged: ["4.11.4"]}]
meshes:
  - {name: one, initiator: con, receiver: pc, appliances: [{type: IX}, {type: NE, networks: 8}]}
  - {name: two, initiator: con, receiver: pc, appliances: [{type: IX}, {type: NE, networks: 8, optimized: true}]}
"""
type Passes = list[tuple[dict[str, ManagerFacts], dict[str, int], float]]
"""Facts by manager, calls by the truth, and seconds, of each pass."""

CALLS_MAX = 25
"""Knocks included, log-ins apart: those are one for each manager, until its session runs out."""
SECONDS = 1.0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedWorld]:
    """Two managers, two meshes, eight appliances, and as many networks as they can extend."""
    with played(tmp_path_factory.mktemp("pair"), PAIR) as world:
        yield world


@pytest.fixture(scope="module")
def passes(pair: PlayedWorld) -> Passes:
    """Two passes over both managers: facts, calls by the truth, and how long they took."""
    return [_pass(pair), _pass(pair)]


def _pass(pair: PlayedWorld) -> tuple[dict[str, ManagerFacts], dict[str, int], float]:
    managers = [pair.manager(name) for name in ("pc", "con")]
    before, began = pair.requests(), time.perf_counter()
    facts = {one.id: pair.adapter.facts(one) for one in managers}
    took = time.perf_counter() - began
    after = pair.requests()
    return facts, {name: count - before.get(name, 0) for name, count in after.items()}, took


def test_a_pass_over_a_pair_takes_few_calls(passes: Passes) -> None:
    """Everything is asked once, counted at the other end."""
    totals = [sum(calls.values()) - calls["login"] for _, calls, _ in passes]

    assert totals == [CALLS_MAX] * 2, [calls for _, calls, _ in passes]


def test_a_pass_logs_in_once_to_each_manager(passes: Passes) -> None:
    """And the next one not at all, since the sessions are still there."""
    assert [calls["login"] for _, calls, _ in passes] == [2, 0]


def test_a_pass_over_a_pair_is_quick(passes: Passes) -> None:
    """On loopback, TLS and all."""
    assert max(took for _, _, took in passes) < SECONDS


def test_little_was_left_out_for_it(passes: Passes) -> None:
    """Every section of the connector but one is there, and of the cloud manager all but those of port 9443."""
    facts, _, _ = passes[0]

    assert [gap.section for gap in facts["con"].gaps] == ["protection"]
    assert {gap.section for gap in facts["pc"].gaps} == {"services", "vcenter", "nsx", "upgrade", "protection"}


def test_each_side_has_its_pools(pair: PlayedWorld, passes: Passes) -> None:
    """Free uplink and management addresses, and which meshes take from them."""
    meshes = {one["id"] for one in pair.visitor.truth()["meshes"]}

    for one in passes[0][0].values():
        assert one.address_pools is not None
        assert {pool.use: pool.free for pool in one.address_pools.value} == {
            AddressUse.UPLINK: 16,
            AddressUse.MANAGEMENT: 16,
        }
        assert all(set(pool.meshes) == meshes for pool in one.address_pools.value)


def test_networks_tell_their_kind_and_whether_they_are_optimized(
    passes: Passes,
) -> None:
    """As far as the answers say so."""
    extensions = passes[0][0]["con"].extensions

    assert extensions is not None
    found = {(one.kind, one.optimized, one.state.health) for one in extensions.value}
    assert found == {("DistributedVirtualPortgroup", optimized, Health.UP) for optimized in (True, False)}


def test_nobody_is_in_a_group_of_one(passes: Passes) -> None:
    """High availability takes two appliances at each side: with one, nobody is asked and nobody is in a group."""
    facts, calls, _ = passes[0]

    assert "ha-groups" not in calls
    assert [one.ha_groups.value if one.ha_groups else None for one in facts.values()] == [(), ()]


# --- other pairs ------------------------------------------------------------------------------------------------------


GROUPED = """
clouds: [{name: pc, subscription: sub-a, hcx: "9.1.0.0", applianceManagement: true}]
connectors: [{name: con, hcx: "9.1.0.0", pairs: [{cloud: pc}]}]
meshes:
  - name: one
    initiator: con
    receiver: pc
    appliances: [{type: NE, networks: 1, group: ha}, {type: NE, group: ha}, {type: NE, networks: 1}]
"""


@pytest.fixture
def grouped(tmp_path: Path) -> Iterator[PlayedWorld]:
    """A pair of 9.x managers with a high availability group."""
    with played(tmp_path, GROUPED) as world:
        yield world


def test_groups_are_asked_where_the_mesh_begins(grouped: PlayedWorld) -> None:
    """The initiator names the members on its side; the other side says where to ask."""
    con, pc = (grouped.adapter.facts(grouped.manager(name)) for name in ("con", "pc"))

    assert con.ha_groups is not None
    assert con.appliances is not None
    (group,) = con.ha_groups.value
    members = {one.name for one in con.appliances.value if one.id in group.members}
    assert members == {"one-NE-I1", "one-NE-I2"}
    gap = pc.gap("ha_groups")
    assert gap is not None
    assert (pc.ha_groups, "begins" in gap.remedy) == (None, True)


def test_a_9x_manager_tells_its_licence(grouped: PlayedWorld) -> None:
    """Mode and end of the evaluation; 4.x has no such call, so it is not asked there."""
    licence = grouped.adapter.facts(grouped.manager("con")).licence

    assert licence is not None
    assert (licence.value.mode, str(licence.value.until)) == ("EVALUATION_MODE", "2027-02-22")


def test_capabilities_say_how_they_are_known(grouped: PlayedWorld, passes: Passes) -> None:
    """By the version, by the account that was given, and by what answered; what nobody knows is unknown."""
    seen = [passes[0][0]["con"], grouped.adapter.facts(grouped.manager("con")), passes[0][0]["pc"]]

    found = [one.capabilities.value for one in seen if one.capabilities]
    has = [
        tuple(told.has for told in (one.appliance_management, one.manager_upgrade, one.in_service, one.ha_groups))
        for one in found
    ]
    assert has == [(True, True, True, True), (True, True, None, True), (False, None, True, True)]
    assert [one.snapshots.has for one in found] == [False, False, None]
    assert "confirmed as POST /api/admin/upgrade" in found[0].manager_upgrade.reason
