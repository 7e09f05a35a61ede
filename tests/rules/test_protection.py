"""What brings a manager back, and until when."""

from datetime import timedelta
from itertools import pairwise

import pytest

from shared.model.inventory import Manager
from shared.model.plan import Safeguard, WayBack
from shared.model.version import Version
from shared.rules.protection import Change, Peer, for_manager, for_mesh
from tests.builders.fleet_facts import cloud_manager, connector

CONNECTOR = connector("con-lyon", "4.10.3").manager
CLOUD = cloud_manager("pc-weu-01", "4.10.3").manager


def hops(*releases: str) -> tuple[Change, ...]:
    """Version changes from each release to the next."""
    return tuple(Change(source=Version(one), target=Version(other)) for one, other in pairwise(releases))


def kinds(found: tuple[WayBack, ...]) -> list[str]:
    """The safeguards, in order."""
    return [one.kind.value for one in found]


def test_a_connector_has_three_ways_back() -> None:
    """HCX's own snapshot for a day, and what the site makes itself."""
    found = for_manager(CONNECTOR, hops("4.10.3", "4.11.4"), ())

    assert kinds(found) == ["automatic-snapshot", "vcenter-snapshot", "backup"]
    assert [one.lasts for one in found] == [timedelta(hours=24), None, None]
    assert "only where HCX runs in the vCenter it serves" in found[0].text


def test_a_cloud_manager_goes_back_by_support_ticket() -> None:
    """HCX's snapshot for a day, a run command's for three, Microsoft's daily backup: each needs a ticket."""
    found = for_manager(CLOUD, hops("4.10.3", "4.11.4"), ())

    assert kinds(found) == ["automatic-snapshot", "run-command-snapshot", "backup"]
    assert [one.lasts for one in found] == [timedelta(hours=24), timedelta(hours=72), None]
    assert all("support ticket" in one.text for one in found)


@pytest.mark.parametrize(("target", "automatic"), [("4.4.0", True), ("4.4", True), ("4.3.3", False)])
def test_the_automatic_snapshot_begins_with_one_release(target: str, automatic: bool) -> None:  # noqa: FBT001
    """An upgrade to 4.4 or later takes one, an earlier one does not."""
    found = for_manager(CONNECTOR, hops("4.3.1", target), ())

    assert (Safeguard.AUTOMATIC_SNAPSHOT in {one.kind for one in found}) is automatic


@pytest.mark.parametrize(
    ("releases", "expected"),
    [
        (("4.2.4", "4.3.0"), ["none", "backup"]),
        (("4.2.4", "4.8.3"), ["none", "backup"]),
        (("4.2.4", "4.8.3", "4.9.2"), ["none", "automatic-snapshot", "backup"]),
        (("4.3.0", "4.4.2"), ["automatic-snapshot", "vcenter-snapshot", "backup"]),
    ],
)
def test_no_snapshot_leads_back_over_the_move_to_postgres(releases: tuple[str, ...], expected: list[str]) -> None:
    """Whoever crosses 4.3.0 has a procedure of its own, and a snapshot of later hops only."""
    found = for_manager(CONNECTOR, hops(*releases), ())

    assert kinds(found) == expected
    assert ("KB 87041" in found[0].text) is (expected[0] == "none")


def test_a_cloud_manager_without_a_way_back_is_normal() -> None:
    """By the connector's turn its snapshot is gone, and the text says that this is as it should be."""
    own = for_manager(CONNECTOR, hops("4.10.3", "4.11.4"), ())
    found = for_manager(CONNECTOR, hops("4.10.3", "4.11.4"), (Peer(manager=CLOUD, before=True),))
    (peer,) = found[len(own) :]

    assert (peer.manager, peer.kind, peer.lasts) == ("pc-weu-01", Safeguard.NONE, None)
    assert "normally has no way back" in peer.text


@pytest.mark.parametrize("manager", [CLOUD, CONNECTOR])
def test_a_peer_that_stays_has_nothing_to_bring_back(manager: Manager) -> None:
    """A manager that is not brought to its target before is left as it is, and an earlier snapshot is gone."""
    found = for_manager(CLOUD, hops("4.10.3", "4.11.4"), (Peer(manager=manager, before=False),))[-1]

    assert (found.kind, found.lasts) == (Safeguard.NONE, None)
    assert "leaves" in found.text
    assert "deleted after 24 hours" in found.text


def test_a_mesh_has_the_ways_of_its_managers_and_none_of_its_own() -> None:
    """Both managers are shown, and that appliances are resynced or redeployed, never restored."""
    found = for_mesh("mesh-lyon", Peer(manager=CONNECTOR, before=True), Peer(manager=CLOUD, before=True))

    assert kinds(found) == ["automatic-snapshot", "none", "none"]
    assert [one.manager for one in found] == ["con-lyon", "pc-weu-01", "mesh-lyon"]
    assert "never restored from snapshots" in found[-1].text
