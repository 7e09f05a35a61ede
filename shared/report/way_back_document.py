"""What programs read about soaks and ways back in the report of a run.

As in `document.py`, a key that goes or changes its meaning is a change for other people's programs.
"""

from datetime import datetime

from shared.model.plan import Safeguard
from shared.model.soaking import SoakVerdict
from shared.model.way_back import Basis
from shared.report.part import Part


class ManagerWayBackPart(Part):
    """What protects one manager that was changed."""

    manager: str
    task: str
    kind: Safeguard
    """`none` where nothing does any more."""
    back_to: str
    """The release that it leads, or led, back to."""
    basis: Basis | None
    """How it is known when it was made; null where there never was anything."""
    made_at: datetime | None
    expires_at: datetime | None
    """Null where nothing deletes it by itself, or there never was anything."""
    left_seconds: float | None
    """Zero once it is gone; null where nothing ends it."""
    text: str
    """All of it in a sentence."""


class PairWayBackPart(Part):
    """Two paired managers that were both changed: they go back together or not at all."""

    managers: tuple[str, str]
    until: datetime | None
    left_seconds: float | None
    limited_by: str
    """The manager whose way back ends first; empty where neither ends."""
    text: str
    """All of it in a sentence."""


class WaysBackPart(Part):
    """Every way back of a run at `asOf`."""

    managers: tuple[ManagerWayBackPart, ...]
    pairs: tuple[PairWayBackPart, ...]


class SoakSamplePart(Part):
    """One look at a wave that is watched."""

    number: int
    at: datetime
    verdict: SoakVerdict
    reasons: tuple[str, ...]
    """What does not simply pass."""


class SoakPart(Part):
    """The soak of one wave that is over."""

    wave: str
    began: datetime
    until: datetime
    """When it is over at the earliest."""
    wanted: int
    """How many looks it takes; 0: it goes by time alone."""
    samples: tuple[SoakSamplePart, ...]
    verdict: SoakVerdict | None
    """Null while it goes on."""
    reasons: tuple[str, ...]
    ended_at: datetime | None
    text: str
    """How it stands, in a sentence."""
