"""How exposed a fleet is by its versions: spread, how far behind, support, open advisories, licences that run out.

Facts and catalogue in, records out. What cannot be told is counted as such, never left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import Catalogue, LicenceClock, Release, RiskVerdict, SupportEnd
from shared.rules.risks import RiskMatch, of_running

SOON: Final = timedelta(days=90)
"""How long before its end something counts as ending."""


class Nearing(StrEnum):
    """How near the end of something is."""

    OPEN = "open"
    """Not within the next 90 days."""
    SOON = "soon"
    """Within the next 90 days."""
    PAST = "past"
    UNKNOWN = "unknown"


@record
class VersionCount:
    """How many run one release."""

    release: str
    count: int


@record
class Spread:
    """Which versions one kind has."""

    kind: str
    """`cloud-manager`, `connector` or `appliance`."""
    versions: tuple[VersionCount, ...]
    """Oldest first."""
    unknown: int
    """Those whose version was not observed or is not understood."""


@record
class Support:
    """Whether a release is supported."""

    state: Nearing
    on: date | None = None
    """The earliest end that a source names."""
    ends: tuple[SupportEnd, ...] = ()
    """Every source's word: they may differ."""
    inferred_from: Version | None = None
    """A newer release whose support has ended, where no source speaks of this one itself: its own is taken to have
    ended with that."""


@record
class ClockReading:
    """A licence clock that runs, or may run, on a manager."""

    clock: LicenceClock
    state: Nearing
    until: date | None
    """As the manager says; None where it does not, since no facts hold the day of the upgrade that started it."""


@record
class ManagerExposure:
    """One manager."""

    manager: str
    kind: ManagerKind
    version: Version | None
    """None where it was not observed."""
    target: Version | None
    behind: int | None
    """How many listed releases it is behind its target, which counts; None where versions do not tell."""
    support: Support
    advisories: tuple[RiskMatch, ...]
    """Known risks of the version it has, applying or not excluded."""
    clocks: tuple[ClockReading, ...]


@record
class Exposure:
    """The whole fleet, in the order of its managers' ids."""

    at: datetime
    spreads: tuple[Spread, ...]
    managers: tuple[ManagerExposure, ...]

    @property
    def unknown_versions(self) -> int:
        """How many managers have a version that nobody can tell."""
        return sum(spread.unknown for spread in self.spreads if spread.kind != APPLIANCE)

    @property
    def behind(self) -> int:
        """How many managers are behind their target."""
        return sum(1 for one in self.managers if one.behind)

    @property
    def clocks_unknown(self) -> int:
        """How many licence clocks run, or may run, to a day that nobody knows."""
        return sum(1 for one in self.managers for clock in one.clocks if clock.state is Nearing.UNKNOWN)

    def support(self, state: Nearing) -> tuple[ManagerExposure, ...]:
        """Managers whose support is at that state."""
        return tuple(one for one in self.managers if one.support.state is state)

    def open_advisories(self) -> dict[str, tuple[RiskMatch, ...]]:
        """Matches by the id of the risk, warnings and worse only, the surest and widest spread risk first."""
        grouped: dict[str, list[RiskMatch]] = {}
        for match in (match for one in self.managers for match in one.advisories):
            if match.risk.verdict is not RiskVerdict.NOTICE:
                grouped.setdefault(match.risk.id, []).append(match)
        ranked = sorted(grouped.items(), key=lambda item: (-sum(m.applies is True for m in item[1]), item[0]))
        return {name: tuple(matches) for name, matches in ranked}


APPLIANCE: Final = "appliance"


def exposure(
    catalogue: Catalogue, facts: FleetFacts, now: datetime, targets: Mapping[str, Version] | None = None
) -> Exposure:
    """The exposure of a fleet.

    Args:
        catalogue: what is known of HCX.
        facts: of every manager.
        now: decides what has ended.
        targets: by the id of a manager; one that is not there has the newest validated release as its target.
    """
    ordered = sorted(facts.managers, key=lambda one: one.manager.id)
    latest = catalogue.latest_validated
    otherwise = latest.release if latest else None
    return Exposure(
        at=now,
        spreads=tuple(_spreads(ordered)),
        managers=tuple(
            _manager(catalogue, one, now.date(), (targets or {}).get(one.manager.id, otherwise)) for one in ordered
        ),
    )


def _manager(catalogue: Catalogue, facts: ManagerFacts, today: date, target: Version | None) -> ManagerExposure:
    version = facts.version
    return ManagerExposure(
        manager=facts.manager.id,
        kind=facts.manager.kind,
        version=version,
        target=target,
        behind=releases_behind(catalogue, version, target),
        support=support_of(catalogue, version, today),
        advisories=of_running(catalogue, facts),
        clocks=tuple(clocks_of(catalogue, facts, today)),
    )


# --- spread and distance ----------------------------------------------------------------------------------------------


def _spreads(managers: Iterable[ManagerFacts]) -> Iterator[Spread]:
    managers = tuple(managers)
    for kind in ManagerKind:
        yield _spread(kind.value, (one.version for one in managers if one.manager.kind is kind))
    # Both sides of a mesh may report one appliance: it is counted once, by its id.
    appliances = {one.id: one.version for facts in managers if facts.appliances for one in facts.appliances.value}
    yield _spread(APPLIANCE, appliances.values())


def _spread(kind: str, versions: Iterable[Version | None]) -> Spread:
    found = tuple(versions)
    known = [one for one in found if one is not None and one.known]
    counts = Counter(one.release for one in known)
    order = {one.release: one.order for one in known}
    return Spread(
        kind=kind,
        versions=tuple(VersionCount(release=one, count=counts[one]) for one in sorted(counts, key=order.__getitem__)),
        unknown=len(found) - len(known),
    )


def releases_behind(catalogue: Catalogue, version: Version | None, target: Version | None) -> int | None:
    """How many listed releases lie between both, the target counted; 0 at the target or beyond it."""
    if version is None or target is None or not version.known or not target.known:
        return None
    if not version.older_than(target):
        return 0
    between = (one.release for one in catalogue.releases if version.older_than(one.release))
    # A target that the catalogue does not list counts as well: it is one more release that this manager has not.
    listed = [one for one in between if not target.older_than(one)]
    return len(listed) + (catalogue.release(target) is None)


# --- support ----------------------------------------------------------------------------------------------------------


def support_of(catalogue: Catalogue, version: Version | None, today: date) -> Support:
    """Whether `version` is supported, by the earliest end that a source names.

    Where none does, a newer release of the same major whose support has ended stands in for it.
    """
    if version is None or not version.known:
        return Support(state=Nearing.UNKNOWN)
    release = catalogue.release(version)
    if release is not None and release.end_of_support is not None:
        on = release.end_of_support
        return Support(state=nearing(on, today), on=on, ends=release.ends)
    newer = _ended_newer(catalogue, version, today)
    if newer is None:
        return Support(state=Nearing.UNKNOWN)
    return Support(state=Nearing.PAST, on=newer.end_of_support, ends=newer.ends, inferred_from=newer.release)


def _ended_newer(catalogue: Catalogue, version: Version, today: date) -> Release | None:
    newer = (
        one for one in catalogue.releases if one.release.major == version.major and version.older_than(one.release)
    )
    ended = (one for one in newer if one.end_of_support is not None and one.end_of_support < today)
    return min(ended, key=lambda one: one.release.order, default=None)


def nearing(on: date, today: date) -> Nearing:
    """How near a day is; on the last day itself it has not passed."""
    if on < today:
        return Nearing.PAST
    return Nearing.SOON if on - today <= SOON else Nearing.OPEN


# --- licences ---------------------------------------------------------------------------------------------------------


def clocks_of(catalogue: Catalogue, facts: ManagerFacts, today: date) -> Iterator[ClockReading]:
    """The licence clocks that run, or may run, on a manager; none where its version is not known."""
    version = facts.version
    if version is None or not version.known:
        return
    for clock in catalogue.clocks:
        if clock.starts.holds(version) and not _other_mode(clock, facts):
            until = facts.licence.value.until if facts.licence else None
            state = nearing(until, today) if until else Nearing.UNKNOWN
            yield ClockReading(clock=clock, state=state, until=until)


def _other_mode(clock: LicenceClock, facts: ManagerFacts) -> bool:
    """Whether the manager has a licence in whose mode this clock does not run."""
    return bool(clock.mode) and facts.licence is not None and facts.licence.value.mode != clock.mode
