"""What an entry of the catalogue says, with where it is known from."""

from datetime import date, timedelta
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
    validated: Note | None = None
    """What says that it is validated with Azure VMware Solution; None where nothing does."""
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

    id: str = ""
    """Stable and readable, such as `4.11.4-from-4.9`: an override file names the entry by it."""
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

    id: str = ""
    """Stable and readable: an override file names the entry by it. Several entries may share one rule."""
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


# --- skew: how far apart things may be --------------------------------------------------------------------------------


@record
class MinorLimit:
    """How many minor releases two things may be apart while work goes on."""

    minors: int
    detail: str
    source: str
    confidence: Confidence
    dated: date


@record
class NeverPaired:
    """Two ranges of releases whose managers must never be paired with each other."""

    rule: str
    one: Range
    other: Range
    detail: str
    opens: str
    """Who can do what instead."""
    source: str
    confidence: Confidence
    dated: date


@record
class CompulsoryMesh:
    """A border between releases: whoever crosses it must upgrade every appliance of the meshes behind it."""

    rule: str
    crosses: Version
    """The first release beyond the border."""
    detail: str
    source: str
    confidence: Confidence
    dated: date


@record
class StrictMesh:
    """Releases whose meshes wait for every manager paired with one of their own two, not for these two alone."""

    rule: str = ""
    target: Range
    detail: str
    source: str
    confidence: Confidence
    dated: date


@record
class Skew:
    """All that is known of how far apart versions may be. At the end of a plan both sides are at one release."""

    managers: MinorLimit
    """Between the managers of a pair."""
    appliances: MinorLimit
    """How far the appliances of a mesh may be behind the newer one of its managers."""
    never_paired: tuple[NeverPaired, ...]
    compulsory_meshes: tuple[CompulsoryMesh, ...]
    strict_meshes: tuple[StrictMesh, ...]


# --- risks ------------------------------------------------------------------------------------------------------------


class RiskVerdict(StrEnum):
    """What a known risk means where it applies."""

    REFUSE = "refuse"
    """That way is not taken, unless somebody accepts the risk."""
    WARN = "warn"
    NOTICE = "notice"
    """To be told, nothing to decide."""


class RiskWhen(StrEnum):
    """Which version a risk is about; a risk may be about several."""

    GOING_TO = "going-to"
    """A release that a hop ends at."""
    LEAVING = "leaving"
    """The version that a hop starts from."""
    RUNNING = "running"
    """The version that a manager has and keeps: an advisory, not a matter of a hop."""


@record
class Condition:
    """What has to be true of a manager and its meshes for a risk to apply: every part that is given.

    Each part is true, false, or unknown where the facts do not say; unknown counts as the worse for the risk.
    `appliance` and `appliances` together are one part: an appliance of that kind at such a version.
    """

    all: tuple["Condition", ...] = ()
    any: tuple["Condition", ...] = ()
    service: str | None = None
    """A mesh of the manager has this service (wire name)."""
    ha_group: bool | None = None
    """Network extension appliances of the manager are in a high availability group, or none is."""
    optimized: bool | None = None
    """An extended network uses mobility optimized networking, or none does."""
    appliance: str | None = None
    """A mesh of the manager has an appliance of this kind, such as `sentinel-gateway`."""
    appliances: Range | None = None
    """An appliance of the manager is at such a version."""
    network_name: str | None = None
    """The name of an extended network matches this regular expression somewhere."""
    host_name: str | None = None
    """The name of a manager, as it is called or as it calls those that it is paired with, matches this regular
    expression somewhere. True or unknown, never false: the other names that a manager looks up are in no facts."""
    crosses: Version | None = None
    """The hop leads from before this release to it, or beyond."""
    source: Range | None = None
    """The hop starts from such a version."""
    kind: str | None = None
    """The manager is a `connector`, or a `cloud-manager`."""
    only_service: str | None = None
    """A mesh of the manager has this service and no other."""


@record
class Risk:
    """One known risk, shaped like a conditional edge: for these versions, where the condition matches."""

    id: str
    title: str
    when: tuple[RiskWhen, ...]
    affects: tuple[Range, ...]
    """Versions; any one of them."""
    condition: Condition | None = None
    """None: always."""
    verdict: RiskVerdict
    message: str
    """What happens and what to do, for an operator."""
    link: str = ""
    """A page about it; empty where its source is a document without one."""
    fixed_in: tuple[Version, ...] = ()
    source: str
    confidence: Confidence
    dated: date


# --- clocks and durations ---------------------------------------------------------------------------------------------


@record
class LicenceClock:
    """Something that stops working a time after an upgrade."""

    id: str
    starts: Range
    """The upgrade to the first of these releases that a system comes to starts it."""
    mode: str = ""
    """The mode of the licence in which it runs, as a manager says it; empty: in any."""
    runs: timedelta
    detail: str
    source: str
    confidence: Confidence
    dated: date


class Lasting(StrEnum):
    """What takes time, as far as a plan estimates it."""

    MANAGER_HOP = "manager-hop"
    """From the start of a manager's upgrade until its services are verified."""
    INTERCONNECT = "interconnect"
    EXTENSION_STANDARD = "extension-standard"
    EXTENSION_IN_SERVICE = "extension-in-service"
    EXTENSION_HA = "extension-ha"
    OUTAGE_STANDARD = "outage-standard"
    """How long the networks of an appliance are without traffic in a standard upgrade of it."""


@record
class Prior:
    """How long something takes as long as nothing was recorded."""

    of: Lasting
    p50: timedelta
    p90: timedelta
    detail: str
    source: str
    confidence: Confidence
    dated: date


@record
class Catalogue:
    """Everything that is known of HCX, as one value that the planner is given."""

    sources: tuple[Source, ...]
    releases: tuple[Release, ...]
    paths: Paths
    services: tuple[RemovedService, ...]
    skew: Skew
    risks: tuple[Risk, ...]
    clocks: tuple[LicenceClock, ...]
    priors: tuple[Prior, ...]
    hash: str
    """SHA-256 over the canonical form of all of it, overrides included."""
    overrides_hash: str | None = None
    """SHA-256 over the content of the override file; None where there is none."""

    def release(self, version: Version) -> Release | None:
        """What is known of the release of `version`, None where nothing is."""
        found = (one for one in self.releases if version.known and one.release.same_release(version))
        return next(found, None)

    @property
    def latest_validated(self) -> Release | None:
        """The newest release that is known to be validated with Azure VMware Solution."""
        return max((one for one in self.releases if one.validated), key=lambda one: one.release.order, default=None)
