"""What was seen of extended networks while an appliance changed, and what it comes to.

All times are by hcx-fleet's own clock: the clocks of two sites differ, and nothing they write down is compared.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.ne_mode import ApplianceMode
from shared.model.record import record


class Traffic(StrEnum):
    """Whether a network carried traffic at one moment, as far as a witness can say."""

    UP = "up"
    DOWN = "down"
    STRANGE = "strange"
    """Its tunnel is up, and its extension is in a state that nobody understands."""
    UNKNOWN = "unknown"
    """It was asked and did not say: a lost sample, or a word of a tunnel that nobody understands."""


class Witness(StrEnum):
    """Who says so."""

    PROBE = "probe"
    """Something behind the network that was asked through it: the only proof of traffic."""
    HCX = "hcx"
    """Tunnels and the state of the extension. They have been up while nothing passed."""


class Turn(StrEnum):
    """Whose look a sample is, and whether the next one follows: what is between two of the meter's was watched."""

    ON = "on"
    """The meter's, and it means to look again."""
    LAST = "last"
    """The meter's, which ended with it as it should."""
    APART = "apart"
    """That of the hand-over, which looks whether a meter goes on or not."""


@record
class NetworkSeen:
    """One extended network in one sample."""

    network: str
    """Its name; two extensions of one name on one appliance count as one."""
    by_hcx: Traffic
    by_probe: Traffic | None = None
    """None where no probe is named for it."""
    listed: bool | None = None
    """Whether it was listed as extended on the appliance; None where that could not be read."""


@record
class Sample:
    """One look at all networks of one appliance."""

    at: datetime
    """When the asking began."""
    until: datetime
    """When the last answer was in: what was seen, was so at some moment between both."""
    networks: tuple[NetworkSeen, ...]
    detail: str = ""
    """Why something was not seen; empty where everything was."""
    turn: Turn = Turn.ON


@record
class Burst:
    """Samples that were taken in a row."""

    task: str
    appliance: str
    """Name of the initiator's appliance."""
    samples: tuple[Sample, ...]
    known: tuple[str, ...] = ()
    """Networks of the appliance by the facts from before them; empty also where the facts say nothing of it."""


@record
class ChangedNetwork:
    """A network that was extended on an appliance while that changed, or taken away from it."""

    network: str
    appliance: str
    """Name of the initiator's appliance."""
    extended: bool
    """Whether it was extended; else it is extended there no more."""
    seen_at: datetime
    """The first look that showed it."""


@record
class SilentNetwork:
    """A network whose probe was answered before the change and is not after it."""

    network: str
    appliance: str
    """Name of the initiator's appliance."""
    tunnel_up: bool
    """Whether HCX says that all is well with it."""


@record
class Interval:
    """A time without traffic. Its true begin and end lie at most `error` before or after what is said."""

    began: datetime
    ended: datetime | None
    """None where the last sample still showed none."""
    error: timedelta


@record
class NetworkOutage:
    """What the change of one appliance cost one extended network."""

    network: str
    appliance: str
    mode: ApplianceMode
    witness: Witness
    """Whose word the intervals are."""
    intervals: tuple[Interval, ...]
    total: timedelta
    """Sum of the intervals; one that has not ended counts up to the last sample."""
    error: timedelta
    """By how much the total can be off."""
    samples: int
    lost: int
    """How many of them the witness did not answer."""
    limit: timedelta | None = None
    """What the owner accepts; None: nobody said."""
    silent: bool = False
    """Whether the probe found no traffic while HCX said that everything was up."""
    note: str = ""
    """What an operator has to know of the figure, such as that its probe was red before."""

    @property
    def over(self) -> bool:
        """Whether it is surely longer than the limit."""
        return self.limit is not None and self.total - self.error > self.limit
