"""What has to be done, by when, by whom and why: the rows of `today`."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory
from shared.model.ledger import BreakerState
from shared.model.plan import Plan
from shared.model.policy import Policy
from shared.model.record import record
from shared.model.run import Run
from shared.model.view import RunView
from shared.rules.catalogue.records import Catalogue

type Moment = tuple[datetime, bool]
"""When something is due, as far as the order goes: what is due some time on a day comes after what has an hour."""


class Matter(StrEnum):
    """What a row is about, in the order in which rows of one moment are listed."""

    STEP = "step"
    """A run under way waits for it."""
    NEED = "need"
    """Something goes no further until somebody acts."""
    CREDENTIALS = "credentials"
    READING = "reading"
    """Something could not be observed."""
    FINDING = "finding"
    """A check stands in the way of a task."""
    APPROVAL = "approval"
    PREPARATION = "preparation"
    PROVIDER = "provider"
    """The provider announced that it does something."""
    TASK = "task"
    """A person performs a task of the plan."""
    MAINTENANCE = "maintenance"
    ENDING = "ending"
    """Something that somebody decided has an end: a waiver, an accepted risk, a hold, an exclusion, a freeze."""
    LICENCE = "licence"
    SUPPORT = "support"


class When(StrEnum):
    """How a row stands to now."""

    LATE = "late"
    NOW = "now"
    """It stands in the way already, and nobody gave it a date."""
    AHEAD = "ahead"
    NO_DATE = "no-date"
    """It has to be done some time, and nobody can say by when."""


@record
class By:
    """By when: a day, an instant, at once, or nobody knows. At most one of the first three is given."""

    day: date | None = None
    """Until the end of this day, UTC; such as every date in `fleet.yaml`."""
    at: datetime | None = None
    at_once: bool = False

    def when(self, now: datetime) -> When:
        """How it stands to `now`."""
        if self.at_once:
            return When.NOW
        if self.at:
            return When.LATE if self.at < now else When.AHEAD
        end = _end_of(self.day)
        if end is None:
            return When.NO_DATE
        return When.LATE if end <= now else When.AHEAD

    def order(self, now: datetime) -> Moment:
        """Its place among others: at once is now, and what has no date comes last."""
        if self.at_once:
            return now, False
        return (self.at, False) if self.at else (_end_of(self.day) or _LAST, True)

    @property
    def date(self) -> date | None:
        """The day on which it is due, UTC; None where it has none."""
        return self.at.astimezone(UTC).date() if self.at else self.day


AT_ONCE = By(at_once=True)
NO_DATE = By()
_LAST = datetime.max.replace(tzinfo=UTC)


def _end_of(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) + timedelta(days=1) if day else None


@record
class Item:
    """One thing that somebody has to do."""

    key: str
    """The same for the same thing every time it is told, and no other's."""
    matter: Matter
    by: By
    who: str
    """In words."""
    people: tuple[str, ...] = ()
    """Contacts and owners as `fleet.yaml` and tags write them; empty where they name nobody."""
    sites: tuple[str, ...] = ()
    """Names of the sites it is at; empty where it is of the whole fleet."""
    where: str
    """A manager, mesh, wave or private cloud, in words."""
    what: str
    why: str


@record
class Row:
    """One thing that somebody has to do, as it stands now."""

    when: When
    item: Item
    zone: str
    """IANA name of the zone in which people there read a clock."""


class Tally(StrEnum):
    """Where a subject stands; every subject is counted in exactly one."""

    UNKNOWN = "unknown"
    PARKED = "parked-on-the-provider"
    """The provider has to act before it, or what it depends on, goes on."""
    STOPPED = "stopped"
    """It goes no further until somebody acts: blocked, failed, or waiting for a person."""
    READY = "ready"
    """It has a task that can go when its turn comes, or is under way."""
    DONE = "done"
    NOT_COUNTABLE = "not-countable"
    """Left alone: excluded, without HCX, or the provider's own."""


@record
class Count:
    """How many subjects stand so."""

    tally: Tally
    subjects: int


@record
class Material:
    """What `today` is made from."""

    run: Run
    """The run that made the plan, or carried it out last."""
    view: RunView
    """That run as it stands."""
    plan: Plan
    policy: Policy
    inventory: Inventory
    facts: FleetFacts
    catalogue: Catalogue
    under_way: tuple[RunView, ...] = ()
    """Upgrade runs that have not ended."""
    reverts: tuple[RunView, ...] = ()
    """Reverts that people carry out."""
    breakers: tuple[BreakerState, ...] = ()
    """Accounts that were refused and are not tried again."""


@record
class Today:
    """Who must do what, by when."""

    now: datetime
    fleet: str
    plan: str
    """Hash of the plan it rests on."""
    planned_at: datetime
    private_cloud: str | None
    """The one private cloud that the plan is about; None for the whole fleet."""
    observed_from: datetime | None
    """When the oldest of the facts was observed; None where there are none."""
    subjects: int
    """Every private cloud, connector and mesh seen."""
    counts: tuple[Count, ...]
    """They add up to `subjects`."""
    unread: tuple[str, ...]
    """Subscriptions that could not be read: what is in them is among no subjects."""
    by_hand: int
    """How many checks only a person can make before a task; `check` and run sheets list them."""
    rows: tuple[Row, ...]
    """By date."""
