"""Who must do what by when, and what the next weeks hold, over the API."""

from datetime import date, datetime

from shared.report.calendar_text import EntryKind
from shared.report.part import Part
from shared.rules.agenda.records import Matter, Tally, When


class ByPart(Part):
    """By when: a day, an instant, at once, or nobody knows. At most one of them is given."""

    day: date | None
    """Until the end of this day, UTC."""
    at: datetime | None
    at_once: bool


class TodoPart(Part):
    """One thing that somebody has to do."""

    key: str
    """The same for the same thing every time it is told, and no other's."""
    matter: Matter
    when: When
    by: ByPart
    who: str
    """In words."""
    people: tuple[str, ...]
    """Contacts and owners as `fleet.yaml` and tags write them."""
    sites: tuple[str, ...]
    where: str
    what: str
    why: str
    zone: str
    """IANA name of the zone in which people there read a clock."""


class CountPart(Part):
    """How many subjects stand so."""

    tally: Tally
    subjects: int


class TodayAnswer(Part):
    """Who must do what, by when, in parts."""

    now: datetime
    fleet: str
    plan: str
    """Hash of the plan it rests on."""
    planned_at: datetime
    private_cloud: str | None
    """The one private cloud that the plan is about; null for the whole fleet."""
    observed_from: datetime | None
    """When the oldest of the facts was observed; null where there are none."""
    subjects: int
    """Every private cloud, connector and mesh seen."""
    counts: tuple[CountPart, ...]
    """They add up to `subjects`."""
    unread: tuple[str, ...]
    """Subscriptions that could not be read: what is in them is among no subjects."""
    by_hand: int
    """How many checks only a person can make before a task."""
    total: int
    """Things to do, whoever does them; those that are shown are the ones that were asked for."""
    value: tuple[TodoPart, ...]
    """By date."""
    next_link: str | None
    """Where to read on, absolute; null where there is no more."""


class EntryPart(Part):
    """One thing in the calendar."""

    at: datetime
    until: datetime | None
    kind: EntryKind
    what: str
    where: str
    """Sites, a wave or a person."""
    zone: str
    """IANA name of the zone in which people there read a clock."""


class CalendarAnswer(Part):
    """What the next weeks hold."""

    now: datetime
    until: datetime
    plan: str
    """Hash of the plan it rests on."""
    value: tuple[EntryPart, ...]
    always_closed: tuple[str, ...]
    """Freezes whose calendar cannot be read: they count as closed at any time."""
    no_windows: bool
    """Whether the file names no window at all, so that work may go on at any time."""
