"""Upgrade paths: the shortest sequence of releases that the catalogue allows, or why there is none.

A path is strung together from listed ways only. That a release is newer, or that its neighbours can be upgraded, says
nothing: back-in-time rules forbid hops that look natural by their numbers.
"""

from collections.abc import Iterable
from itertools import pairwise

from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import Allowed, Closed, Paths


@record
class NoPath:
    """Why there is no path."""

    rule: str
    """Stable code, such as `redeploy`, `back-in-time` or `no-listed-path`."""
    detail: str
    what_would_open: str
    """Who can do what about it."""


def hops(source: Version, target: Version, paths: Paths) -> tuple[Version, ...] | NoPath:
    """The releases to go through from `source`, the last one being `target`; empty where both are one release.

    Among paths of equal length, the one is taken that stays longest in the source's major, since 4.x and 9.x do not
    pair, and then the one with the newest releases.
    """
    refused = _unreadable(source, target) or _not_listed(source, target, paths)
    if refused is not None:
        return refused
    if source.same_release(target):
        return ()
    rule = _closed(source, target, paths)
    if rule is not None:
        return NoPath(rule=rule.rule, detail=rule.detail, what_would_open=rule.opens)
    return _shortest(source, target, paths) or _nowhere(source, target, paths)


def reachable(source: Version, paths: Paths) -> tuple[Version, ...]:
    """Releases that one hop from `source`, which must be known, may lead to, oldest first."""
    newer = (release for release in _listed(paths) if source.older_than(release))
    open_ones = (release for release in newer if _closed(source, release, paths) is None)
    return tuple(release for release in open_ones if any(_leads(rule, source, release) for rule in paths.allowed))


def _shortest(source: Version, target: Version, paths: Paths) -> tuple[Version, ...] | None:
    """Level by level; of several ways to the same release the preferred one is kept, so that the choice is exact."""
    order = {release: position for position, release in enumerate(_listed(paths))}

    def preference(path: tuple[Version, ...]) -> list[tuple[bool, int]]:
        return [(one.major == source.major, order[one]) for one in path]

    level: dict[Version, tuple[Version, ...]] = {source: ()}
    met: set[Version] = set()
    while level:
        following: dict[Version, tuple[Version, ...]] = {}
        for at, path in level.items():
            for release in reachable(at, paths):
                longer = (*path, release)
                if release not in met:
                    following[release] = max(following.get(release, longer), longer, key=preference)
        arrived = next((path for release, path in following.items() if release.same_release(target)), None)
        if arrived is not None:
            return (*arrived[:-1], target)
        met |= following.keys()
        level = following
    return None


def _leads(rule: Allowed, source: Version, release: Version) -> bool:
    """Whether one hop of a rule goes from `source` to `release`: into its first release, or between two of them."""
    return any(
        (rule.start.holds(source) and release == chain[0])
        or any(source.same_release(a) and release == b for a, b in pairwise(chain))
        for chain in ((*rule.via, to) for to in rule.to)
    )


def _listed(paths: Paths) -> list[Version]:
    """Every release that some rule leads to or through, oldest first."""
    found: list[Version] = []
    for release in (one for rule in paths.allowed for one in (*rule.via, *rule.to)):
        if release not in found:
            older = sum(1 for one in found if one.older_than(release))
            found.insert(older, release)
    return found


def _closed(source: Version, target: Version, paths: Paths) -> Closed | None:
    return next((rule for rule in paths.closed if rule.start.holds(source) and rule.to.holds(target)), None)


# --- why there is none ------------------------------------------------------------------------------------------------


def _unreadable(source: Version, target: Version) -> NoPath | None:
    strange = [str(version) for version in (source, target) if not version.known]
    if not strange:
        return None
    return NoPath(
        rule="unknown-version",
        detail=f"version {' and '.join(strange)} is not understood",
        what_would_open="the owner of hcx-fleet: add the shape of that version with its source",
    )


def _not_listed(source: Version, target: Version, paths: Paths) -> NoPath | None:
    if target.older_than(source):
        return NoPath(
            rule="not-newer",
            detail=f"{target.release} is older than {source.release}",
            what_would_open="the owner of fleet.yaml: choose a target that is not older",
        )
    if source.same_release(target) or any(target.same_release(one) for one in _listed(paths)):
        return None
    return NoPath(
        rule="unknown-target",
        detail=f"no listed way leads to {target.release}",
        what_would_open=f"the owner of fleet.yaml: choose one of {_names(_listed(paths))}",
    )


def _nowhere(source: Version, target: Version, paths: Paths) -> NoPath:
    onward = _names(reachable(source, paths))
    return NoPath(
        rule="no-listed-path",
        detail=f"no listed ways go from {source.release} to {target.release}"
        + (f"; one hop from {source.release} leads to {onward}" if onward else ""),
        what_would_open="the owner of fleet.yaml: choose another target, or have the path added with its source",
    )


def _names(releases: Iterable[Version]) -> str:
    return ", ".join(map(str, releases))
