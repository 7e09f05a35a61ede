"""Pairing groups go by system id and leave nobody out."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rules import grouping
from tests.builders.fleet_facts import cloud_manager, connector, fleet, unread


def test_a_connector_joins_the_clouds_it_is_paired_with() -> None:
    """A connector shared by two clouds puts all three managers into one pairing group."""
    facts = fleet(
        cloud_manager("pc-1", "4.11.4"),
        cloud_manager("pc-2", "4.11.4"),
        cloud_manager("pc-3", "4.11.4"),
        connector("con", "4.11.4", pairs=("pc-1", "pc-2")),
    )

    assert grouping.components(facts) == (("con", "pc-1", "pc-2"), ("pc-3",))


def test_an_unread_peer_is_an_open_end() -> None:
    """A pairing whose other manager could not be observed is reported as open and joins nothing."""
    con = connector("con", "4.11.4", pairs=("pc-1",))
    facts = fleet(unread(cloud_manager("pc-1", "4.11.4")), con)

    assert [end.remote_name for end in grouping.open_ends(facts, con)] == ["pc-1"]
    assert grouping.components(facts) == (("con",), ("pc-1",))


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.lists(st.sampled_from("abcdefgh"), max_size=3)))
def test_components_partition_the_nodes(edges: dict[str, list[str]]) -> None:
    """Every node is in exactly one component, and the two ends of an edge are in the same one."""
    groups = grouping.connected(edges)
    nodes = set(edges) | {node for ends in edges.values() for node in ends}
    home = {node: i for i, group in enumerate(groups) for node in group}

    assert sorted(node for group in groups for node in group) == sorted(nodes)
    assert all(home[one] == home[other] for one, ends in edges.items() for other in ends)
