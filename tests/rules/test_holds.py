"""Holds: what they reach, and that one more never lets anything go."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.policy import Hold
from shared.rules import holds
from shared.rules.holds import Ground, MeshEnds, held
from shared.rules.tags import TagHold

CLOUD, CONNECTOR, MESH = SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR, SubjectKind.MESH
GROUND = Ground(
    clouds={"pc-1": ("pc-1", "/subscriptions/a/pc-1"), "pc-2": ("pc-2",), "pc-3": ("pc-3",)},
    connectors=("con-a", "con-b"),
    pairs=(("con-a", "pc-1"), ("pc-2", "con-a"), ("con-b", "pc-2"), ("pc-2", "pc-3")),
    meshes=(
        MeshEnds(id="m-a1", name="mesh of a", managers=("con-a", "pc-1")),
        MeshEnds(id="m-a2", name="mesh of a", managers=("con-a", "pc-2")),
        MeshEnds(id="m-b2", name="mesh of b", managers=("con-b", "pc-2")),
        MeshEnds(id="m-23", name="between", managers=("pc-2", "pc-3")),
        MeshEnds(id="m-x", name="half seen", managers=("con-b",)),
    ),
)


def hold(subject: str, **more: str) -> Hold:
    """A hold of the file."""
    return Hold(subject=subject, reason=more.get("reason", "close"), owner="a@contoso.example", until=None)


def tag(reason: str = "tagged") -> TagHold:
    """A hold of a tag."""
    return TagHold(reason=reason, owner="t@contoso.example", until=None, tag="hcx-hold")


@pytest.mark.parametrize(
    ("subject", "reached"),
    [
        ("pc-1", {(CLOUD, "pc-1"), (CONNECTOR, "con-a"), (MESH, "m-a1")}),
        ("PC-1", {(CLOUD, "pc-1"), (CONNECTOR, "con-a"), (MESH, "m-a1")}),
        ("/subscriptions/A/pc-1", {(CLOUD, "pc-1"), (CONNECTOR, "con-a"), (MESH, "m-a1")}),
        ("pc-3", {(CLOUD, "pc-3"), (MESH, "m-23")}),
        ("con-b", {(CONNECTOR, "con-b"), (MESH, "m-b2"), (MESH, "m-x")}),
        ("m-b2", {(MESH, "m-b2")}),
        ("mesh of a", {(MESH, "m-a1"), (MESH, "m-a2")}),
    ],
)
def test_a_hold_reaches_what_touches_its_subject(subject: str, reached: set[holds.Key]) -> None:
    """From a private cloud to its connectors and meshes, from a connector to its meshes, from a mesh to nothing."""
    assert set(held((hold(subject),), {}, GROUND).by) == reached


def test_a_star_holds_everything() -> None:
    """The whole fleet has one subject."""
    assert len(held((hold("*"),), {}, GROUND).by) == 3 + 2 + 5


def test_a_tag_holds_as_the_file_does() -> None:
    """It reaches as far, and says where it stands."""
    found = held((), {"pc-1": tag()}, GROUND)

    assert set(found.by) == set(held((hold("pc-1"),), {}, GROUND).by)
    assert found.by[CONNECTOR, "con-a"].source == "tag hcx-hold of pc-1"


def test_all_holds_on_one_thing_are_named() -> None:
    """The file's own comes first and what spread to it last, since each of them has to go."""
    found = held((hold("pc-2"), hold("con-a")), {"pc-1": tag()}, GROUND).by[CONNECTOR, "con-a"]

    assert found.source == "fleet.yaml: hold on con-a"
    assert set(found.others) == {"tag hcx-hold of pc-1", "fleet.yaml: hold on pc-2"}


def test_a_pair_that_both_ends_list_counts_once() -> None:
    """The same hold does not reach a connector twice."""
    ground = Ground(clouds={"pc-1": ()}, connectors=("con-a",), pairs=(("con-a", "pc-1"), ("pc-1", "con-a")))

    assert held((hold("pc-1"),), {}, ground).by[CONNECTOR, "con-a"].others == ()


def test_a_misspelt_hold_is_reported() -> None:
    """It protects nothing, so somebody must be told."""
    found = held((hold("pc-l"), hold("pc-1")), {}, GROUND)
    (finding,) = holds.findings((hold("pc-l"), hold("pc-1")), found, date(2026, 11, 24))

    assert [one.subject for one in found.unmatched] == ["pc-l"]
    assert (finding.check, finding.subject, finding.verdict) == ("hold-matches-nothing", "pc-l", Verdict.WARN)


def test_a_hold_of_an_empty_fleet_matches_nothing() -> None:
    """Even the star holds nothing where nothing was seen."""
    assert held((hold("*"),), {}, Ground(clouds={})).unmatched == (hold("*"),)


def test_a_hold_that_ended_still_holds_and_is_reported() -> None:
    """Only a person lets it go."""
    ended = Hold(subject="pc-1", reason="close", owner="a@contoso.example", until=date(2026, 11, 23))
    found = held((ended,), {}, GROUND)

    assert (CLOUD, "pc-1") in found.by
    assert [one.check for one in holds.findings((ended,), found, date(2026, 11, 24))] == ["hold-ended"]
    assert holds.findings((ended,), found, date(2026, 11, 23)) == ()


# --- properties -------------------------------------------------------------------------------------------------------

NAMES = ["pc-0", "pc-1", "pc-2", "con-0", "con-1", "mesh-0", "mesh-1", "*", "nobody"]
PAIRS = st.lists(st.tuples(st.sampled_from(NAMES[:5]), st.sampled_from(NAMES[:5])), max_size=6)
GROUNDS = st.builds(
    lambda pairs, ends: Ground(
        clouds=dict.fromkeys(NAMES[:3], ()),
        connectors=tuple(NAMES[3:5]),
        pairs=tuple(pairs),
        meshes=tuple(MeshEnds(id=f"mesh-{number}", name="mesh", managers=two) for number, two in enumerate(ends)),
    ),
    PAIRS,
    PAIRS,
)
HOLDS = st.lists(st.sampled_from([hold(name) for name in NAMES]), max_size=5).map(tuple)
TAGS = st.dictionaries(st.sampled_from(NAMES[:3]), st.just(tag()))


@given(HOLDS, TAGS, GROUNDS, st.sampled_from(NAMES))
def test_one_more_hold_never_lets_anything_go(
    some: tuple[Hold, ...], tagged: dict[str, TagHold], ground: Ground, more: str
) -> None:
    """What was held before stays held."""
    before, after = held(some, tagged, ground), held((*some, hold(more)), tagged, ground)

    assert set(before.by) <= set(after.by)


@given(HOLDS, TAGS, GROUNDS)
def test_every_hold_holds_or_is_reported(some: tuple[Hold, ...], tagged: dict[str, TagHold], ground: Ground) -> None:
    """No hold of the file disappears: something names it, or it matched nothing."""
    found = held(some, tagged, ground)
    named = {source for one in found.by.values() for source in (one.source, *one.others)}

    assert all(one in found.unmatched or f"fleet.yaml: hold on {one.subject}" in named for one in some)


@given(HOLDS, TAGS, GROUNDS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_and_meshes_does_not_matter(
    some: tuple[Hold, ...], tagged: dict[str, TagHold], ground: Ground, chance: Random
) -> None:
    """The same ground in another order is held in the same way."""
    pairs, meshes = list(ground.pairs), list(ground.meshes)
    chance.shuffle(pairs)
    chance.shuffle(meshes)
    other = Ground(clouds=ground.clouds, connectors=ground.connectors, pairs=tuple(pairs), meshes=tuple(meshes))

    assert held(some, tagged, other).by == held(some, tagged, ground).by
