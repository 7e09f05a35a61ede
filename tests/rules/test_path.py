"""Upgrade paths: what the sources list is what is found, and nothing else is."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.version import Version
from shared.rules.catalogue import paths, releases
from shared.rules.catalogue.records import Allowed
from shared.rules.path import MOST_CHAINS, NoPath, chains, doors, hops, reachable

RELEASES = [one.release for one in releases()]
TARGETS = sorted({str(one) for rule in paths().allowed for one in rule.to})
BETWEEN = ["4.2.0", "4.3.3", "4.4.1", "4.7.0", "4.8.1", "4.9.1", "4.11.3.0-24972693", "9.0.2.0.24597083", "10.0.0"]
STRANGE = ["", "4", "latest", "4.11.x", "v4.11.4"]
known_versions = st.sampled_from([*RELEASES, *map(Version, BETWEEN)])
avoided_edges = st.sets(
    st.tuples(st.sampled_from([str(one) for one in RELEASES]), st.sampled_from(TARGETS)), max_size=9
)

LISTED = [
    ("4.8.2", "4.11.4", "4.9.2 4.11.4"),
    ("4.2.4", "4.11.4", "4.8.3 4.9.2 4.11.4"),
    ("4.4.0", "4.11.4", "4.9.2 4.11.4"),
    ("4.10.3", "4.11.4", "4.11.4"),
    ("4.9.0", "4.11.4", "4.11.4"),
    ("4.11.3.0-24972693", "4.11.4", "4.11.4"),
    ("4.3.3", "4.10.3", "4.8.3 4.9.2 4.10.3"),
    ("4.8.3", "4.10.3", "4.9.2 4.10.3"),
    ("4.4.2", "4.9.0", "4.9.0"),
    ("4.11.0", "9.0.0", "9.0.0"),
    ("4.11.0", "9.0.2", "9.0.2"),
    ("4.11.2", "9.0.1", "9.0.1"),
    ("4.11.3", "9.0.2", "9.0.2"),
    ("4.11.4", "9.1.0", "9.1.0"),
    ("9.0.1", "9.1.0", "9.1.0"),
    ("9.1.0", "9.1.0.0100", "9.1.0.0100"),
    ("4.11.5", "9.1.1", "9.1.1"),
    ("9.1.0.0100", "9.1.1", "9.1.1"),
    ("4.10.3", "9.1.1", "4.11.4 9.1.1"),
    ("4.11.1", "9.1.1", "4.11.4 9.1.1"),
]
RULED_OUT = [
    ("4.0", "4.11.4", "redeploy"),
    ("4.2.3", "4.8.3", "redeploy"),
    ("4.3.0", "4.9.0", "complete-first"),
    ("4.11.1", "9.0.0", "back-in-time"),
    ("4.11.3", "9.0.1", "back-in-time"),
    ("4.11.4", "9.0.2", "back-in-time"),
    ("4.11.5", "9.0.2", "back-in-time"),
    ("4.11.5", "9.1.0", "back-in-time"),
    ("4.11.4", "4.10.3", "not-newer"),
    ("9.1.1", "4.11.4", "not-newer"),
    ("4.10.3", "4.11.3", "unknown-target"),
    ("4.11.4", "9.2.0", "unknown-target"),
    ("9.0.0", "9.0.2", "no-listed-path"),
    ("latest", "4.11.4", "unknown-version"),
    ("4.10.3", "", "unknown-version"),
]


@pytest.mark.parametrize(("source", "target", "through"), LISTED)
def test_listed_paths(source: str, target: str, through: str) -> None:
    """A way that the sources list is found as they list it."""
    found = hops(Version(source), Version(target), paths())

    assert not isinstance(found, NoPath)
    assert " ".join(map(str, found)) == through


@pytest.mark.parametrize(("source", "target", "rule"), RULED_OUT)
def test_paths_that_are_none(source: str, target: str, rule: str) -> None:
    """A way that is ruled out or unknown is refused with its rule, its reason and who can do what."""
    found = hops(Version(source), Version(target), paths())

    assert isinstance(found, NoPath)
    assert found.rule == rule
    assert found.detail
    assert found.what_would_open.startswith("the owner of ")


def test_a_version_at_its_target_needs_no_hop() -> None:
    """The same release with another build is there already."""
    assert hops(Version("4.11.4.0-123456"), Version("4.11.4"), paths()) == ()


@given(known_versions, known_versions)
def test_every_path_is_made_of_allowed_hops(source: Version, target: Version) -> None:
    """Each hop is allowed by itself, goes forward, and the last one ends at the target."""
    found = hops(source, target, paths())
    if isinstance(found, NoPath) or not found:
        return

    assert found[-1] == target
    for start, end in zip((source, *found[:-1]), found, strict=True):
        assert start.older_than(end)
        assert any(end.same_release(one) for one in reachable(start, paths()))


@given(known_versions, known_versions)
def test_no_shorter_path_is_left_out(source: Version, target: Version) -> None:
    """No allowed way with fewer hops leads to the target."""
    found = hops(source, target, paths())
    if isinstance(found, NoPath):
        return
    within = [source]
    for _ in range(len(found) - 1):
        within += [release for start in within for release in reachable(start, paths()) if release not in within]

    assert not found or not any(release.same_release(target) for release in within)


@given(known_versions)
def test_the_major_is_crossed_only_where_a_rule_says_so(source: Version) -> None:
    """A hop from 4.x to 9.x stands as such in one of the rules, and goes back in time nowhere."""
    days = {str(one.release): one.released for one in releases()}
    for release in reachable(source, paths()):
        if release.major == source.major:
            continue
        day, later = days.get(source.release), days.get(str(release))

        assert any(rule.start.holds(source) and release in rule.to and not rule.via for rule in paths().allowed)
        assert day is None or later is None or day <= later


@pytest.mark.parametrize("rule", [one for one in paths().allowed if one.via], ids=lambda rule: str(rule.to[0]))
def test_via_is_taken_literally(rule: Allowed) -> None:
    """For each release in the range of a rule with stopovers, the path is those stopovers and the target."""
    inside = [one for one in (*RELEASES, *map(Version, BETWEEN)) if rule.start.holds(one)]

    assert inside
    assert all(hops(one, rule.to[0], paths()) == (*rule.via, *rule.to) for one in inside)


@given(st.sampled_from(STRANGE), st.sampled_from(TARGETS))
def test_what_is_not_understood_leads_nowhere(source: str, target: str) -> None:
    """A version of no known shape has no path, in either direction."""
    for pair in ((source, target), (target, source)):
        found = hops(Version(pair[0]), Version(pair[1]), paths())

        assert isinstance(found, NoPath)
        assert found.rule == "unknown-version"


# --- several ways, and hops that are not taken ------------------------------------------------------------------------


def ways(source: str, target: str, *avoided: tuple[str, str]) -> list[str] | NoPath:
    """The ways as text, with these hops avoided."""
    found = chains(
        Version(source), Version(target), paths(), lambda a, b: "bad" if (str(a), str(b)) in avoided else None
    )
    return found if isinstance(found, NoPath) else [" ".join(map(str, way)) for way in found]


def all_ways(source: Version, target: Version, avoided: set[tuple[str, str]]) -> list[tuple[Version, ...]]:
    """Every way there is, found by walking all of them."""
    found: list[tuple[Version, ...]] = (
        [(target,)] if any(target.same_release(one) for one in clean_steps(source, avoided)) else []
    )
    for onward in clean_steps(source, avoided):
        if onward.older_than(target):
            found += [(onward, *rest) for rest in all_ways(onward, target, avoided)]
    return found


def clean_steps(source: Version, avoided: set[tuple[str, str]]) -> list[Version]:
    """Releases one hop on that are not avoided."""
    return [one for one in reachable(source, paths()) if (source.release, one.release) not in avoided]


def test_ways_come_in_order_of_preference() -> None:
    """Fewest hops first, then the newest stopovers; one hop more than needed comes last."""
    assert ways("4.8.2", "4.11.4") == ["4.9.2 4.11.4", "4.9.0 4.11.4", "4.9.2 4.10.3 4.11.4", "4.9.0 4.10.3 4.11.4"]
    assert ways("4.11.4.0-123456", "4.11.4") == [""]


def test_an_avoided_hop_is_walked_around() -> None:
    """With a risk on a hop, the ways that are left are taken, even when they are longer."""
    assert ways("4.8.2", "4.11.4", ("4.9.2", "4.11.4")) == [
        "4.9.0 4.11.4",
        "4.9.2 4.10.3 4.11.4",
        "4.9.0 4.10.3 4.11.4",
    ]
    assert ways("4.10.3", "9.1.1", ("4.11.4", "9.1.1")) == [
        "4.11.4 9.1.0.0100 9.1.1",
        "4.11.4 9.1.0 9.1.1",
        "4.11.4 9.1.0 9.1.0.0100 9.1.1",
    ]


def test_where_every_way_is_avoided_the_risk_is_the_reason() -> None:
    """When a known risk stands on every way, it is named, and so is who can accept it."""
    assert ways("4.10.3", "4.11.4", ("4.10.3", "4.11.4")) == NoPath(
        rule="known-risk",
        detail="bad",
        what_would_open="the owner of fleet.yaml: accept that risk with an owner, a reason and an end, "
        "or choose another target",
    )


@given(known_versions, known_versions)
def test_the_first_way_is_the_path(source: Version, target: Version) -> None:
    """Whoever wants one way gets the first of several, or the same refusal."""
    found, one = chains(source, target, paths()), hops(source, target, paths())

    assert one == (found if isinstance(found, NoPath) else found[0])


@given(known_versions, st.sampled_from(TARGETS).map(Version), avoided_edges)
def test_ways_are_what_a_walk_through_everything_finds(
    source: Version, target: Version, avoided: set[tuple[str, str]]
) -> None:
    """The ways are all different, clean, no more than one hop longer than the shortest, and none is left out."""
    found = chains(source, target, paths(), lambda a, b: "bad" if (a.release, b.release) in avoided else None)
    if isinstance(found, NoPath):
        assert found.rule != "known-risk" or not all_ways(source, target, avoided)
        return
    every = all_ways(source, target, avoided)
    shortest = min(map(len, every), default=0)

    assert len(set(found)) == len(found) <= MOST_CHAINS
    assert [len(one) for one in found] == sorted(len(one) for one in found)
    assert set(found) <= {one for one in every if len(one) <= shortest + 1} | {()}
    assert len(found) == min(MOST_CHAINS, max(1, sum(1 for one in every if len(one) <= shortest + 1)))
    for way in found:
        assert not any((a.release, b.release) in avoided for a, b in pairwise((source, *way)))


DOORS = [
    ("4.11.0", "4.11.4", "9.0.2 9.0.1 9.0.0"),
    ("4.11.3", "4.11.4", "9.0.2"),
    ("4.10.3", "4.11.4", ""),
    ("4.11.4", "9.1.1", ""),
]


@pytest.mark.parametrize(("source", "target", "closes"), DOORS)
def test_doors_that_a_hop_closes(source: str, target: str, closes: str) -> None:
    """A hop closes the newer releases that its source could have reached and its target cannot, the newest first."""
    assert " ".join(map(str, doors(Version(source), Version(target), paths()))) == closes


@given(known_versions, known_versions, st.sampled_from(TARGETS).map(Version))
def test_a_door_is_a_way_that_is_gone(source: Version, target: Version, door: Version) -> None:
    """A release is a closed door exactly if there was a way to it, it is newer than the target, and there is none."""
    before, after = hops(source, door, paths()), hops(target, door, paths())
    was_open = not isinstance(before, NoPath) and not source.same_release(door)
    gone = was_open and target.older_than(door) and isinstance(after, NoPath)

    assert (door in doors(source, target, paths())) == gone


def test_ways_of_a_whole_fleet_are_found_at_once() -> None:
    """Twenty thousand managers, each with builds of its own, ask for little more than one look each."""
    began = time.perf_counter()

    for build in range(10_000, 30_000):
        chains(Version(f"4.8.2-{build}"), Version("4.11.4"), paths(), lambda _source, _target: None)

    assert time.perf_counter() - began < 3  # half a second by itself
