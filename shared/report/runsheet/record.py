"""What stands on a run sheet, before anybody decides how it is drawn. An empty cell or value is a line to fill in."""

from datetime import datetime

from shared.model.facts import FleetFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
from shared.model.orders import Unmet
from shared.model.plan import Plan, Task
from shared.model.policy import Policy
from shared.model.record import record
from shared.report.sheet import Grid

BLANK = ""
"""To be filled in by hand."""
NOTHING = "–"  # noqa: RUF001 -- a dash that is as wide as the others of the reports
"""Nothing to fill in."""


@record
class Material:
    """Everything that a run sheet is made from."""

    plan: Plan
    task: Task
    facts: FleetFacts
    policy: Policy
    """`fleet.yaml` as it is now: what holds something back counts from the moment it is written."""
    inventory: Inventory
    now: datetime
    draft: bool
    newer_plan: str = ""
    """Hash of a newer plan that speaks of the subject and has no task for it; empty where there is none."""


@record
class Standing:
    """Whether the task may be performed now, and until when that counts."""

    findings: tuple[Finding, ...]
    unmet: tuple[Unmet, ...]
    reasons: tuple[str, ...]
    """Why it is not ready, each with what to do; empty where it is."""
    observed_from: datetime | None
    """The oldest observation that it rests on."""
    counts_until: datetime | None
    """When the first of its observations is too old to act on."""

    @property
    def ready(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.reasons


@record
class Line:
    """Something that is known, or a line to fill in."""

    label: str
    value: str


@record
class Deed:
    """One thing to do, with a box to tick."""

    text: str
    buttons: tuple[str, ...] = ()
    """In the order in which they are pressed, in the words of the screen."""


@record
class Part:
    """One part of the page."""

    title: str
    notes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    """Without an order, and with nothing to tick."""
    lines: tuple[Line, ...] = ()
    deeds: tuple[Deed, ...] = ()
    grid: Grid | None = None


@record
class RunSheet:
    """The whole page."""

    title: str
    stamp: str
    """READY with its expiry, NOT READY, or DRAFT; stands on every printed page."""
    draft: bool
    ready: bool
    reasons: tuple[str, ...]
    parts: tuple[Part, ...]
    foot: str
    """What it was made from, and when."""
