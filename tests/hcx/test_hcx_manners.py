"""How a manager is treated that sends us away, asks for peace, or leaves doubt about who it is."""

from datetime import timedelta

import pytest

from shared.hcx.facts import own_id
from shared.hcx.parse_identity import System
from shared.hcx.parse_network import MeshPlace, NetworkProfile, NetworkUse, pools_of
from shared.model.acts import ApplianceWanted, AskAgain
from shared.model.facts import (
    AddressUse,
    Appliance,
    ApplianceKind,
    GapReason,
    Health,
    Mesh,
    MeshEnd,
    Pairing,
    Status,
)
from shared.model.ne_mode import ApplianceMode
from shared.model.version import Version
from tests.builders.sending import at_once
from tests.hcx.hcx_peer import API, LIVENESS, LOGIN, SUPPORT, UPGRADE_APPLIANCE, Reply, healthy, said
from tests.hcx.hcx_site import Site

PAIRINGS = f"GET {API}/cloudConfigs"
LOCAL = f"POST {API}/service/inventory/cloud/list"
UP = Status(health=Health.UP, text="UP")

# --- sent elsewhere ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", [LOGIN, PAIRINGS], ids=["log-in", "read"])
def test_a_redirect_is_a_finding_and_is_not_followed(site: Site, call: str) -> None:
    """The gap names the host that we were sent to, nothing else of it, and that host hears nothing."""
    elsewhere = site.peer(healthy())
    location = f"https://other.lyon.test:{elsewhere.port}/path?secret=canary"
    peer = site.peer({**healthy(), call: Reply(302, headers={"location": location})})

    gap = site.adapter().facts(site.manager(peer)).gap("pairings")

    assert gap is not None
    assert (gap.reason, "other.lyon.test" in gap.detail, "canary" in gap.detail) == (GapReason.UNREADABLE, True, False)
    assert "endpoint" in gap.remedy
    assert elsewhere.connections == 0


@pytest.mark.parametrize("location", ["", "/login", "https://[::", "//\x7f", "é" * 300])
def test_a_redirect_to_nowhere_is_one_too(site: Site, location: str) -> None:
    """Whatever stands there."""
    peer = site.peer({**healthy(), PAIRINGS: Reply(307, headers={"location": location})})

    gap = site.adapter().facts(site.manager(peer)).gap("pairings")

    assert gap is not None
    assert gap.reason is GapReason.UNREADABLE


# --- Retry-After ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
def test_a_manager_that_asks_for_peace_gets_it(site: Site, status: int) -> None:
    """The rest of the pass leaves that port alone, and so does the next pass until the time is over."""
    peer, adapter = site.peer({**healthy(), PAIRINGS: said({}, status, {"retry-after": "60"})}), site.adapter()
    manager = site.manager(peer)

    first = adapter.facts(manager).gap("extensions")
    asked = len(peer.got)
    second = adapter.facts(manager).gap("identity")
    calls = peer.calls()[asked:]
    site.clock.time += timedelta(seconds=61)
    peer.answers = healthy()
    third = adapter.facts(manager)

    assert first is not None
    assert second is not None
    assert (first.reason, second.reason) == (GapReason.NOT_YET, GapReason.NOT_YET)
    assert not [call for call in calls if API in call]
    assert third.identity is not None


def test_peace_has_a_limit(site: Site) -> None:
    """No manager can keep us away for a day."""
    peer, adapter = site.peer({**healthy(), LIVENESS: said({}, 503, {"retry-after": "86400"})}), site.adapter()
    manager = site.manager(peer)
    adapter.facts(manager)
    peer.answers = healthy()
    site.clock.time += timedelta(minutes=6)

    assert adapter.facts(manager).identity is not None


def test_a_change_is_not_sent_into_the_peace(site: Site) -> None:
    """It was turned away once; until the time is over it is not even tried, and then everything is looked at anew."""
    site.confirm("upgrade-appliance")
    turned_away = said({"message": "later"}, 503, {"retry-after": "60"})
    peer, adapter = site.peer({**healthy(), UPGRADE_APPLIANCE: turned_away}), site.adapter()
    wanted = ApplianceWanted(
        mesh="servicemesh-1", appliance="appliance-ix", name="mesh-ix", mode=ApplianceMode.STANDARD
    )
    upgrade = (site.manager(peer), wanted, at_once)
    newer = {**peer.answers, SUPPORT: said({"data": {"localEndpoints": [{"endpoint": {"version": "4.11.4"}}]}})}
    peer.answers = newer

    acts = [adapter.upgrade_appliance(*upgrade) for _ in range(3)]

    assert [type(act) for act in acts] == [AskAgain] * 3
    assert peer.count(UPGRADE_APPLIANCE) == 1


# --- who it is --------------------------------------------------------------------------------------------------------


def _appliance(system: str) -> Appliance:
    return Appliance(
        id="a",
        name="a",
        kind=ApplianceKind.INTERCONNECT,
        mesh_id="m",
        system_id=system,
        version=Version("4.11.3"),
        available_version=None,
        tunnel=UP,
        extension_count=0,
    )


def _mesh(*systems: str) -> Mesh:
    ends = tuple(MeshEnd(system_id=one, name=f"name of {one}", initiator=False) for one in systems)
    return Mesh(id="m", name="m", ends=ends, services=(), state=UP, in_sync=True, last_job=None)


def _pairing(remote: str) -> Pairing:
    return Pairing(remote_system_id=remote, remote_name="", remote_url="", status=UP)


def test_a_manager_is_known_by_what_it_lists() -> None:
    """One system has all its appliances and is an end of every mesh."""
    found = own_id([_appliance("own")] * 2, [_mesh("own", "far"), _mesh("other", "own")], [_pairing("far")])

    assert found == System(id="own", name="name of own")


DOUBTS = {
    "no appliances": ([], [_mesh("own", "far")], []),
    "no meshes": ([_appliance("own")], [], []),
    "appliances of two": ([_appliance("own"), _appliance("far")], [_mesh("own", "far")], []),
    "appliances of nobody": ([_appliance("")], [_mesh("own", "far")], []),
    "a mesh of others": ([_appliance("own")], [_mesh("own", "far"), _mesh("other", "far")], []),
    "a pairing with itself": ([_appliance("own")], [_mesh("own", "far")], [_pairing("own")]),
    "pairings not seen": ([_appliance("own")], [_mesh("own", "far")], None),
}


@pytest.mark.parametrize("name", sorted(DOUBTS))
def test_any_doubt_about_who_it_is_remains(name: str) -> None:
    """Then it is asked."""
    assert own_id(*DOUBTS[name]) is None


def test_a_manager_that_leaves_doubt_is_asked(site: Site) -> None:
    """And what it answers counts."""
    peer = site.peer({**healthy(), PAIRINGS: said({"data": {"items": [{"endpointId": "endpoint-con"}]}})})

    facts = site.adapter().facts(site.manager(peer))

    assert facts.identity is not None
    assert (facts.identity.value.system_id, peer.count(LOCAL)) == ("endpoint-con", 1)


# --- address pools ----------------------------------------------------------------------------------------------------


def _place(mesh: str, *networks: tuple[str, AddressUse]) -> MeshPlace:
    uses = tuple(NetworkUse(network=name, use=use) for name, use in networks)
    return MeshPlace(mesh=mesh, system_id="own", compute_profile="cp", networks=uses or None)


def test_a_pool_knows_its_meshes() -> None:
    """Two meshes on one profile take from one pool; a profile that is not listed has no count."""
    places = [
        _place("m1", ("up", AddressUse.UPLINK)),
        _place("m2", ("up", AddressUse.UPLINK), ("x", AddressUse.UPLINK)),
    ]

    found = pools_of([NetworkProfile(id="up", name="uplink", free=7)], places)

    assert [(one.id, one.name, one.free, one.meshes) for one in found] == [
        ("up", "uplink", 7, ("m1", "m2")),
        ("x", "x", None, ("m2",)),
    ]


@pytest.mark.parametrize(("free", "each"), [(None, None), (0, 0), (1, 0), (2, 1), (5, 2)])
def test_a_profile_for_both_uses_gives_each_half(free: int | None, each: int | None) -> None:
    """An appliance takes two addresses from it."""
    place = _place("m", ("net", AddressUse.UPLINK), ("net", AddressUse.MANAGEMENT))

    found = pools_of([NetworkProfile(id="net", name="net", free=free)], [place])

    assert [(one.use, one.free) for one in found] == [(AddressUse.UPLINK, each), (AddressUse.MANAGEMENT, each)]


NE = {
    "applianceId": "ne-1",
    "applianceName": "mesh-NE-I1",
    "applianceType": "HCX-NET-EXT",
    "serviceMeshId": "servicemesh-1",
    "endpointId": "endpoint-con",
    "networkExtensionCount": 2,
    "version": "4.11.3",
}


def test_compute_profiles_are_asked_where_a_mesh_names_no_networks(site: Site) -> None:
    """What neither says stays without pools, and nothing is made up."""
    profiles = f"GET {API}/interconnect/computeProfiles?endpointId=endpoint-con"
    mesh = {
        "serviceMeshId": "servicemesh-1",
        "computeProfiles": [
            {"endpointId": "endpoint-con", "isInitiator": True, "computeProfileId": "cp-1"},
            {"endpointId": "endpoint-pc", "isInitiator": False},
        ],
    }
    peer = site.peer(
        {
            **healthy(),
            f"GET {API}/interconnect/serviceMesh": said({"items": [mesh]}),
            f"POST {API}/interconnect/appliances/query": said({"items": [NE]}),
            f"POST {API}/networks?action=queryIpUsage": said([{"objectId": "n-1", "totalIps": 9, "usedIps": 4}]),
            profiles: said({"items": [{"computeProfileId": "cp-1", "networks": [{"id": "n-1", "tags": ["uplink"]}]}]}),
        }
    )

    pools = site.adapter().facts(site.manager(peer)).address_pools

    assert pools is not None
    assert [(one.id, one.use, one.free) for one in pools.value] == [("n-1", AddressUse.UPLINK, 5)]
    assert peer.count(profiles) == 1
