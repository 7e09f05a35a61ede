"""Waves: which private cloud goes in which, what follows from it for connectors and meshes, and who goes first."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from graphlib import TopologicalSorter
from heapq import heappop, heappush

from shared.model.inventory import PrivateCloud, Tag
from shared.model.plan import ManagerTask, Requirement, Task
from shared.model.policy import Budget, Policy, Selector, SharedConnectors, VersionRange, Wave
from shared.model.record import record
from shared.model.version import Version

ALL = "all"
"""Name of the one wave of a policy that names none."""


@record
class Assigned:
    """Which wave each private cloud is in."""

    wave_of: Mapping[str, str | None]
    """By the private cloud's id; None where no wave selects it, or several do."""
    conflicts: tuple[str, ...]
    """Private clouds that several waves select, as sentences that name each wave and what matched there: errors."""


def names_of(policy: Policy) -> tuple[str, ...]:
    """The names of the waves in the order in which they go."""
    return tuple(wave.name for wave in policy.waves) or (ALL,)


def tag_names(policy: Policy) -> frozenset[str]:
    """Names of the tags that waves select by, in lower case."""
    selectors = (wave.select for wave in policy.waves if wave.select)
    return frozenset(tag.name.casefold() for select in selectors for tag in select.tags)


# --- private clouds ---------------------------------------------------------------------------------------------------


def assign(policy: Policy, clouds: tuple[PrivateCloud, ...], versions: Mapping[str, Version | None]) -> Assigned:
    """The wave of every private cloud.

    Args:
        policy: its waves.
        clouds: those in scope.
        versions: release of each cloud manager as it was observed, by the private cloud's id.
    """
    if not policy.waves:
        return Assigned(wave_of={cloud.id: ALL for cloud in clouds}, conflicts=())
    selecting = [(wave.name, _matcher(wave.select)) for wave in policy.waves if wave.select is not None]
    remaining = next((wave.name for wave in policy.waves if wave.select is None), None)
    found = {
        cloud.id: [(name, why) for name, matches in selecting if (why := matches(cloud, versions.get(cloud.id)))]
        for cloud in sorted(clouds, key=lambda one: one.id)
    }
    return Assigned(
        wave_of={cloud: _only(matches, remaining) for cloud, matches in found.items()},
        conflicts=tuple(_conflict(cloud, matches) for cloud, matches in found.items() if len(matches) > 1),
    )


def _only(matches: list[tuple[str, str]], remaining: str | None) -> str | None:
    if not matches:
        return remaining
    return matches[0][0] if len(matches) == 1 else None


def _conflict(cloud: str, matches: list[tuple[str, str]]) -> str:
    waves = " and ".join(f"wave {name} ({why})" for name, why in matches)
    return f"{cloud} is selected by {waves}: a private cloud goes in one wave"


type Matcher = Callable[[PrivateCloud, Version | None], str]
"""Says what matched, in words; empty where the private cloud is not meant."""


def _matcher(select: Selector) -> Matcher:
    """The parts of a selector, prepared once for all private clouds."""
    parts = tuple(_parts(select))

    def matches(cloud: PrivateCloud, version: Version | None) -> str:
        words = [part(cloud, version) for part in parts]
        return (", ".join(words) or "it selects everything") if all(words) else ""

    return matches


def _parts(select: Selector) -> Iterator[Matcher]:
    values: dict[str, set[str]] = defaultdict(set)
    for tag in select.tags:
        values[tag.name.casefold()].add(tag.value)
    for name, wanted in values.items():
        yield _by_tag(name, frozenset(wanted))
    if select.names:
        yield _by_name(select.names)
    if select.subscriptions:
        yield _by_subscription(frozenset(one.casefold() for one in select.subscriptions))
    if select.regions:
        yield _by_region(frozenset(map(_region, select.regions)))
    if select.versions:
        yield _by_version(select.versions)


def _by_tag(name: str, wanted: frozenset[str]) -> Matcher:
    def fits(tag: Tag) -> bool:
        return tag.name.casefold() == name and tag.value in wanted

    return lambda cloud, _: next((f"tag {one.name}={one.value}" for one in cloud.tags if fits(one)), "")


def _by_name(names: tuple[str, ...]) -> Matcher:
    patterns = [(name, _pattern(name)) for name in names]

    def matches(cloud: PrivateCloud, _: Version | None) -> str:
        own = (cloud.id.casefold(), cloud.name.casefold())
        fitting = (name for name, pattern in patterns if any(map(pattern.fullmatch, own)))
        return next((f"name {name}" for name in fitting), "")

    return matches


def _pattern(name: str) -> re.Pattern[str]:
    """`*` and `?` only: `fnmatch` would read brackets as well, which nobody asked for."""
    literal = re.escape(name.casefold())
    return re.compile(literal.replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _by_subscription(wanted: frozenset[str]) -> Matcher:
    return lambda cloud, _: (
        f"subscription {cloud.subscription_id}" if cloud.subscription_id.casefold() in wanted else ""
    )


def _by_region(wanted: frozenset[str]) -> Matcher:
    return lambda cloud, _: f"region {cloud.location}" if _region(cloud.location) in wanted else ""


def _region(name: str) -> str:
    """Azure writes `West Europe` in its portal and `westeurope` in its interface."""
    return name.replace(" ", "").casefold()


def _by_version(wanted: VersionRange) -> Matcher:
    return lambda _, version: f"version {version}" if version and _within(wanted, version) else ""


def _within(wanted: VersionRange, version: Version) -> bool:
    """A version that nobody understands is in no range, not even in one without bounds."""
    return version.known and not (
        (wanted.at_least is not None and version.older_than(wanted.at_least))
        or (wanted.below is not None and not version.older_than(wanted.below))
    )


# --- connectors and meshes --------------------------------------------------------------------------------------------


def wave_of_connector(policy: Policy, waves: Iterable[str | None]) -> str | None:
    """The wave of a connector that serves private clouds of these waves.

    The earliest, because its clouds wait for it; the last where the policy says so. A private cloud without a wave has
    no say, and a connector of none but such has no wave either. One that serves no private cloud at all goes with the
    wave that takes what no other selects, else with the last one, when everything else is known to go well.
    """
    served = tuple(waves)
    if not served:
        return next((wave.name for wave in policy.waves if wave.select is None), names_of(policy)[-1])
    places = _places(policy)
    known = [places[wave] for wave in served if wave is not None]
    if not known:
        return None
    place = max(known) if policy.shared_connectors is SharedConnectors.LAST else min(known)
    return names_of(policy)[place]


def wave_of_mesh(policy: Policy, one: str | None, other: str | None) -> str | None:
    """The wave of a mesh between managers of these waves: the later one, since it waits for both of them."""
    if one is None or other is None:
        return None
    places = _places(policy)
    return max(one, other, key=places.__getitem__)


def _places(policy: Policy) -> dict[str, int]:
    return {name: place for place, name in enumerate(names_of(policy))}


# --- the order within a wave ------------------------------------------------------------------------------------------


@record
class Weight:
    """How much one task touches."""

    id: str
    networks: int
    """Extended networks in change at once."""
    clouds: int
    """Private clouds that it serves."""
    pieces: int
    """Hops or appliances."""
    depends_on: tuple[str, ...] = ()
    reaches: str = ""
    """What it brings about, as others require it; empty: the same as its id."""
    requires: tuple[str, ...] = ()
    """What has to be brought about before its first change, by what others reach."""

    @property
    def key(self) -> tuple[int, int, int, str]:
        """Sorts the smallest blast radius first; the id makes the order the same every time."""
        return self.networks, self.clouds, self.pieces, self.id


def weight_of(task: Task) -> Weight:
    """How much `task` touches. A manager's restart stops no extended network."""
    return Weight(
        id=task.id,
        networks=0 if isinstance(task, ManagerTask) else task.networks,
        clouds=len(task.clouds),
        pieces=len(task.blocks),
        depends_on=task.depends_on,
        reaches=task.id if isinstance(task, ManagerTask) else _mesh_at(task.subject, task.target),
        requires=tuple(map(_reached_by, _required_first(task))),
    )


def _required_first(task: Task) -> tuple[Requirement, ...]:
    """Later hops do not count: their task begins before what they require, and often has to."""
    return task.hops[0].requires if isinstance(task, ManagerTask) else task.requires


def _reached_by(one: Requirement) -> str:
    """A manager has one task for all its hops, a mesh one for each release at which it is upgraded."""
    return f"manager:{one.subject}" if one.kind == "manager" else _mesh_at(one.subject, one.version)


def _mesh_at(mesh: str, version: Version) -> str:
    """By mesh and release, not by the id of a task: that of the last upgrade of a mesh names no release."""
    return f"mesh:{mesh}@{version.release}"


def order_of(weights: Iterable[Weight]) -> tuple[str, ...]:
    """Ids in the order of admission: what others wait for before them, else the smallest blast radius first.

    Where a plan can be carried out there is an order: what a task depends on, and what its first change requires, makes
    its own first change earlier.

    Raises:
        graphlib.CycleError: tasks wait for each other in a circle.
    """
    by_id = {one.id: one for one in weights}
    reached = {one.reaches or one.id: one.id for one in by_id.values()}
    sorter = TopologicalSorter({one.id: list(_before(one, by_id, reached)) for one in by_id.values()})
    sorter.prepare()
    order: list[str] = []
    ready: list[tuple[int, int, int, str]] = []
    while sorter.is_active():
        for freed in sorter.get_ready():
            heappush(ready, by_id[freed].key)
        chosen = heappop(ready)[-1]
        sorter.done(chosen)
        order.append(chosen)
    return tuple(order)


def _before(one: Weight, by_id: Mapping[str, Weight], reached: Mapping[str, str]) -> Iterator[str]:
    """What has to come before it, as far as it is in the same wave."""
    yield from (first for first in one.depends_on if first in by_id)
    yield from (reached[first] for first in one.requires if first in reached)


# --- amounts ----------------------------------------------------------------------------------------------------------


def concurrency_of(wave: Wave | None, policy: Policy, tasks: int) -> int:
    """How many of the wave's tasks of ours may go at the same time.

    A number that stands at the wave itself counts as it is, even above the policy's: a person weighed it for this wave.
    A share grows with the fleet, and nobody looked at what it comes to; so it never goes beyond the policy's number.
    """
    amount = wave.concurrency if wave else None
    if amount is None:
        return policy.concurrency
    wanted = max(1, amount.of(tasks))
    return wanted if amount.number is not None else min(wanted, policy.concurrency)


@record
class Limit:
    """How many tasks may fail, no share left to work out."""

    max_failed: int | None
    """None: any number."""
    strict: bool = True


def limit_of(budget: Budget | None, tasks: int) -> Limit:
    """What a budget comes to for so many tasks.

    A strict budget counts what runs as failed, so with less than one nothing could ever start: it is at least one.
    """
    if budget is None:
        return Limit(max_failed=None)
    number = budget.max_failed.of(tasks)
    return Limit(max_failed=max(1, number) if budget.strict else number, strict=budget.strict)
