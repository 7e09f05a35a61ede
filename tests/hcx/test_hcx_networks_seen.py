"""The look at tunnels and networks that is taken every few seconds while an appliance changes."""

import time

from shared.model.facts import GapReason, Health
from tests.hcx.hcx_peer import API, APPLIANCES, IX, IX_PEER, LOGIN, MESH, OLD, Reply, Silence, appliance, healthy, said
from tests.hcx.hcx_site import Site

EXTENSIONS = f"GET {API}/l2Extensions"


def test_tunnels_of_both_ends_and_every_extension(site: Site) -> None:
    """An appliance is told with its peer, and an extension with its state and the appliance that carries it."""
    answer = said({"items": [appliance(OLD, OLD, "DOWN")]})

    seen = site.adapter().networks_seen(site.manager(site.peer({**healthy(), APPLIANCES: answer})), MESH, 5)

    assert seen.tunnels is not None
    assert [(one.appliance, one.status.health) for one in seen.tunnels] == [(IX, Health.DOWN), (IX_PEER, Health.DOWN)]
    assert seen.extensions is not None
    assert [(one.network, one.appliance_id, one.state.health) for one in seen.extensions] == [
        ("app-net", "appliance-ne", Health.UP)
    ]
    assert seen.gap is None


def test_a_look_is_two_calls(site: Site) -> None:
    """The session of the look before is used: of ten looks one logs in, and nothing else is asked."""
    peer, adapter = site.peer(healthy()), site.adapter()
    manager = site.manager(peer)

    for _ in range(10):
        adapter.networks_seen(manager, MESH, 5)

    assert peer.calls() == [LOGIN, *[APPLIANCES, EXTENSIONS] * 10]


def test_what_cannot_be_read_is_a_gap(site: Site) -> None:
    """One of both is told without the other, and the reason with it."""
    seen = site.adapter().networks_seen(site.manager(site.peer({**healthy(), APPLIANCES: Reply(503)})), MESH, 5)

    assert (seen.tunnels, seen.extensions is not None) == (None, True)
    assert seen.gap is not None
    assert (seen.gap.section, seen.gap.reason) == ("appliances", GapReason.NOT_YET)


def test_a_silent_manager_costs_no_more_than_its_time(site: Site) -> None:
    """A manager that takes the call and says nothing is given up when the seconds are over."""
    manager, began = site.manager(site.peer({**healthy(), APPLIANCES: Silence()})), time.monotonic()

    seen = site.adapter(read=30).networks_seen(manager, MESH, 1)

    assert time.monotonic() - began < 4
    assert (seen.tunnels, seen.extensions) == (None, None)
    assert seen.gap is not None


def test_a_refused_log_in_is_not_tried_again(site: Site) -> None:
    """However often one looks, the account sees one refused log-in."""
    peer, adapter = site.peer({**healthy(), LOGIN: Reply(401)}), site.adapter()
    manager = site.manager(peer)

    seen = [adapter.networks_seen(manager, MESH, 5) for _ in range(5)]

    assert peer.count(LOGIN) == 1
    assert {one.gap.reason for one in seen if one.gap} <= {GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN}
