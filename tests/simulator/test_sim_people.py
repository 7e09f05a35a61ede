"""People and the provider, who act on schedules of their own."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from simulator.visitor import Visitor

DAY = timedelta(days=1)
SITE = """
clouds: [{name: pc, subscription: sub-a, hcx: "4.11.2"}]
connectors: [{name: con, hcx: "4.11.2", pairs: [{cloud: pc}]}]
meshes: [{name: mesh, initiator: con, receiver: pc, appliances: [{type: NE, networks: 1}, {type: IX}]}]
"""


def changes(world: Visitor) -> list[tuple[str, str, str, str]]:
    """Every change of version: when, what, to which release, by whom."""
    return [(each["at"], each["subject"], each["to"], each["caller"]) for each in world.truth()["changes"]]


def test_a_person_follows_the_cloud_manager(serve: Callable[[str], Visitor]) -> None:
    """A person waits for the cloud manager's version, then their own time, upgrades the connector and says done."""
    world = serve(
        SITE
        + """
provider: [{cloud: pc, at: PT10H}]
people:
  - {who: ann, about: "manager:con", do: upgrade-manager, when: {manager: pc, version: "4.11.4"}, at: PT2H}
"""
    )

    said = world.advance(DAY)

    assert changes(world) == [
        ("2026-11-24T16:20:00Z", "manager:pc", "4.11.4", "provider"),
        ("2026-11-24T18:50:00Z", "manager:con", "4.11.4", "person"),
    ]
    assert [(each["at"], each["who"], each["about"]) for each in said] == [
        ("2026-11-24T19:00:00Z", "ann", "manager:con")
    ]


def test_a_person_upgrades_a_mesh_interconnect_first(serve: Callable[[str], Visitor]) -> None:
    """A person waits until both managers are there, upgrades IX before NE, and says so about the mesh's id."""
    world = serve(
        SITE
        + """
provider: [{cloud: pc, at: PT1H}]
people:
  - {who: ann, about: "mesh:mesh", do: upgrade-mesh}
  - {who: ann, about: "manager:con", do: upgrade-manager, at: PT3H, says: false}
"""
    )

    said = world.advance(DAY)

    assert [each[1] for each in changes(world)] == ["manager:pc", "manager:con"] + [
        f"appliance:mesh-{kind}-{side}1" for kind in ("IX", "NE") for side in ("I", "R")
    ]
    assert [each["about"] for each in said] == [f"mesh:{world.truth()['meshes'][0]['id']}"]


def test_somebody_says_done_without_having_done_it(serve: Callable[[str], Visitor]) -> None:
    """say-done is a word and nothing else."""
    world = serve(SITE + 'people: [{who: bob, about: "manager:con", do: say-done, at: PT5H}]\n')

    said = world.advance(DAY)

    assert [(each["at"], each["who"], each["says"]) for each in said] == [("2026-11-24T11:00:00Z", "bob", "done")]
    assert changes(world) == []


@pytest.mark.parametrize(
    ("manner", "moment"),
    [("", "2026-11-24T18:20:00Z"), (", early: PT2H", "2026-11-24T16:20:00Z"), (", late: P1D", "2026-11-25T18:20:00Z")],
)
def test_on_time_early_and_late(serve: Callable[[str], Visitor], manner: str, moment: str) -> None:
    """Early and late move what happens away from the moment that was agreed."""
    world = serve(SITE + f"provider: [{{cloud: pc, at: PT12H{manner}}}]\n")

    world.advance(3 * DAY)

    assert changes(world) == [(moment, "manager:pc", "4.11.4", "provider")]


def test_wrong_ones_do_nothing(serve: Callable[[str], Visitor]) -> None:
    """A wrong person reports what was not done; a wrong provider just does not come."""
    world = serve(
        SITE
        + """
provider: [{cloud: pc, at: PT1H, wrong: true}]
people: [{who: bob, about: "manager:con", do: upgrade-manager, at: PT2H, wrong: true}]
"""
    )

    said = world.advance(DAY)

    assert [each["who"] for each in said] == ["bob"]
    assert world.truth()["mutations"] == []


def test_entries_follow_each_other(serve: Callable[[str], Visitor]) -> None:
    """An entry with `after` begins when the other one is over, across people and provider."""
    world = serve(
        SITE
        + """
provider: [{id: moved, cloud: pc, at: PT1H, after: asked}]
people:
  - {id: asked, who: ann, about: "manager:pc", do: nothing, at: PT4H}
  - {who: ann, about: "manager:con", do: stage-bundle, after: moved, at: PT1H}
"""
    )

    world.advance(DAY)

    assert [(each["at"], each["route"], each["manager"], each["caller"]) for each in world.truth()["mutations"]] == [
        ("2026-11-24T11:00:00Z", "stage-bundle", "pc", "provider"),
        ("2026-11-24T11:00:00Z", "upgrade-manager-4x", "pc", "provider"),
        ("2026-11-24T12:30:00Z", "stage-bundle", "con", "person"),
    ]


def test_a_staged_bundle_shows(serve: Callable[[str], Visitor]) -> None:
    """A bundle that a person stages is what the manager then shows; staging is not reported as done."""
    world = serve(SITE + 'people: [{who: ann, about: "manager:con", do: stage-bundle, version: "4.11.3", at: PT1H}]\n')

    said = world.advance(DAY)
    shown = world.manager("con").appliance("GET", "/api/admin/upgrade/bundle").json()["bundleMetadata"]

    assert shown == {"version": "4.11.3", "buildNumber": "24972695"}
    assert said == []


def test_a_person_waits_for_what_is_in_the_way(serve: Callable[[str], Visitor]) -> None:
    """Whoever finds an upgrade running waits until it is over, and has nothing to do when it was the same one."""
    world = serve(
        SITE
        + """
people:
  - {who: ann, about: "manager:con", do: upgrade-manager, at: PT1H}
  - {who: bob, about: "manager:con", do: upgrade-manager, at: PT1H10M}
"""
    )

    said = world.advance(DAY)

    assert len(changes(world)) == 1
    assert [each["who"] for each in said] == ["ann", "bob"]


def test_an_upgrade_that_failed_is_not_reported(serve: Callable[[str], Visitor]) -> None:
    """A person whose upgrade fails does not say done."""
    world = serve("""
connectors: [{name: con, hcx: "4.11.2", trouble: upgrade-fails}]
people: [{who: ann, about: "manager:con", do: upgrade-manager}]
""")

    assert world.advance(DAY) == []
    assert world.truth()["managers"][0]["upgrade"] == "FAILED"


def test_a_person_can_wait_for_a_mesh(serve: Callable[[str], Visitor]) -> None:
    """`when` may name a mesh: it comes true once every appliance on both sides has the version."""
    world = serve(
        SITE
        + """
provider: [{cloud: pc, at: PT1H}]
people:
  - {who: ann, about: "manager:con", do: upgrade-manager, at: PT1H, says: false}
  - {who: ann, about: "mesh:mesh", do: upgrade-mesh, at: PT3H}
  - {who: boss, about: "mesh:mesh", do: say-done, when: {mesh: mesh, version: "4.11.4"}}
"""
    )

    said = world.advance(DAY)

    assert [each["who"] for each in said] == ["boss", "ann"]
