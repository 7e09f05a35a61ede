"""What a change needs of the other side, judged on facts."""

import pytest

from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.plan import Requirement
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules import requirements
from shared.rules.progress import State
from tests.builders.fleet_facts import appliance, cloud_manager, connector, fleet, mesh, meshed, unread

CLOUD_FIRST = Requirement(
    kind="manager", subject="pc", version=Version("4.11.4"), reason="the cloud manager goes before its connector"
)
PHOTON = Requirement(kind="mesh", subject="m", version=Version("4.10.3"), reason="appliances of Photon OS first")


def fleet_with_mesh(here: str, there: str | None, kind: ApplianceKind = ApplianceKind.INTERCONNECT) -> FleetFacts:
    """A connector and its cloud manager with one mesh; without a version nothing is seen at the cloud side."""
    one = mesh("m", "con", "pc")
    cloud = cloud_manager("pc", "4.11.4", pairs=("con",))
    far = meshed(cloud, one, appliance("far", "m", "pc", there, kind)) if there else cloud
    return fleet(meshed(connector("con", "4.11.4"), one, appliance("near", "m", "con", here, kind)), far)


@pytest.mark.parametrize(
    ("version", "met"),
    [("4.11.3", False), ("4.11.4", True), ("4.11.4.0-99999999", True), ("9.0.0", True), ("x", False)],
)
def test_a_manager_is_far_enough_at_the_version_or_beyond(version: str, *, met: bool) -> None:
    """A build does not matter, and a version that nobody understands is not far enough."""
    left = requirements.unmet((CLOUD_FIRST,), fleet(cloud_manager("pc", version)))

    assert (not left) is met


@pytest.mark.parametrize("facts", [fleet(), fleet(unread(cloud_manager("pc", "4.11.4")))])
def test_a_manager_that_cannot_be_seen_is_not_far_enough(facts: FleetFacts) -> None:
    """What was never observed, or cannot be now, is waited for."""
    assert [one.seen for one in requirements.unmet((CLOUD_FIRST,), facts)] == ["and its version cannot be seen"]


@pytest.mark.parametrize(
    ("here", "there", "seen"),
    [
        ("4.10.3", "4.11.4", None),
        ("4.10.3", "4.9.0", "and far is at 4.9.0"),
        ("4.9.0", "4.10.3", "and near is at 4.9.0"),
        ("4.10.3", None, "and its appliances cannot be seen from both sides"),
    ],
)
def test_a_mesh_is_far_enough_when_every_appliance_is_at_both_sides(here: str, there: str | None, seen: str) -> None:
    """One that is behind is named; a side that cannot be seen is not far enough."""
    left = requirements.unmet((PHOTON,), fleet_with_mesh(here, there))

    assert [one.seen for one in left] == ([seen] if seen else [])


def test_appliances_that_no_upgrade_reaches_do_not_count() -> None:
    """A mesh with none but those is one that cannot be judged."""
    left = requirements.unmet((PHOTON,), fleet_with_mesh("4.9.0", "4.9.0", ApplianceKind.WAN_OPTIMIZATION))

    assert len(left) == 1


def test_a_mesh_that_is_gone_is_not_far_enough() -> None:
    """Nobody knows what became of it."""
    assert [one.seen for one in requirements.unmet((PHOTON,), fleet())] == ["and it cannot be seen"]


def test_what_is_not_met_says_what_is_waited_for_and_why() -> None:
    """The wait names the other side, the version, the rule and what is seen."""
    progress = requirements.met(requirements.unmet((CLOUD_FIRST,), fleet(cloud_manager("pc", "4.11.3"))))

    assert (progress.state, progress.waiting_for) == (State.NOT_YET, WaitingFor.PEER)
    assert progress.detail == (
        "pc must be at 4.11.4 (the cloud manager goes before its connector), and it is at 4.11.3"
    )
    assert requirements.met(()).state is State.DONE


def test_only_managers_that_are_required_are_looked_at() -> None:
    """Each once; a mesh is seen from the managers of its task."""
    assert requirements.managers_in((CLOUD_FIRST, PHOTON, CLOUD_FIRST)) == ("pc",)
    assert requirements.has_mesh((CLOUD_FIRST, PHOTON))
    assert not requirements.has_mesh((CLOUD_FIRST,))
