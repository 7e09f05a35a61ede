"""Upgrade paths: what the sources list is what is found, and nothing else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.version import Version
from shared.rules.catalogue import paths, releases
from shared.rules.catalogue.records import Allowed
from shared.rules.path import NoPath, hops, reachable

RELEASES = [one.release for one in releases()]
TARGETS = sorted({str(one) for rule in paths().allowed for one in rule.to})
BETWEEN = ["4.2.0", "4.3.3", "4.4.1", "4.7.0", "4.8.1", "4.9.1", "4.11.3.0-24972693", "9.0.2.0.24597083", "10.0.0"]
STRANGE = ["", "4", "latest", "4.11.x", "v4.11.4"]
known_versions = st.sampled_from([*RELEASES, *map(Version, BETWEEN)])

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
