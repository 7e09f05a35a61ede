"""How one appliance is upgraded, and why so."""

from enum import StrEnum

from shared.model.record import record


class ApplianceMode(StrEnum):
    """The ways in which the product upgrades an appliance."""

    IN_SERVICE = "in-service"
    """A second pair with new addresses takes over; seconds of outage."""
    HA_GROUP = "ha-group"
    """The product upgrades the standby, switches over and upgrades the other; it does not switch back."""
    STANDARD = "standard"
    """Redeployed in place."""
    REDEPLOY = "redeploy"
    """A gateway that never carries the update flag: a person redeploys it."""
    NONE = "none"
    """No way is open until something is fixed."""


@record
class ModeChoice:
    """The mode that was chosen."""

    mode: ApplianceMode
    reason: str
    """One sentence: why this mode, and what keeps a better one away."""
    to_fix: tuple[str, ...] = ()
    """Where no mode is open, or a better one was wanted: what somebody has to put right."""
