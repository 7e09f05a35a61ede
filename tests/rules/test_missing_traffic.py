"""A mesh is not handed over while nothing passes where traffic was seen to pass before."""

from shared.model.orders import TrafficMissing
from shared.model.outage import SilentNetwork
from shared.rules.missing_traffic import MISSING, judged
from shared.rules.progress import State


def _silent(network: str, *, tunnel_up: bool) -> SilentNetwork:
    return SilentNetwork(network=network, appliance="NE-I1", tunnel_up=tunnel_up)


def test_with_every_probe_answered_a_mesh_is_handed_over() -> None:
    """Nothing is missing."""
    assert judged(TrafficMissing()).state is State.DONE


def test_a_silent_network_keeps_the_hand_over_open() -> None:
    """By its name, with what HCX says of it, a reason of its own and what to do."""
    found = judged(TrafficMissing(silent=(_silent("net-b", tunnel_up=False), _silent("net-a", tunnel_up=True))))

    assert (found.state, found.reason) == (State.NOT_YET, MISSING)
    assert found.detail == (
        "traffic does not pass on net-a (NE-I1) though the tunnel is up; on net-b (NE-I1), and HCX does not say that "
        "all is well with it: the probe was answered before the change"
    )
    assert found.remedy.startswith("a person at the site: see whether what the probe asks is there")
