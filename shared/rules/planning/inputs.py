"""Everything a plan is made from, and why one cannot be made."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime

from shared.model.confirmation import Confirmations
from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory
from shared.model.policy import Policy
from shared.model.record import record
from shared.rules.catalogue.records import Catalogue
from shared.rules.durations import Taken


@record
class Inputs:
    """Everything a plan is made from: nothing else is looked at, so the same inputs give the same plan."""

    inventory: Inventory
    facts: FleetFacts
    policy: Policy
    confirmations: Confirmations
    catalogue: Catalogue
    now: datetime
    history: tuple[Taken, ...] = ()
    """How long earlier upgrades took; without any, estimates are those of the catalogue."""
    not_offered: Mapping[str, str] = field(default_factory=dict)
    """Why hcx-fleet cannot take a snapshot of a manager here although `fleet.yaml` may ask for it, by the manager's id.

    The plan says what is carried out, so that an identity that is missing is found out before it is needed."""
    waivable: Mapping[str, bool] = field(default_factory=dict)
    """Whether a check may be waived, by its id; empty where nobody says: then no waiver is doubted for its check."""
    parent: str | None = None
    """Hash of the plan that the new one replaces."""


class PlanContradictionError(ValueError):
    """The policy contradicts itself on this fleet; `problems` holds every contradiction, each naming both places."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))
