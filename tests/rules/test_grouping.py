"""Pairing groups go by system id and leave nobody out."""

import time

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import FleetFacts
from shared.rules import grouping
from shared.rules.grouping import Pairings
from tests.builders.fleet_facts import cloud_manager, connector, fleet, unread

NAMES = "abcdefgh"


@st.composite
def fleets(draw: st.DrawFn) -> FleetFacts:
    """Some managers, read or not, with pairings to each other and to managers that nobody observed."""
    names = draw(st.permutations(NAMES[: draw(st.integers(0, len(NAMES)))]))
    lists = draw(st.lists(st.lists(st.sampled_from(f"{NAMES}xy"), max_size=3), min_size=8, max_size=8))
    make = draw(st.lists(st.sampled_from((cloud_manager, connector)), min_size=8, max_size=8))
    read = draw(st.lists(st.booleans(), min_size=8, max_size=8))
    built = (one(name, "4.11.4", pairs=tuple(pairs)) for one, name, pairs in zip(make, names, lists, strict=False))
    return fleet(*(one if is_read else unread(one) for one, is_read in zip(built, read, strict=False)))


def test_a_connector_joins_the_clouds_it_is_paired_with() -> None:
    """A connector shared by two clouds puts all three managers into one pairing group."""
    facts = fleet(
        cloud_manager("pc-1", "4.11.4"),
        cloud_manager("pc-2", "4.11.4"),
        cloud_manager("pc-3", "4.11.4"),
        connector("con", "4.11.4", pairs=("pc-1", "pc-2")),
    )

    assert grouping.components(facts) == (("con", "pc-1", "pc-2"), ("pc-3",))
    assert Pairings(facts).edges() == (("con", "pc-1"), ("con", "pc-2"))


def test_an_unread_peer_is_an_open_end() -> None:
    """A pairing whose other manager could not be observed is reported as open and joins nothing."""
    con = connector("con", "4.11.4", pairs=("pc-1",))
    facts = fleet(unread(cloud_manager("pc-1", "4.11.4")), con)

    assert [end.remote_name for end in grouping.open_ends(facts, con)] == ["pc-1"]
    assert grouping.components(facts) == (("con",), ("pc-1",))


@given(fleets())
def test_the_index_says_what_a_look_at_everything_says(facts: FleetFacts) -> None:
    """Asked about any one manager, the index names the same partners and open ends, in the same order."""
    index = Pairings(facts)

    for one in facts.managers:
        assert index.partners(one) == grouping.partners(facts, one)
        assert index.open_ends(one) == grouping.open_ends(facts, one)


@given(fleets())
def test_pairing_groups_are_the_components_of_the_pairing_graph(facts: FleetFacts) -> None:
    """A library for graphs finds the same groups, and every manager is in one."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(one.manager.id for one in facts.managers)
    graph.add_edges_from(Pairings(facts).edges())

    assert set(Pairings(facts).components()) == {tuple(sorted(one)) for one in nx.connected_components(graph)}


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3)))
def test_components_partition_the_nodes(edges: dict[str, list[str]]) -> None:
    """Every node is in exactly one component, and the two ends of an edge are in the same one."""
    groups = grouping.connected(edges)
    nodes = set(edges) | {node for ends in edges.values() for node in ends}
    home = {node: i for i, group in enumerate(groups) for node in group}

    assert sorted(node for group in groups for node in group) == sorted(nodes)
    assert groups == tuple(sorted(groups))
    assert all(home[one] == home[other] for one, ends in edges.items() for other in ends)


def test_ten_thousand_pairs_are_indexed_at_once() -> None:
    """The groups of twenty thousand managers are found in a moment: no look at everything for each of them."""
    clouds = [cloud_manager(f"pc-{i}", "4.11.4") for i in range(10_000)]
    facts = fleet(*clouds, *(connector(f"con-{i}", "4.11.4", pairs=(f"pc-{i}",)) for i in range(10_000)))
    began = time.perf_counter()

    groups = Pairings(facts).components()

    assert len(groups) == 10_000
    assert time.perf_counter() - began < 3  # a few tenths by itself; the quadratic way takes minutes
