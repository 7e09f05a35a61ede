"""What really happened, written down as it happens: the source of the truth endpoint."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from shared.model.record import record


@record
class Mutation:
    """One call that changed something or tried to."""

    at: datetime
    manager: str
    route: str
    subject: str
    """`manager:` or `mesh:` and its id."""
    body: dict[str, object]
    caller: str
    """`api`, `person` or `provider`."""
    status: int
    """HTTP status it was answered with, or would have been."""


@record
class Statement:
    """Something that a person said."""

    seq: int
    at: datetime
    who: str
    about: str
    says: str


@dataclass
class Outage:
    """A time during which a stretched network carried nothing."""

    mesh: str
    appliance: str
    extension: str
    network: str
    began: datetime
    ended: datetime | None = None


@record
class VersionChange:
    """A manager or an appliance went from one release to another."""

    at: datetime
    subject: str
    source: str
    target: str
    caller: str


@dataclass
class Replacement:
    """A time during which the appliances of a pair were in change: deployed anew, moved to and verified."""

    mesh: str
    appliance: str
    """The initiator's."""
    caller: str
    began: datetime
    ended: datetime | None = None


@dataclass
class Ledger:
    """Everything that is written down."""

    mutations: list[Mutation] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    outages: list[Outage] = field(default_factory=list)
    changes: list[VersionChange] = field(default_factory=list)
    replacements: list[Replacement] = field(default_factory=list)
    requests: Counter[str] = field(default_factory=Counter)

    def say(self, at: datetime, who: str, about: str) -> None:
        """Write down that somebody reports something as done."""
        self.statements.append(Statement(seq=len(self.statements) + 1, at=at, who=who, about=about, says="done"))

    def said_after(self, seq: int) -> list[Statement]:
        """Statements that came after the one with that number."""
        return self.statements[max(seq, 0) :]
