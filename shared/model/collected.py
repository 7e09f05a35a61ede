"""What a collector is told, what it brings back from a site, and what is kept of that."""

from datetime import datetime
from enum import StrEnum

from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager
from shared.model.record import record


class SiteFormat(StrEnum):
    """The kinds of file that travel to and from a site; each says so of itself."""

    ORDER = "hcx-fleet-site-order"
    FACTS = "hcx-fleet-site-facts"


@record
class Authority:
    """A CA bundle as it travels: its certificates, and nothing else that may stand in the file."""

    name: str
    """What `Trust.ca_file` of the managers in the same order calls it."""
    pem: str


@record
class SiteOrder:
    """All that a collector needs of `fleet.yaml`: names of secrets, never a secret."""

    site: str
    release: str
    """Of the hcx-fleet that wrote it."""
    managers: tuple[Manager, ...]
    authorities: tuple[Authority, ...] = ()


@record
class ClockSeen:
    """How far the collector's clock was from a manager's, by the header `Date` of its answer."""

    manager: str
    ahead_seconds: int
    """Positive where the collector's clock was ahead. `Date` is cut to the second."""


@record
class SiteFacts:
    """What a collector saw of one site, all times by its own clock."""

    site: str
    release: str
    """Of the collector."""
    began_at: datetime
    ended_at: datetime
    clocks: tuple[ClockSeen, ...]
    managers: tuple[ManagerFacts, ...]


@record
class Imported:
    """The newest import of one manager, as it is kept."""

    facts: ManagerFacts
    """With corrected times, where the collector's clock was measured to be wrong."""
    site: str
    imported_at: datetime
    corrected_seconds: int | None
    """What was taken off all times; None where the clock was not measured."""
    system: str
    """Id of the system that is known to be this manager; empty where none was ever seen."""
    doubt: str = ""
    """Why these facts do not count, such as that another system answered; empty where they do."""
