"""The rollback clock: what leads each changed manager back, and until when."""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.plan import Safeguard
from shared.model.record import record


class Basis(StrEnum):
    """How it is known when a snapshot was made."""

    OBSERVED = "observed"
    """Whoever keeps it says so."""
    INFERRED = "inferred"
    """From the begin of the upgrade that makes it; nobody saw it."""


@record
class ManagerClock:
    """What protects one manager that was changed, now."""

    manager: str
    task: str
    kind: Safeguard
    """The one that leads back longest; `none` where nothing does any more."""
    back_to: str
    """The release that it leads back to; of what is gone: that it led back to."""
    basis: Basis | None
    made_at: datetime | None
    expires_at: datetime | None
    """None where nothing deletes it by itself, or there never was anything."""
    left: timedelta | None
    """How long it still is; zero once it is gone, None where nothing ends it."""
    note: str
    """In one sentence without its stop."""


@record
class PairClock:
    """Two paired managers that were both changed: they go back together or not at all."""

    managers: tuple[str, ...]
    """Their ids, two of them."""
    until: datetime | None
    """Until when both can: the earlier of both; None where nothing ends it."""
    left: timedelta | None
    limited_by: str
    """Id of the manager whose way back ends first; empty where neither ends."""


@record
class WaysBack:
    """Every way back of a run at one moment."""

    managers: tuple[ManagerClock, ...] = ()
    pairs: tuple[PairClock, ...] = ()
