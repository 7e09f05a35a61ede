"""What programs read about outages of extended networks in the report of a run.

As in `document.py`, a key that goes or changes its meaning is a change for other people's programs.
"""

from datetime import datetime

from shared.model.ne_mode import ApplianceMode
from shared.model.outage import Witness
from shared.model.view import NotMeasured
from shared.report.part import Part


class IntervalPart(Part):
    """A time without traffic."""

    began: datetime
    ended: datetime | None
    """Null where the last sample still showed none."""
    error_seconds: float
    """How far the true begin and end are from what is said, at most."""


class OutagePart(Part):
    """What the change of one appliance cost one extended network."""

    network: str
    task: str
    mesh: str
    """Name of the mesh."""
    sites: tuple[str, ...]
    appliance: str
    mode: ApplianceMode
    witness: Witness
    """Whose word it is."""
    probed: bool
    """Whether a probe is named for the network, believed or not."""
    seen_by: str
    """Both in words."""
    total_seconds: float
    error_seconds: float
    """By how much the total can be off; where no outage was seen, how long one may have been."""
    limit_seconds: float | None
    """What is accepted; null where nobody said."""
    over: bool
    """Whether it is surely longer than that."""
    silent: bool
    """Whether the probe found no traffic while HCX said that everything was up."""
    note: str
    samples: int
    lost: int
    """Samples that the witness did not answer; where that is all of them, nothing is known."""
    intervals: tuple[IntervalPart, ...]
    text: str
    """All of it in a sentence."""


class UnmeasuredPart(Part):
    """Networks of one appliance of which nobody knows what its change cost them."""

    networks: tuple[str, ...]
    """Their names, as far as they were observed."""
    count: int
    task: str
    mesh: str
    sites: tuple[str, ...]
    appliance: str
    mode: ApplianceMode
    reason: NotMeasured
    """Stable code."""
    text: str


class OutagesPart(Part):
    """What the mesh tasks of a run cost the extended networks."""

    networks: int
    """How many were measured, with at least one answer."""
    total_seconds: float
    error_seconds: float
    measured: tuple[OutagePart, ...]
    unmeasured: tuple[UnmeasuredPart, ...]
