"""Tags on private clouds: they may only hold back, never push forward.

Whoever may write tags on a private cloud need not be who reviews `fleet.yaml`. So a tag can make something later,
smaller or not happen at all, and what would widen the file is ignored and reported. A tag that restrains and cannot be
read holds its private cloud: what it was meant to keep back is not known, and to go on would be the wrong guess.

The days of `hcx-freeze` are days in the zones of the windows that count for the private cloud, the last one included;
where no window names a zone, a day lasts as long as it is that day anywhere on Earth.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

import whenever

from shared.model.finding import Finding, Verdict
from shared.model.inventory import PrivateCloud
from shared.model.policy import ExtensionMode, Owner, Policy, SiteEntry, Window
from shared.model.record import record
from shared.model.span import Span
from shared.model.version import Version
from shared.rules import waves
from shared.rules.ne_mode import stricter

PREFIX = "hcx-"
"""Tags that begin so are ours to read, or to report."""
HOLD = "hcx-hold"
HOLD_REASON = "hcx-hold-reason"
HOLD_UNTIL = "hcx-hold-until"
WINDOW = "hcx-window"
FREEZE = "hcx-freeze"
MAX_VERSION = "hcx-max-version"
NE_MODE = "hcx-ne-mode"
OWNER = "hcx-owner"
KNOWN = (HOLD, HOLD_REASON, HOLD_UNTIL, WINDOW, FREEZE, MAX_VERSION, NE_MODE, OWNER)
"""Every tag with a meaning of its own; others mean something only where a wave selects by them."""

CHECK = "tags"
"""Id of the findings made here."""

_YES = frozenset({"", "true", "yes", "on", "1", "hold"})
_NO = frozenset({"false", "no", "off", "0", "none"})
_FIRST_OFFSET = timedelta(hours=14)
_LAST_OFFSET = timedelta(hours=12)


@record
class TagNote:
    """Something about one tag that its owner should know."""

    tag: str
    """Its name."""
    text: str
    ignored: bool
    """Whether the tag has no effect at all."""


@record
class TagHold:
    """A private cloud is held by its tags."""

    reason: str
    owner: str
    until: date | None
    tag: str
    """The tag that holds it; several with commas."""


@record
class Restraints:
    """What the tags of one private cloud hold back."""

    held: TagHold | None = None
    freezes: tuple[Span, ...] = ()
    window: str | None = None
    """Name of a window of the file: work goes on only where that one is open *too*."""
    max_version: Version | None = None
    """No version beyond this one."""
    extension_mode: ExtensionMode | None = None
    """What is left of the file's mode and the tag's; None where the tags say nothing that counts."""
    owner: str = ""
    """Whom to ask, in the tag's own words."""
    notes: tuple[TagNote, ...] = ()

    def caps(self, target: Version) -> bool:
        """Whether the tags keep a manager below `target`, which must be known."""
        return self.max_version is not None and self.max_version.older_than(target)


@record
class _Words:
    """What the file gives tags to speak of, looked up once for all private clouds."""

    windows: frozenset[str]
    selectors: frozenset[str]
    """Names of tags that waves select by, in lower case."""
    mode: ExtensionMode
    zones: frozenset[str]
    """Of the windows of the whole fleet."""
    zones_of: Mapping[str, frozenset[str]]
    """Of the windows of a private cloud's own site, by the name or id that the file calls it."""


def restraints(cloud: PrivateCloud, policy: Policy, today: date) -> Restraints:
    """What the tags of one private cloud hold back; `today` only tells whether a hold should have ended."""
    return _read(cloud, _words(policy), today)


def of_all(clouds: Iterable[PrivateCloud], policy: Policy, today: date) -> dict[str, Restraints]:
    """What the tags of many private clouds hold back, by their ids; the file is gone through once for all."""
    words = _words(policy)
    return {cloud.id: _read(cloud, words, today) for cloud in clouds}


def hold_of(cloud: PrivateCloud) -> TagHold | None:
    """What `hcx-hold` of a private cloud says by itself, whatever `fleet.yaml` says; the other tags need it."""
    tags = {tag.name.casefold(): tag.value.strip() for tag in cloud.tags}
    owner, _ = _owner(tags)
    return _held(tags, (), owner)


def window_named(policy: Policy, cloud: PrivateCloud, name: str) -> Window | None:
    """The window that `hcx-window` of a private cloud means: its own site's, else the fleet's, else any site's."""
    own = policy.site_of_cloud(cloud.id, cloud.name, cloud.resource_id)
    everywhere = (own.windows if own else (), policy.windows, *(site.windows for site in policy.sites))
    return next((window for windows in everywhere for window in windows if window.name == name), None)


def _words(policy: Policy) -> _Words:
    return _Words(
        windows=frozenset(
            window.name for windows in (policy.windows, *(site.windows for site in policy.sites)) for window in windows
        ),
        selectors=waves.tag_names(policy),
        mode=policy.extension.mode,
        zones=frozenset(window.zone for window in policy.windows),
        zones_of={site.private_cloud: _zones(site) for site in policy.sites if site.private_cloud and site.windows},
    )


def _zones(site: SiteEntry) -> frozenset[str]:
    return frozenset(window.zone for window in site.windows)


@record
class _Reading[T]:
    """What one restraining tag says."""

    tag: str
    value: T
    unreadable: str = ""
    """Why it cannot be read, and holds instead."""
    notes: tuple[TagNote, ...] = ()


def _read(cloud: PrivateCloud, words: _Words, today: date) -> Restraints:
    # Azure keeps the case in which a tag was written, but knows only one of a name.
    tags = {tag.name.casefold(): tag.value.strip() for tag in cloud.tags}
    owner, owner_notes = _owner(tags)
    window, freezes = _window(tags, words), _freezes(tags, cloud, words)
    cap, mode = _cap(tags), _mode(tags, words)
    readings = (window, freezes, cap, mode)
    return Restraints(
        held=_held(tags, readings, owner or f"whoever sets the tags of {cloud.id}"),
        freezes=freezes.value,
        window=window.value,
        max_version=cap.value,
        extension_mode=mode.value,
        owner=owner,
        notes=(
            *_hold_notes(tags, today),
            *(note for reading in readings for note in _notes(reading)),
            *owner_notes,
            *_unused(tags, words),
        ),
    )


def _notes(reading: _Reading[Any]) -> Iterator[TagNote]:
    if reading.unreadable:
        yield TagNote(tag=reading.tag, text=f"{reading.unreadable}: the private cloud is held", ignored=False)
    yield from reading.notes


def findings(cloud_id: str, found: Restraints) -> tuple[Finding, ...]:
    """What to tell about the tags of a private cloud, as warnings: they held back all that they could."""
    return tuple(
        Finding(
            check=CHECK,
            subject=cloud_id,
            verdict=Verdict.WARN,
            summary=f"{cloud_id}: tag {note.tag}: {note.text}",
            remedy=f"{found.owner or 'whoever sets the tags of ' + cloud_id}: correct the tag or remove it",
        )
        for note in found.notes
    )


# --- hold -------------------------------------------------------------------------------------------------------------


def _held(tags: Mapping[str, str], readings: Iterable[_Reading[Any]], owner: str) -> TagHold | None:
    own = _own_hold(tags)
    grounds = {HOLD: own} if own else {}
    grounds.update((one.tag, one.unreadable) for one in readings if one.unreadable)
    if not grounds:
        return None
    return TagHold(
        reason="; ".join(grounds.values()),
        owner=owner,
        until=_date(tags.get(HOLD_UNTIL, "")) if own else None,
        tag=", ".join(grounds),
    )


def _own_hold(tags: Mapping[str, str]) -> str | None:
    """The reason of `hcx-hold`; None where it is not there, or says no."""
    value = tags.get(HOLD)
    if value is None or value.casefold() in _NO:
        return None
    given = "" if value.casefold() in _YES else value
    return tags.get(HOLD_REASON) or given or "no reason given"


def _hold_notes(tags: Mapping[str, str], today: date) -> Iterator[TagNote]:
    if tags.get(HOLD, "").casefold() in _NO:
        text = "a tag cannot let anything go: a hold ends by removing it where it stands"
        yield TagNote(tag=HOLD, text=text, ignored=True)
    if _own_hold(tags) is None:
        for tag in (HOLD_REASON, HOLD_UNTIL):
            if tag in tags:
                yield TagNote(tag=tag, text=f"holds nothing without {HOLD}", ignored=True)
    elif HOLD_UNTIL in tags:
        yield from _until_notes(tags[HOLD_UNTIL], today)


def _until_notes(value: str, today: date) -> Iterator[TagNote]:
    until = _date(value)
    if until is None:
        yield TagNote(tag=HOLD_UNTIL, text=f"{value!r} is no date such as 2027-01-04: it holds on", ignored=True)
    elif until < today:
        text = f"ended on {until.isoformat()} and still holds: only a person lets it go, by removing {HOLD}"
        yield TagNote(tag=HOLD_UNTIL, text=text, ignored=False)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# --- window and freeze ------------------------------------------------------------------------------------------------


def _window(tags: Mapping[str, str], words: _Words) -> _Reading[str | None]:
    name = tags.get(WINDOW)
    if name is None or name in words.windows:
        return _Reading(tag=WINDOW, value=name)
    return _Reading(tag=WINDOW, value=None, unreadable=f"{name!r} is no window of fleet.yaml")


def _freezes(tags: Mapping[str, str], cloud: PrivateCloud, words: _Words) -> _Reading[tuple[Span, ...]]:
    """The frozen times, several with commas."""
    value = tags.get(FREEZE)
    if value is None:
        return _Reading(tag=FREEZE, value=())
    own = (words.zones_of.get(name) for name in (cloud.id, cloud.name, cloud.resource_id))
    zones = next((found for found in own if found), words.zones)
    try:
        spans = sorted((_frozen(part, zones) for part in value.split(",")), key=lambda one: one.start)
    except (ValueError, OverflowError):
        return _Reading(tag=FREEZE, value=(), unreadable=f"{value!r} is no time such as 2026-12-18/2027-01-04")
    return _Reading(tag=FREEZE, value=tuple(spans))


def _frozen(text: str, zones: frozenset[str]) -> Span:
    first, _, last = (part.strip() for part in text.partition("/"))
    start = date.fromisoformat(first)
    end = date.fromisoformat(last) if last else start
    if end < start:
        raise ValueError(text)
    after = end + timedelta(days=1)
    if not zones:
        return Span(start=_midnight(start) - _FIRST_OFFSET, end=_midnight(after) + _LAST_OFFSET)
    return Span(
        start=min(_begins(start, zone, "earlier") for zone in zones),
        end=max(_begins(after, zone, "later") for zone in zones),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _begins(day: date, zone: str, disambiguation: Literal["earlier", "later"]) -> datetime:
    """When a day begins. A midnight that a change to daylight saving time leaves out or repeats is the wider one."""
    local = whenever.PlainDateTime(day.year, day.month, day.day)
    return local.assume_tz(zone, disambiguation=disambiguation).to_instant().to_stdlib()


# --- version, mode, owner ---------------------------------------------------------------------------------------------


def _cap(tags: Mapping[str, str]) -> _Reading[Version | None]:
    value = tags.get(MAX_VERSION)
    if value is None:
        return _Reading(tag=MAX_VERSION, value=None)
    cap = Version(value)
    if not cap.known:
        return _Reading(tag=MAX_VERSION, value=None, unreadable=f"{value!r} is no version such as 4.11.4")
    text = f"{value} counts as {cap.release}: write all three parts where a later one is meant"
    short = cap.release.count(".") > value.count(".")
    notes = (TagNote(tag=MAX_VERSION, text=text, ignored=False),) if short else ()
    return _Reading(tag=MAX_VERSION, value=cap, notes=notes)


def _mode(tags: Mapping[str, str], words: _Words) -> _Reading[ExtensionMode | None]:
    value = tags.get(NE_MODE)
    if value is None:
        return _Reading(tag=NE_MODE, value=None)
    try:
        asked = ExtensionMode(value.casefold())
    except ValueError:
        return _Reading(tag=NE_MODE, value=None, unreadable=f"{value!r} is none of {', '.join(ExtensionMode)}")
    left = stricter(words.mode, asked)
    if asked is left:
        return _Reading(tag=NE_MODE, value=left)
    if left is words.mode:
        text = f"{asked} is no stricter than {words.mode} in fleet.yaml"
        return _Reading(tag=NE_MODE, value=None, notes=(TagNote(tag=NE_MODE, text=text, ignored=True),))
    text = f"{asked} and {words.mode} in fleet.yaml rule each other out: a person upgrades the appliances"
    return _Reading(tag=NE_MODE, value=left, notes=(TagNote(tag=NE_MODE, text=text, ignored=False),))


def _owner(tags: Mapping[str, str]) -> tuple[str, tuple[TagNote, ...]]:
    value = tags.get(OWNER, "")
    if value.casefold() not in {*Owner}:
        return value, ()
    text = f"{value} would say who performs the work: only fleet.yaml does; this tag names whom to ask"
    return "", (TagNote(tag=OWNER, text=text, ignored=True),)


def _unused(tags: Mapping[str, str], words: _Words) -> Iterator[TagNote]:
    for tag in sorted(tags):
        if tag.startswith(PREFIX) and tag not in KNOWN and tag not in words.selectors:
            yield TagNote(tag=tag, text="means nothing here, and no wave selects by it", ignored=True)
