"""The order of hops: stories of single groups, told by who goes when and who waits for whom."""

import time

from shared.model.version import Version
from shared.rules.catalogue import paths
from shared.rules.path import NoPath, chains
from shared.rules.sequence import MeshMover, Mover, Sequenced, Stage, Way, sequence
from shared.rules.sequencing.records import Chain
from tests.builders.skew_rules import skew_rules


def cloud(name: str, source: str, *ways: str, **more: object) -> Mover:
    """A cloud manager that leads; each way is its releases as one text."""
    return mover(name, source, *ways, **{"leads": True, **more})


def mover(name: str, source: str, *ways: str, **more: object) -> Mover:
    """A manager that goes one of these ways, or stays where there is none."""
    return Mover(id=name, source=Version(source), chains=tuple(map(chain, ways)), **more)  # type: ignore[arg-type]


def listed(name: str, source: str, target: str, **more: object) -> Mover:
    """A manager with the ways that the catalogue lists."""
    found = chains(Version(source), Version(target), paths())
    assert not isinstance(found, NoPath)
    return Mover(id=name, source=Version(source), chains=found, **more)  # type: ignore[arg-type]


def chain(text: str) -> Chain:
    """Releases from one text."""
    return tuple(map(Version, text.split()))


def mesh(name: str, initiator: str, receiver: str, version: str | None, **more: object) -> MeshMover:
    """A mesh with appliances of that version."""
    appliances = Version(version) if version else None
    return MeshMover(id=name, initiator=initiator, receiver=receiver, version=appliances, **more)  # type: ignore[arg-type]


def order(found: Sequenced) -> list[str]:
    """The order as text."""
    return [f"{one.subject} {one.version}" for one in found.order]


def waits(found: Sequenced, name: str) -> list[str]:
    """What each hop of a manager waits for, as text; first of all the managers that its first hop comes after."""
    way = found.ways[name]
    assert isinstance(way, Way)
    needs = [" ".join(f"{need.subject}@{need.version}" for need in hop) for hop in way.requires]
    return [f"after {' '.join(way.after)}".strip(), *needs]


def stages(found: Sequenced, name: str) -> list[str]:
    """The upgrades of a mesh as text: release, what it requires, and whom it comes after."""
    planned = found.stages[name]
    assert not isinstance(planned, NoPath)
    return [_stage(one) for one in planned]


def _stage(stage: Stage) -> str:
    needs = " ".join(f"{need.subject}@{need.version}" for need in stage.requires)
    return f"{stage.version} wave {stage.wave} needs [{needs}] after [{' '.join(stage.after)}]"


def refusal(found: Sequenced, name: str) -> NoPath:
    """Why a manager or a mesh has no way."""
    why = found.ways.get(name, found.stages.get(name))
    assert isinstance(why, NoPath)
    return why


# --- one pair ---------------------------------------------------------------------------------------------------------


def test_a_connector_two_hops_behind_comes_nearer() -> None:
    """A connector that the provider left three minors behind goes both its hops, and the mesh follows once."""
    found = sequence(
        [cloud("pc", "4.11.4", stays_because="already 4.11.4"), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2")],
        skew_rules(),
    )

    assert order(found) == ["con 4.9.2", "con 4.11.4"]
    assert waits(found, "con") == ["after", "", ""]
    assert stages(found, "m") == ["4.11.4 wave 0 needs [] after [con]"]


def test_both_sides_of_a_pair_go_in_turns() -> None:
    """Two managers of ours at 4.8.2 take turns, the cloud first; the mesh follows at 4.9.2, where both meet."""
    found = sequence(
        [listed("pc", "4.8.2", "4.11.4", leads=True), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2")],
        skew_rules(),
    )

    assert order(found) == ["pc 4.9.2", "con 4.9.2", "m 4.9.2", "pc 4.11.4", "con 4.11.4"]
    assert waits(found, "pc") == ["after", "", "con@4.9.2 m@4.9.2"]
    assert waits(found, "con") == ["after", "pc@4.9.2", "pc@4.11.4 m@4.9.2"]
    assert stages(found, "m") == [
        "4.9.2 wave 0 needs [con@4.9.2 pc@4.9.2] after []",
        "4.11.4 wave 0 needs [] after [con pc]",
    ]


def test_a_pair_within_the_limit_is_ordered_by_policy_alone() -> None:
    """From 4.10.3 to 4.11.4 the rules ask for nothing: a connector waits for its cloud only where clouds go first."""
    for leads, expected in ((True, "after pc"), (False, "after")):
        found = sequence(
            [mover("pc", "4.10.3", "4.11.4", leads=leads), mover("con", "4.10.3", "4.11.4")],
            [("pc", "con")],
            [mesh("m", "con", "pc", "4.10.3")],
            skew_rules(),
        )

        assert (waits(found, "pc"), waits(found, "con")) == (["after", ""], [expected, ""])
        assert stages(found, "m") == ["4.11.4 wave 0 needs [] after [con pc]"]


def test_where_nobody_leads_only_the_limit_counts() -> None:
    """Without an order of policy, first hops are free, and the second ones wait for the other side's first."""
    found = sequence(
        [mover("one", "4.8.2", "4.9.2 4.11.4"), mover("two", "4.8.2", "4.9.2 4.11.4")],
        [("one", "two")],
        [],
        skew_rules(),
    )

    assert (waits(found, "one"), waits(found, "two")) == (["after", "", "two@4.9.2"], ["after", "", "one@4.9.2"])


def test_the_connector_goes_before_a_jump_of_the_provider() -> None:
    """Before the provider takes a cloud from 4.8.2 to 4.11.4 at once, the connector must have come to 4.9.2."""
    found = sequence(
        [cloud("pc", "4.8.2", "4.11.4", provider=True), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [],
        skew_rules(),
    )

    assert order(found) == ["con 4.9.2", "pc 4.11.4", "con 4.11.4"]
    assert (waits(found, "pc"), waits(found, "con")) == (["after", "con@4.9.2"], ["after", "", "pc@4.11.4"])


def test_a_jump_of_the_provider_leaves_a_mesh_behind() -> None:
    """With a mesh at 4.8.2 that jump is refused: its managers never meet where the mesh could follow in time."""
    found = sequence(
        [cloud("pc", "4.8.2", "4.11.4", provider=True), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2")],
        skew_rules(),
    )

    assert refusal(found, "pc") == NoPath(
        rule="appliance-skew",
        detail="pc cannot go from 4.8.2 to 4.11.4: the appliances of mesh m, at 4.8.2, would be 3 minor releases "
        "behind, and 2 is the most, and its managers never meet at a release on the way where it could follow",
        what_would_open="the provider: let pc and con both stop at one release of 4.10 at most, where mesh m can "
        "follow",
    )
    assert refusal(found, "con").rule == "appliance-skew"
    assert found.stages["m"] == ()


def test_another_way_is_taken_where_the_first_one_does_not_fit() -> None:
    """With one minor of distance allowed, one side goes by 4.10.3, a hop more, and the other one can jump past it."""
    found = sequence(
        [listed("pc", "4.8.2", "4.11.4", leads=True), listed("con", "4.8.2", "4.11.4")],
        [("con", "pc")],
        [],
        skew_rules(managers=1),
    )

    assert order(found) == ["pc 4.9.2", "con 4.9.2", "con 4.10.3", "pc 4.11.4", "con 4.11.4"]


def test_neither_side_can_go_first() -> None:
    """From 4.4.2 the first listed hop is five minors long, so that neither side can take it before the other."""
    found = sequence(
        [listed("pc", "4.4.2", "4.11.4", leads=True), listed("con", "4.4.2", "4.11.4")],
        [("pc", "con")],
        [],
        skew_rules(),
    )

    assert refusal(found, "con") == NoPath(
        rule="skew",
        detail="con cannot go from 4.4.2 to 4.9.2 while pc, which it is paired with, is at 4.4.2: they would be "
        "5 minor releases apart, and 2 is the most; neither can go first",
        what_would_open="the owner of fleet.yaml: take con to a release of 4.6 at most first; where no listed way "
        "stops at one, have a release in between added to the catalogue with its source",
    )
    assert refusal(found, "pc").rule == "skew"


def test_a_mesh_that_was_left_behind_follows_first() -> None:
    """A mesh three minors behind managers at 4.9.2 follows to 4.9.2 before these go on, and to the end afterwards."""
    found = sequence(
        [cloud("pc", "4.9.2", "4.11.4"), mover("con", "4.9.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.6.0")],
        skew_rules(),
    )

    assert order(found) == ["m 4.9.2", "pc 4.11.4", "con 4.11.4"]
    assert waits(found, "pc") == ["after", "m@4.9.2"]
    assert stages(found, "m")[0] == "4.9.2 wave 0 needs [] after []"


def test_a_mesh_follows_as_rarely_as_it_can() -> None:
    """Of the releases at which both sides meet, the mesh takes the newest one that is near enough, and no other."""
    found = sequence(
        [cloud("pc", "4.8.2", "4.9.2 4.10.3 4.11.4"), mover("con", "4.8.2", "4.9.2 4.10.3 4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2")],
        skew_rules(),
    )

    assert [one.split()[0] for one in stages(found, "m")] == ["4.10.3", "4.11.4"]


def test_managers_of_two_targets_are_a_contradiction() -> None:
    """When both sides move to different ends, neither does, and the file is to be mended."""
    found = sequence(
        [cloud("pc", "4.10.3", "4.11.4"), mover("con", "4.9.2", "4.10.3")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.9.2")],
        skew_rules(),
    )

    assert {name: refusal(found, name).rule for name in ("pc", "con", "m")} == dict.fromkeys(
        ("pc", "con", "m"), "ends-apart"
    )
    assert refusal(found, "con").detail == "con would end at 4.10.3, and pc, which it is paired with, at 4.11.4"


# --- several clouds ---------------------------------------------------------------------------------------------------


def test_a_shared_connector_goes_with_its_clouds_where_the_late_one_stays_near() -> None:
    """At 4.10.3 a connector of the first wave may leave a cloud of the second one behind for a while."""
    found = sequence(
        [
            cloud("pc-1", "4.10.3", "4.11.4"),
            cloud("pc-late", "4.10.3", "4.11.4", wave=1),
            mover("con", "4.10.3", "4.11.4"),
        ],
        [("con", "pc-1"), ("con", "pc-late")],
        [mesh("m-1", "con", "pc-1", "4.10.3"), mesh("m-late", "con", "pc-late", "4.10.3", wave=1)],
        skew_rules(),
    )

    assert order(found) == ["pc-1 4.11.4", "con 4.11.4", "pc-late 4.11.4"]
    assert (waits(found, "con"), waits(found, "pc-late")) == (["after pc-1", ""], ["after", ""])
    assert stages(found, "m-1") == ["4.11.4 wave 0 needs [] after [con pc-1]"]
    assert stages(found, "m-late") == ["4.11.4 wave 1 needs [] after [con pc-late]"]


def test_a_shared_connector_cannot_leave_a_late_cloud_three_minors_behind() -> None:
    """At 4.8.2 the cloud of a later wave is in the way of the connector, and so of the cloud of the first wave."""
    found = sequence(
        [
            listed("pc-1", "4.8.2", "4.11.4", leads=True),
            listed("pc-late", "4.8.2", "4.11.4", leads=True, wave=1),
            listed("con", "4.8.2", "4.11.4"),
        ],
        [("con", "pc-1"), ("con", "pc-late")],
        [],
        skew_rules(),
    )

    assert refusal(found, "con") == NoPath(
        rule="skew",
        detail="con cannot go from 4.9.2 to 4.11.4 while pc-late, which it is paired with, is at 4.8.2 (it moves in a "
        "later wave): they would be 3 minor releases apart, and 2 is the most",
        what_would_open="the owner of fleet.yaml: put con and pc-late into one wave, or set sharedConnectors to last",
    )
    assert "it has no way itself: skew" in refusal(found, "pc-1").detail


def test_one_held_cloud_keeps_back_what_would_leave_it_behind() -> None:
    """A held cloud at 4.8.2 keeps its connector from 4.11.4, and the hold is named; its other cloud stays with it."""
    found = sequence(
        [
            listed("pc-1", "4.8.2", "4.11.4", leads=True),
            cloud("pc-held", "4.8.2", stays_because="held: year-end close"),
            listed("con", "4.8.2", "4.11.4"),
        ],
        [("con", "pc-1"), ("con", "pc-held")],
        [],
        skew_rules(),
    )

    assert refusal(found, "con") == NoPath(
        rule="skew",
        detail="con cannot go from 4.9.2 to 4.11.4 while pc-held, which it is paired with, is at 4.8.2 (it stays: "
        "held: year-end close): they would be 3 minor releases apart, and 2 is the most",
        what_would_open="the owner of fleet.yaml: let pc-held go to 4.9 or later, or choose a target of 4.10 at most "
        "for con",
    )
    assert "pc-held" not in found.ways


def test_a_held_cloud_within_the_limit_keeps_nobody_back() -> None:
    """A held cloud at 4.10.3 stays, the others go on, and its mesh waits with the hold as the reason."""
    found = sequence(
        [
            cloud("pc-1", "4.10.3", "4.11.4"),
            cloud("pc-held", "4.10.3", stays_because="held: year-end close"),
            mover("con", "4.10.3", "4.11.4"),
        ],
        [("con", "pc-1"), ("con", "pc-held")],
        [mesh("m-1", "con", "pc-1", "4.10.3"), mesh("m-held", "con", "pc-held", "4.10.3")],
        skew_rules(),
    )

    assert order(found) == ["pc-1 4.11.4", "con 4.11.4"]
    assert refusal(found, "m-held") == NoPath(
        rule="ends-apart",
        detail="its managers end at different releases: con at 4.11.4, pc-held at 4.10.3 (it stays: held: "
        "year-end close)",
        what_would_open="the owner of fleet.yaml: see what keeps back pc-held, or give both managers one target",
    )


def test_a_connector_does_not_stay_for_one_cloud_of_another_target() -> None:
    """Of a connector and a cloud with different ends the one gives way that fewer of its partners agree with."""
    found = sequence(
        [
            cloud("pc-1", "4.10.3", "4.11.4"),
            cloud("pc-2", "4.10.3", "4.11.4"),
            cloud("pc-other", "4.9.2", "4.10.3"),
            mover("con", "4.10.3", "4.11.4"),
        ],
        [("con", "pc-1"), ("con", "pc-2"), ("con", "pc-other")],
        [],
        skew_rules(),
    )

    assert refusal(found, "pc-other").rule == "ends-apart"
    assert order(found) == ["pc-1 4.11.4", "pc-2 4.11.4", "con 4.11.4"]


def test_clouds_paired_with_each_other_take_turns() -> None:
    """Two paired cloud managers, both leading, go in the order of their names and keep within the limit."""
    found = sequence(
        [listed("pc-b", "4.8.2", "4.11.4", leads=True), listed("pc-a", "4.8.2", "4.11.4", leads=True)],
        [("pc-b", "pc-a")],
        [mesh("m", "pc-a", "pc-b", "4.9.2")],
        skew_rules(),
    )

    assert order(found) == ["pc-a 4.9.2", "pc-b 4.9.2", "pc-a 4.11.4", "pc-b 4.11.4"]
    assert (waits(found, "pc-a"), waits(found, "pc-b")) == (["after", "", "pc-b@4.9.2"], ["after", "", "pc-a@4.9.2"])


# --- majors, borders, strangers ---------------------------------------------------------------------------------------


def test_a_pair_across_majors_moves_nowhere() -> None:
    """A 4.x that is found paired with a 9.x is a flag day for people: neither gets a way, not even one to the other."""
    found = sequence(
        [cloud("pc", "9.0.2", "9.1.1"), listed("con", "4.11.4", "9.1.1"), mover("other", "4.10.3", "4.11.4")],
        [("pc", "con"), ("con", "other")],
        [mesh("m", "con", "pc", "4.11.4")],
        skew_rules(),
    )

    assert refusal(found, "con") == NoPath(
        rule="cross-major",
        detail="con at 4.11.4 is paired with pc at 9.0.2: 4.x and 9.x do not pair",
        what_would_open="the owner of fleet.yaml: agree on a flag day",
    )
    assert refusal(found, "pc").rule == "cross-major"
    assert refusal(found, "m").rule == "ends-apart"
    assert order(found) == ["other 4.11.4"]


def test_a_partner_that_stays_keeps_a_manager_from_the_next_major() -> None:
    """Nobody goes to 9.x while a partner stays at 4.x, and that is told before the distance."""
    found = sequence(
        [cloud("pc", "4.11.4", "9.1.1"), mover("con", "4.11.4", stays_because="no wave selects it")],
        [("pc", "con")],
        [],
        skew_rules(),
    )

    assert refusal(found, "pc") == NoPath(
        rule="cross-major",
        detail="pc cannot go from 4.11.4 to 9.1.1 while con, which it is paired with, is at 4.11.4 (it stays: no wave "
        "selects it): 4.x and 9.x do not pair",
        what_would_open="the owner of fleet.yaml: agree on a flag day",
    )


def test_no_order_takes_a_pair_to_the_next_major() -> None:
    """Even if both sides are to go to 9.x, one of them would be there alone in between."""
    found = sequence(
        [listed("pc", "4.11.4", "9.1.1", leads=True), listed("con", "4.11.4", "9.1.1")],
        [("pc", "con")],
        [],
        skew_rules(),
    )

    assert {refusal(found, name).rule for name in ("pc", "con")} == {"cross-major"}


def test_a_manager_without_partners_goes_to_the_next_major() -> None:
    """Nothing keeps back a manager that is paired with nobody."""
    found = sequence([listed("pc", "4.10.3", "9.1.1", leads=True)], [], [], skew_rules())

    assert order(found) == ["pc 4.11.4", "pc 9.1.1"]


def test_a_strict_mesh_waits_for_every_paired_manager() -> None:
    """A mesh to 9.x waits for the other partners of its managers, in their wave; one that stays keeps it back."""
    movers = [cloud("pc-1", "9.0.2", "9.1.1"), mover("con", "9.0.2", "9.1.1")]
    pairs = [("pc-1", "con"), ("pc-2", "con")]
    meshes = [mesh("m", "con", "pc-1", "9.0.2")]

    late = sequence([*movers, cloud("pc-2", "9.0.2", "9.1.1", wave=3)], pairs, meshes, skew_rules())
    held = sequence([*movers, cloud("pc-2", "9.0.2", stays_because="held")], pairs, meshes, skew_rules())

    assert stages(late, "m") == ["9.1.1 wave 3 needs [] after [con pc-1 pc-2]"]
    assert refusal(held, "m").detail == (
        "it waits for every manager paired with one of its own two: pc-2 at 9.0.2 (it stays: held); "
        "all paired managers go first"
    )


def test_nobody_crosses_a_border_and_leaves_a_mesh_behind() -> None:
    """From before 4.4, managers go beyond it only if their mesh does."""
    movers = [cloud("pc", "4.3.3", "4.4.2"), mover("con", "4.3.3", "4.4.2")]

    follows = sequence(movers, [("pc", "con")], [mesh("m", "con", "pc", "4.3.3")], skew_rules())
    stays = sequence(movers, [("pc", "con")], [mesh("m", "con", "pc", "4.3.3", stays_because="held")], skew_rules())

    assert stages(follows, "m") == ["4.4.2 wave 0 needs [] after [con pc]"]
    assert refusal(stays, "con") == NoPath(
        rule="photon",
        detail="con would cross 4.4.0 and leave mesh m behind, which is not upgraded: it stays: held; "
        "every appliance must follow",
        what_would_open="who keeps back mesh m: let it be upgraded",
    )


def test_a_mesh_that_stays_keeps_its_managers_near() -> None:
    """A held mesh at 4.8.2 keeps both its managers from 4.11.4."""
    found = sequence(
        [listed("pc", "4.8.2", "4.11.4", leads=True), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2", stays_because="held: in use")],
        skew_rules(),
    )

    assert refusal(found, "con").detail.endswith("and it stays: held: in use")
    assert {refusal(found, name).rule for name in ("pc", "con")} == {"appliance-skew"}
    assert refusal(found, "m") == NoPath(
        rule="stays", detail="it stays: held: in use", what_would_open="who keeps back mesh m: let it be upgraded"
    )


def test_a_partner_of_unknown_version_keeps_a_manager_where_it_is() -> None:
    """What is not understood compares with nothing, so that nobody moves beside it."""
    found = sequence(
        [cloud("pc", "HCX-next"), mover("con", "4.10.3", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.10.3")],
        skew_rules(),
    )

    assert refusal(found, "con").detail == (
        "con: the version of pc, which it is paired with, ('HCX-next') is not understood"
    )
    assert {refusal(found, name).rule for name in ("con", "m")} == {"unknown-version"}


def test_a_mesh_that_belongs_to_a_later_wave_cannot_follow_in_between() -> None:
    """A mesh that has to follow between the hops of its managers must be in their wave."""
    found = sequence(
        [listed("pc", "4.8.2", "4.11.4", leads=True), listed("con", "4.8.2", "4.11.4")],
        [("pc", "con")],
        [mesh("m", "con", "pc", "4.8.2", wave=1)],
        skew_rules(),
    )

    assert refusal(found, "pc").detail == (
        "pc cannot go from 4.9.2 to 4.11.4 before mesh m has followed to 4.9.2, or the appliances of mesh m, at 4.8.2, "
        "would be 3 minor releases behind, and 2 is the most; con is at 4.9.2, and the mesh belongs to a later wave"
    )


# --- many -------------------------------------------------------------------------------------------------------------


def test_a_connector_for_thousands_of_clouds_costs_no_more_than_its_pairs() -> None:
    """Three thousand clouds on one connector, each with a mesh, are put in order in a moment."""
    clouds = [listed(f"pc-{number}", "4.8.2", "4.11.4", leads=True) for number in range(3_000)]
    meshes = [mesh(f"m-{one.id}", "con", one.id, "4.8.2") for one in clouds]
    began = time.perf_counter()

    found = sequence(
        [*clouds, listed("con", "4.8.2", "4.11.4")], [(one.id, "con") for one in clouds], meshes, skew_rules()
    )

    assert len(found.order) == 3_000 * 3 + 2
    assert time.perf_counter() - began < 3  # a fraction of a second by itself; each cloud with each other takes minutes
