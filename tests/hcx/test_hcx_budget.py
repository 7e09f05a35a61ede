"""What the facts of one pair cost and hold, counted by the simulated world itself."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.model.facts import AddressUse, GapReason, Health, ManagerFacts
from shared.rules.told_elsewhere import completed, told_of
from tests.hcx.hcx_world import PlayedWorld, played

PAIR = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.4"}]
connectors: [{name: con, hcx: "4.11.3", pairs: [{cloud: pc}], staged: ["4.11.4"]}]
meshes:
  - {name: one, initiator: con, receiver: pc, appliances: [{type: IX}, {type: NE, networks: 10}]}
  - {name: two, initiator: con, receiver: pc, appliances: [{type: IX}, {type: NE, networks: 10, optimized: true}]}
"""
type Passes = list[tuple[dict[str, ManagerFacts], dict[str, int], float]]
"""Facts by manager, calls by the truth, and seconds, of each pass."""

CALLS_MAX = 25
"""Log-ins and knocks included."""
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
    before, began = pair.requests(), time.perf_counter()
    con = pair.adapter.facts(pair.manager("con"))
    facts = {"con": con, "pc": pair.adapter.facts(pair.manager("pc"), told_of(con).__contains__)}
    took = time.perf_counter() - began
    after = pair.requests()
    return facts, {name: count - before.get(name, 0) for name, count in after.items()}, took


def together(passes: Passes) -> tuple[ManagerFacts, ManagerFacts]:
    """Connector and cloud manager of the first pass, as whoever judges them reads them."""
    con, pc = completed([passes[0][0]["con"], passes[0][0]["pc"]])
    return con, pc


def test_the_pair_is_as_large_as_it_should_be(pair: PlayedWorld, passes: Passes) -> None:
    """Two managers, two meshes, eight appliances on both sides together, and twenty networks, all of them read."""
    appliances = {
        one.id for facts in passes[0][0].values() for one in (facts.appliances.value if facts.appliances else ())
    }
    con = passes[0][0]["con"]

    assert (len(passes[0][0]), len(pair.visitor.truth()["meshes"]), len(appliances)) == (2, 2, 8)
    assert con.extensions is not None
    assert len({one.id for one in con.extensions.value}) == 20


def test_a_first_pass_over_a_pair_takes_few_calls(passes: Passes) -> None:
    """Everything is asked once, and everything that was sent is counted at the other end."""
    _, calls, _ = passes[0]

    assert sum(calls.values()) <= CALLS_MAX, calls


def test_a_second_pass_takes_fewer(passes: Passes) -> None:
    """The sessions are still there."""
    first, second = (sum(calls.values()) for _, calls, _ in passes)

    assert second == first - 2


def test_a_pass_logs_in_once_to_each_manager(passes: Passes) -> None:
    """And the next one not at all, since the sessions are still there."""
    assert [calls["login"] for _, calls, _ in passes] == [2, 0]


def test_a_pass_over_a_pair_is_quick(passes: Passes) -> None:
    """On loopback, TLS and all."""
    assert max(took for _, _, took in passes) < SECONDS


def test_little_was_left_out_for_it(passes: Passes) -> None:
    """All but one section of the connector, and of the cloud manager what port 9443 and the connector do not tell."""
    con, pc = together(passes)

    assert [gap.section for gap in con.gaps] == ["protection"]
    assert {gap.section for gap in pc.gaps} == {"services", "vcenter", "nsx", "upgrade", "protection"}


def test_what_the_connector_tells_is_not_asked_twice(passes: Passes) -> None:
    """The cloud manager is not asked for networks and jobs, says so, and has them from where its meshes begin."""
    facts, calls, _ = passes[0]
    con, pc = together(passes)

    assert {gap.section for gap in facts["pc"].gaps if gap.reason is GapReason.ELSEWHERE} == {"extensions", "jobs"}
    assert (calls["extensions"], calls["hcx-tasks"]) == (1, 1)
    assert (pc.extensions, pc.jobs) == (con.extensions, con.jobs)


def test_what_nobody_told_is_asked(pair: PlayedWorld) -> None:
    """Where the connector was not read, the cloud manager is asked for everything that it can tell."""
    alone = pair.adapter.facts(pair.manager("pc"))

    assert alone.extensions is not None
    assert len(alone.extensions.value) == 20
    assert alone.jobs is not None


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


OWN = """
clouds:
  - {name: pc, subscription: sub-a, hcx: "4.11.4", systemMesh: true}
  - {name: far, subscription: sub-a, hcx: "4.11.4", pairs: [{cloud: pc}]}
  - {name: hub, subscription: sub-a, hcx: "4.11.4", pairs: [{cloud: far}]}
meshes:
  - {name: one, initiator: far, receiver: pc}
  - {name: two, initiator: hub, receiver: far}
"""


@pytest.fixture
def chained(tmp_path: Path) -> Iterator[PlayedWorld]:
    """Cloud managers in a row: at the middle one a mesh ends and another begins, and the last has one with itself."""
    with played(tmp_path, OWN) as world:
        yield world


def test_whoever_has_something_of_its_own_to_tell_is_asked(chained: PlayedWorld) -> None:
    """A mesh with itself has jobs of its own, and where one mesh begins nothing is left to others."""
    hub, far, pc = (chained.adapter.facts(chained.manager(name), lambda _mesh: True) for name in ("hub", "far", "pc"))

    assert [(one.extensions is None, one.jobs is None) for one in (pc, far, hub)] == [
        (True, False),
        (False, False),
        (False, False),
    ]
    (told, *_) = completed([pc, far, hub])
    assert told.extensions is not None
    assert [one.network for one in told.extensions.value] == ["one-ne1-net1", "one-ne1-net2"]


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
