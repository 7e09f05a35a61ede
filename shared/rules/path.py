"""Upgrade paths: sequences of releases that the catalogue allows, or why there is none.

A path is strung together from listed ways only. That a release is newer, or that its neighbours can be upgraded, says
nothing: back-in-time rules forbid hops that look natural by their numbers.

Among paths of equal length, the one is preferred that stays longest in the source's major, since 4.x and 9.x do not
pair, and then the one with the newest releases.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import Allowed, Closed, Paths

MOST_CHAINS = 8
"""How many ways are worth having: more of them differ in stopovers that nobody would tell apart."""

type Avoid = Callable[[Version, Version], str | None]
"""The reason for which the hop from one release to the other is not taken, None where nothing speaks against it."""

type Edges = frozenset[tuple[Version, Version]]


@record
class NoPath:
    """Why there is no path."""

    rule: str
    """Stable code, such as `redeploy`, `back-in-time` or `no-listed-path`."""
    detail: str
    what_would_open: str
    """Who can do what about it."""


def hops(source: Version, target: Version, paths: Paths) -> tuple[Version, ...] | NoPath:
    """The releases to go through from `source`, the last one being `target`; empty where both are one release."""
    found = chains(source, target, paths)
    return found if isinstance(found, NoPath) else found[0]


def chains(
    source: Version, target: Version, paths: Paths, avoid: Avoid | None = None
) -> tuple[tuple[Version, ...], ...] | NoPath:
    """Ways from `source` to `target`, preferred ones first, none more than one hop longer than the shortest.

    Args:
        source: the version to start from.
        target: the release that each way ends at.
        paths: what the catalogue lists.
        avoid: what speaks against single hops, given as releases without builds. It is asked about hops of ways that
            would be taken, and no others: asking every risk about every listed hop, for each manager of a fleet, would
            be most of the work of a plan.

    Returns:
        One empty way where both are one release already.
    """
    refused = _unreadable(source, target)
    if refused is not None:
        return refused
    network = _network(paths)
    start = network.start(source)
    refused = network.refusal(start, target)
    if refused is not None:
        return refused
    if start.same_release(target):
        return ((),)
    found, speaking = _clean(network, start, target, avoid or _nothing)
    if found:
        return tuple((*way[:-1], target) for way in found)  # as the target is written, whatever its build
    return _risky(speaking) if speaking else _nowhere(start, target, network)


def reachable(source: Version, paths: Paths) -> tuple[Version, ...]:
    """Releases that one hop from `source`, which must be known, may lead to, oldest first."""
    network = _network(paths)
    return network.onward(network.start(source))


def doors(source: Version, target: Version, paths: Paths) -> tuple[Version, ...]:
    """What going from `source` to `target`, both known, closes: newer releases that are in reach before and not after.

    Newest first. Releases older than the target are out of reach by their age, which needs no saying.
    """
    network = _network(paths)
    kept = network.within(network.start(target))
    lost = (one for one in network.within(network.start(source)) if target.older_than(one) and one not in kept)
    return tuple(sorted(lost, key=lambda one: one.order, reverse=True))


# --- what is listed, as a graph ---------------------------------------------------------------------------------------


class _Network:
    """The listed ways as a graph of releases; hops go to newer releases only, so that no way comes back."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.listed = tuple(_listed(paths))
        self.place = {release: place for place, release in enumerate(self.listed)}
        self.onward = cache(self._onward)
        self.within = cache(self._within)
        self.refusal = cache(self._refusal)
        self.ways = cache(self._ways)
        self._starts: dict[str, Version] = {}

    def start(self, source: Version) -> Version:
        """The release of `source` without its build: a fleet has as many builds as sides, and one way for all."""
        release = source.release
        return self._starts.get(release) or self._starts.setdefault(release, Version(release))

    def _onward(self, source: Version) -> tuple[Version, ...]:
        """One hop from `source`, oldest first."""
        newer = (release for release in self.listed if source.older_than(release))
        open_ones = (release for release in newer if _closed(source, release, self.paths) is None)
        return tuple(one for one in open_ones if any(_leads(rule, source, one) for rule in self.paths.allowed))

    def _within(self, source: Version) -> frozenset[Version]:
        """Any number of hops from `source`, but for what a rule closes to it altogether."""
        found: set[Version] = set()
        frontier = [source]
        while frontier:
            fresh = set(self.onward(frontier.pop())) - found
            found |= fresh
            frontier.extend(fresh)
        return frozenset(one for one in found if _closed(source, one, self.paths) is None)

    def _refusal(self, source: Version, target: Version) -> NoPath | None:
        """What rules a way out whatever hops there are."""
        refused = _not_listed(source, target, self.listed)
        if refused is not None or source.same_release(target):
            return refused
        rule = _closed(source, target, self.paths)
        return NoPath(rule=rule.rule, detail=rule.detail, what_would_open=rule.opens) if rule else None

    def _ways(self, source: Version, target: Version, without: Edges) -> tuple[tuple[Version, ...], ...]:
        """The preferred ways that use none of the hops `without`."""
        most = len(self.listed) + 1
        shortest = next((n for n in range(1, most) if self._arrives(source, target, n, without)), None)
        if shortest is None:
            return ()
        found = [way for n in (shortest, shortest + 1) for way in self._walks(source, target, n, without)]
        return tuple(found[:MOST_CHAINS])

    def _walks(self, source: Version, target: Version, length: int, without: Edges) -> Iterator[tuple[Version, ...]]:
        """Every way of exactly `length` hops, preferred ones first, without running into a dead end, up to the most."""
        waiting: list[tuple[Version, ...]] = [()]
        given = 0
        while waiting and given < MOST_CHAINS:
            way = waiting.pop()
            at, left = (way[-1] if way else source), length - len(way)
            if left == 0:
                given += 1
                yield way
                continue
            onward = [one for one in self._steps(at, without) if self._arrives(one, target, left - 1, without)]
            waiting.extend((*way, one) for one in sorted(onward, key=lambda one: self._preference(source, one)))

    def _preference(self, source: Version, release: Version) -> tuple[bool, int]:
        return release.major == source.major, self.place[release]

    def _steps(self, at: Version, without: Edges) -> Iterator[Version]:
        return (one for one in self.onward(at) if (at, one) not in without)

    def _arrives(self, at: Version, target: Version, length: int, without: Edges) -> bool:
        """Whether exactly `length` hops can lead from `at` to `target`."""
        level = {at}
        for _ in range(length):
            level = {onward for one in level for onward in self._steps(one, without)}
        return any(one.same_release(target) for one in level)


@lru_cache(maxsize=16)
def _network(paths: Paths) -> _Network:
    return _Network(paths)


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


# --- hops that are not taken ------------------------------------------------------------------------------------------


def _clean(
    network: _Network, source: Version, target: Version, avoid: Avoid
) -> tuple[tuple[tuple[Version, ...], ...], tuple[str, ...]]:
    """The preferred ways of which no hop is avoided, and what spoke against others, most preferred first.

    Ways are found as if nothing spoke against their hops; those that turn out to be avoided are taken out and the
    search, whose results are kept, is asked again. What is left is what a search that knew all of them would find.
    """
    without: Edges = frozenset()
    reasons: dict[tuple[Version, Version], str | None] = {}
    while True:
        found = network.ways(source, target, without)
        for edge in (edge for way in found for edge in pairwise((source, *way))):
            if edge not in reasons:
                reasons[edge] = avoid(*edge)
        bad = frozenset(edge for edge, reason in reasons.items() if reason is not None)
        if bad == without:
            return found, tuple(reason for reason in reasons.values() if reason is not None)
        without = bad


def _nothing(_source: Version, _target: Version) -> str | None:
    return None


def _risky(reasons: tuple[str, ...]) -> NoPath:
    return NoPath(
        rule="known-risk",
        detail=reasons[0],
        what_would_open="the owner of fleet.yaml: accept that risk with an owner, a reason and an end, "
        "or choose another target",
    )


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


def _not_listed(source: Version, target: Version, listed: tuple[Version, ...]) -> NoPath | None:
    if target.older_than(source):
        return NoPath(
            rule="not-newer",
            detail=f"{target.release} is older than {source.release}",
            what_would_open="the owner of fleet.yaml: choose a target that is not older",
        )
    if source.same_release(target) or any(target.same_release(one) for one in listed):
        return None
    later = [one for one in listed if source.older_than(one)]
    return NoPath(
        rule="unknown-target",
        detail=f"no listed way leads to {target.release}",
        what_would_open=f"the owner of fleet.yaml: choose one of {_names(later)}"
        if later
        else "the owner of fleet.yaml: have the path added to the catalogue with its source",
    )


def _nowhere(source: Version, target: Version, network: _Network) -> NoPath:
    onward = _names(network.onward(source))
    return NoPath(
        rule="no-listed-path",
        detail=f"no listed ways go from {source.release} to {target.release}"
        + (f"; one hop from {source.release} leads to {onward}" if onward else ""),
        what_would_open="the owner of fleet.yaml: choose another target, or have the path added with its source",
    )


def _names(releases: Iterable[Version]) -> str:
    return ", ".join(map(str, releases))
