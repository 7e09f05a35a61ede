"""A mesh is not handed over while nothing passes where traffic was seen to pass before."""

from shared.model.orders import TrafficMissing
from shared.model.outage import ChangedNetwork, SilentNetwork
from shared.rules.missing_traffic import MISSING, judged
from shared.rules.mode_now import NETWORKS
from shared.rules.progress import State
from tests.builders.fleet_facts import NOW
from tests.report.planned_fleet import MESH


def _silent(network: str, *, tunnel_up: bool) -> SilentNetwork:
    return SilentNetwork(network=network, appliance="NE-I1", tunnel_up=tunnel_up)


def test_with_every_probe_answered_a_mesh_is_handed_over() -> None:
    """Nothing is missing."""
    assert judged(TrafficMissing(), ()).state is State.DONE


def test_a_silent_network_keeps_the_hand_over_open() -> None:
    """By its name, with what HCX says of it, a reason of its own and what to do."""
    found = judged(TrafficMissing(silent=(_silent("net-b", tunnel_up=False), _silent("net-a", tunnel_up=True))), ())

    assert (found.state, found.reason) == (State.NOT_YET, MISSING)
    assert found.detail == (
        "traffic does not pass on net-a (NE-I1) though the tunnel is up; on net-b (NE-I1), and HCX does not say that "
        "all is well with it: the probe was answered before the change"
    )
    assert found.remedy.startswith("a person at the site: see whether what the probe asks is there")


LATE = ChangedNetwork(network="net-c", appliance=MESH.appliances[1].name, extended=True, seen_at=NOW)


def test_where_traffic_passes_a_changed_network_ends_the_task() -> None:
    """No looking again makes it planned."""
    found = judged(TrafficMissing(changed=(LATE,)), MESH.appliances)

    assert (found.state, found.reason) == (State.STOP, NETWORKS)


def test_missing_traffic_is_waited_for_whatever_else_changed() -> None:
    """Users who are cut off come first; what changed is said along with it."""
    found = judged(TrafficMissing(silent=(_silent("net-a", tunnel_up=True),), changed=(LATE,)), MESH.appliances)

    assert (found.state, found.reason) == (State.NOT_YET, MISSING)
    assert "net-c was extended on" in found.detail
