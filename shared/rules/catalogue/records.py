"""What an entry of the catalogue says, with where it is known from."""

from datetime import date
from enum import StrEnum

from shared.model.record import record
from shared.model.version import Version


class Confidence(StrEnum):
    """How sure an entry is."""

    DOCUMENTED = "documented"
    """By a vendor, or by another provider's documents."""
    QUOTED = "quoted"
    """From a vendor's page, by somebody else who names the page."""
    SEEN = "seen"
    """On a live system, or in public code that talks to one."""
    INFERRED = "inferred"


@record
class Source:
    """Something an entry can rest on."""

    id: str
    title: str
    url: str = ""


@record
class Note:
    """One more thing that a source says."""

    text: str
    source: str
    confidence: Confidence


@record
class SupportEnd:
    """One source's word on when support ends."""

    on: date
    source: str
    confidence: Confidence


@record
class Release:
    """One release of HCX."""

    release: Version
    released: date | None
    """None where no source gives the day."""
    about: str = ""
    """When, in the words of the source, where it gives no day."""
    notes: tuple[Note, ...] = ()
    ends: tuple[SupportEnd, ...] = ()
    source: str
    confidence: Confidence
    dated: date
    """When the entry was made."""

    @property
    def end_of_support(self) -> date | None:
        """The earliest end that any source names."""
        return min((end.on for end in self.ends), default=None)


@record
class Range:
    """A range of releases; a bound that is None leaves that side open."""

    at_least: Version | None = None
    up_to: Version | None = None
    below: Version | None = None

    def holds(self, version: Version) -> bool:
        """Whether `version`, which must be known, is inside; builds do not count."""
        return not (
            (self.at_least is not None and version.older_than(self.at_least))
            or (self.up_to is not None and self.up_to.older_than(version))
            or (self.below is not None and not version.older_than(self.below))
        )


@record
class Allowed:
    """A way that a source lists."""

    to: tuple[Version, ...]
    start: Range
    via: tuple[Version, ...] = ()
    note: str = ""
    source: str
    confidence: Confidence
    dated: date


@record
class Closed:
    """A way that a source rules out."""

    rule: str
    """Stable code, such as `back-in-time`."""
    start: Range
    to: Range = Range()
    detail: str
    opens: str
    """Who can do what instead."""
    source: str
    confidence: Confidence
    dated: date


@record
class Paths:
    """All that is known of upgrade paths."""

    allowed: tuple[Allowed, ...]
    closed: tuple[Closed, ...]


@record
class RemovedService:
    """A service that must be gone from every mesh before a manager goes to certain releases."""

    service: str
    """Its name as HCX's screens show it."""
    wire: str | None
    """Its name in a mesh's list of services; None where that is not known, so that only a person can look."""
    from_release: Version
    note: str
    source: str
    confidence: Confidence
    dated: date
