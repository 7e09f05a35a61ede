"""Whether a file of collected facts is taken, and everything that is to be said of it. Pure: bytes and *now* in.

A file is judged as a whole before anything of it counts: nothing is taken of one that is refused. Several files at once
are judged newest first, so that an older one of the same manager is called older, whatever their order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.model.codec import RecordUnreadableError, from_json
from shared.model.collected import Imported, SiteFacts, SiteFormat
from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager, Reach
from shared.model.record import record
from shared.model.site_file import SiteFileError, opened
from shared.rules.clocks import ahead
from shared.rules.doctor import CLOCK_WARNS_AFTER
from shared.rules.freshness import CLOCKS_APART
from shared.rules.imported import accept_identity, moved, observed_times

MEASURED_TO = timedelta(seconds=2)
"""How well corrected times compare: offsets are measured against `Date` headers, which have whole seconds."""


class Weight(StrEnum):
    """What a remark does to its file."""

    REFUSED = "refused"
    """Nothing of the file is taken."""
    HELD = "held"
    """The file is taken, but this manager's facts do not count until a person says so."""
    WARNING = "warning"
    NOTE = "note"


@record
class Remark:
    """One thing to say of a file."""

    check: str
    """Stable code, such as `damaged` or `other-system`."""
    about: str
    """The manager or site that is meant; empty for the file itself."""
    weight: Weight
    detail: str
    remedy: str = ""


@record
class Given:
    """A file as it was found."""

    name: str
    content: bytes


@record
class Known:
    """What is known here."""

    managers: tuple[Manager, ...]
    """The connectors of `fleet.yaml`."""
    stored: Mapping[str, Imported]
    """The newest import of each manager, by its id."""
    systems: Mapping[str, str]
    """Id of the system that answered last as each manager, by import or by observation."""
    accepted: frozenset[str]
    """Managers whose new identity a person accepts."""
    now: datetime


@record
class Judged:
    """What came of one file."""

    name: str
    remarks: tuple[Remark, ...]
    taken: tuple[Imported, ...] = ()
    """To be kept; empty where the file is refused, or says what is kept already."""

    @property
    def refused(self) -> bool:
        """Whether nothing of it is taken."""
        return any(one.weight is Weight.REFUSED for one in self.remarks)


@record
class _Read:
    """A file whose form is right, with corrected times."""

    name: str
    facts: SiteFacts
    """As it came."""
    offset: timedelta | None
    """How far the collector's clock was ahead; None where that was not measured."""

    @property
    def by(self) -> timedelta:
        """What is taken off all times: nothing for less than clocks may be apart in peace."""
        return self.offset if self.offset is not None and abs(self.offset) >= CLOCK_WARNS_AFTER else timedelta()

    @property
    def corrected(self) -> tuple[ManagerFacts, ...]:
        """The facts, with the times of a clock that is right."""
        return tuple(moved(one, self.by) for one in self.facts.managers)


def judge(files: Sequence[Given], known: Known) -> tuple[Judged, ...]:
    """Judge every file; the answer has their order."""
    judged: dict[int, Judged] = {}
    readable: list[tuple[int, _Read]] = []
    for place, file in enumerate(files):
        found = _read(file)
        if isinstance(found, _Read):
            readable.append((place, found))
        else:
            judged[place] = Judged(name=file.name, remarks=(found,))
    newest: dict[str, Imported] = dict(known.stored)
    for place, read in sorted(readable, key=lambda one: one[1].facts.ended_at - one[1].by, reverse=True):
        judged[place] = _judged(read, known, newest)
        newest |= {one.facts.manager.id: one for one in judged[place].taken}
    return tuple(judged[place] for place in range(len(files)))


def _read(file: Given) -> _Read | Remark:
    try:
        facts = from_json(SiteFacts, opened(SiteFormat.FACTS, file.content))
    except SiteFileError as error:
        return _refused(error.fault, "", str(error), error.remedy)
    except RecordUnreadableError as error:
        remedy = "collect again with the release of hcx-fleet that imports, or update hcx-fleet here"
        return _refused("other-release", "", f"it holds facts that this release does not know: {error}", remedy)
    names = [one.manager.id for one in facts.managers]
    if len(set(names)) < len(names) or not all(one.tzinfo for one in _moments(facts)):
        return _never_written("a manager stands in it twice, or a time has no zone")
    try:
        read = _Read(name=file.name, facts=facts, offset=ahead(facts.clocks))
        _count(read)
    except OverflowError:
        return _never_written("a time in it, or how far a clock was off, is beyond the calendar")
    return read


def _moments(value: object) -> Iterator[datetime]:
    """Every time in it, also those that managers told: one that cannot be compared would break every later pass."""
    if isinstance(value, datetime):
        yield value
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from _moments(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _moments(getattr(value, field.name))


def _count(read: _Read) -> None:
    """Raises OverflowError where a time cannot be corrected, or has no name in UTC."""
    corrected = (read.facts.began_at - read.by, read.facts.ended_at - read.by, read.corrected)
    for one in _moments(corrected):
        one.astimezone(UTC)


def _never_written(told: str) -> Remark:
    return _refused("damaged", "", told, "make it anew: no collector writes such a file")


def _times(facts: SiteFacts) -> tuple[datetime, ...]:
    return (facts.began_at, facts.ended_at, *(at for one in facts.managers for at in observed_times(one)))


def _judged(read: _Read, known: Known, newest: Mapping[str, Imported]) -> Judged:
    remarks = (
        *_future(read, known),
        *_strangers(read, known),
        *_older(read, newest),
        *_clock(read),
        *_missing(read, known),
        *_unread(read),
    )
    imports = tuple(_imported(read, facts, known) for facts in read.corrected)
    doubts = tuple(_doubt(one) for one in imports if one.doubt)
    judged = Judged(name=read.name, remarks=remarks + doubts)
    if judged.refused:
        return judged
    fresh = tuple(one for one in imports if not _same(one, newest.get(one.facts.manager.id)))
    known_already = () if fresh else (_already(read),)
    return Judged(name=read.name, remarks=judged.remarks + known_already, taken=fresh)


# --- what refuses a file ----------------------------------------------------------------------------------------------


def _future(read: _Read, known: Known) -> Iterator[Remark]:
    end = max(_times(read.facts)) - read.by
    if end - known.now > CLOCKS_APART:
        yield _refused(
            "from-the-future",
            read.facts.site,
            f"it was collected {_span(end - known.now)} from now, so one of the two clocks is wrong",
            "set the clock of the jump host, or of this host, by NTP; then collect again",
        )


def _strangers(read: _Read, known: Known) -> Iterator[Remark]:
    """Managers that `fleet.yaml` does not have, has elsewhere, or does not mean to have collected."""
    there = {one.id: one for one in known.managers}
    site = read.facts.site
    anew = _anew(site)
    for name in (one.manager.id for one in read.facts.managers):
        entry = there.get(name)
        if entry is None:
            remedy = f"enter it in fleet.yaml with reach: collector, or {anew}"
            yield _refused("unknown-manager", name, "fleet.yaml has no connector of that name", remedy)
        elif entry.site != site:
            yield _refused("other-site", name, f"fleet.yaml has it at {entry.site}, the file at {site}", anew)
        elif entry.reach is not Reach.COLLECTOR:
            told = f"its reach in fleet.yaml is {entry.reach}, so imported facts of it would never be looked at"
            yield _refused("not-collected", name, told, f"write reach: collector there, or {anew}")


def _older(read: _Read, newest: Mapping[str, Imported]) -> Iterator[Remark]:
    for facts in read.corrected:
        kept = newest.get(facts.manager.id)
        if kept is not None and kept.facts.observed_at - facts.observed_at > MEASURED_TO:
            age = _span(kept.facts.observed_at - facts.observed_at)
            told = f"it is {age} older than what is imported already, or given with it"
            yield _refused("older", facts.manager.id, told, "nothing is to be done, or collect again")


# --- what is said of a file that is taken -----------------------------------------------------------------------------


def _clock(read: _Read) -> Iterator[Remark]:
    site = read.facts.site
    if read.offset is None:
        told = "the collector's clock was not measured, so times count as it wrote them"
        yield Remark(check="clock-not-measured", about=site, weight=Weight.NOTE, detail=told)
    elif read.by:
        direction = "ahead" if read.by > timedelta() else "behind"
        span = _span(abs(read.by))
        yield Remark(
            check="clock-wrong",
            about=site,
            weight=Weight.WARNING,
            detail=f"the collector's clock was {span} {direction} of the managers'; all times are corrected by that",
            remedy="set the clock of the jump host by NTP",
        )


def _missing(read: _Read, known: Known) -> Iterator[Remark]:
    """Managers of the site that are collected and are not in the file: nothing is left out in silence."""
    inside = {one.manager.id for one in read.facts.managers}
    for one in known.managers:
        if one.site == read.facts.site and one.reach is Reach.COLLECTOR and one.id not in inside:
            yield Remark(
                check="not-in-file",
                about=one.id,
                weight=Weight.WARNING,
                detail="the file lacks it",
                remedy=_anew(one.site),
            )


def _unread(read: _Read) -> Iterator[Remark]:
    for facts in read.facts.managers:
        gap = facts.gap("identity") if facts.identity is None else None
        if gap is not None:
            told = f"its version was not observed: {gap.detail}"
            yield Remark(
                check="not-observed", about=facts.manager.id, weight=Weight.WARNING, detail=told, remedy=gap.remedy
            )


def _doubt(one: Imported) -> Remark:
    name = one.facts.manager.id
    return Remark(check="other-system", about=name, weight=Weight.HELD, detail=one.doubt, remedy=accept_identity(name))


def _already(read: _Read) -> Remark:
    return Remark(check="known-already", about=read.facts.site, weight=Weight.NOTE, detail="it is imported already")


# --- what is kept -----------------------------------------------------------------------------------------------------


def _imported(read: _Read, facts: ManagerFacts, known: Known) -> Imported:
    name = facts.manager.id
    before = known.systems.get(name, "")
    answered = facts.identity.value.system_id if facts.identity else ""
    changed = bool(before and answered and before != answered) and name not in known.accepted
    return Imported(
        facts=facts,
        site=read.facts.site,
        imported_at=known.now,
        corrected_seconds=None if read.offset is None else int(read.by.total_seconds()),
        system=before if changed else answered or before,
        doubt=f"system {answered} answered, and it is known as system {before}" if changed else "",
    )


def _same(one: Imported, kept: Imported | None) -> bool:
    """Whether it says what is kept already, whenever that was imported."""
    return kept is not None and (one.facts, one.doubt, one.system) == (kept.facts, kept.doubt, kept.system)


def _refused(check: str, about: str, detail: str, remedy: str) -> Remark:
    return Remark(check=check, about=about, weight=Weight.REFUSED, detail=detail, remedy=remedy)


def _anew(site: str) -> str:
    return f"write a new order (hcx-fleet export site {site} --out FILE) and collect again"


def not_given(accepted: Collection[str], files: Iterable[Given]) -> Iterator[str]:
    """Managers whose identity is to be accepted and that no readable file speaks of."""
    readable = [one for one in map(_read, files if accepted else ()) if isinstance(one, _Read)]
    spoken = {facts.manager.id for one in readable for facts in one.facts.managers}
    return (name for name in accepted if name not in spoken)


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min" if minutes else f"{int(length.total_seconds())} s"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
