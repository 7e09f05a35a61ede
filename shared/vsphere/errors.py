"""What can go wrong with a vCenter, ordered by what the caller can do about it.

    VcenterError
        VcenterAwayError        nothing took effect: ask again later
        SessionLostError        the log-in counts no more: look again, with a new one
        UncertainChangeError    a change was sent and no answer came: only look, never send again
        VcenterStopError        somebody has to act first
            LoginRefusedError       user name or password refused, now or some time before
            UntrustedError          the certificate is not the one to trust
            MachineNotFoundError    not exactly one machine is the manager's
            AnotherMachineError     the manager's machine is not the one that the plan pinned
            RefusedError            vCenter said no, in its own words

None ever holds a secret.
"""

from typing import ClassVar


class VcenterError(Exception):
    """Something is wrong with a vCenter or a call to it."""

    reason: ClassVar[str]
    remedy: str = "look again"

    def __init__(self, detail: str, remedy: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.remedy = remedy or type(self).remedy


class VcenterAwayError(VcenterError):
    """Nobody answered, or not in time."""

    reason = "unreachable"
    remedy = "see that vCenter runs, and that its name, address, routing and firewalls let this host in"


class SessionLostError(VcenterError):
    """The session ended in the middle."""

    reason = "session-lost"


class UncertainChangeError(VcenterError):
    """A change was sent and no answer came."""

    reason = "uncertain"
    remedy = "look at the machine in vCenter; the call is not sent a second time"


class VcenterStopError(VcenterError):
    """Somebody has to act first."""


class LoginRefusedError(VcenterStopError):
    """The account is not taken."""

    reason = "login-refused"


class UntrustedError(VcenterStopError):
    """Whoever answered could not show the certificate that is trusted for this vCenter."""

    reason = "certificate"
    remedy = "compare the certificate at vCenter itself, then put its authority or thumbprint into fleet.yaml"


class MachineNotFoundError(VcenterStopError):
    """Not exactly one machine is the manager's."""

    reason = "machine-not-found"


class AnotherMachineError(VcenterStopError):
    """A machine that the plan does not mean has its name or address."""

    reason = "another-machine"
    remedy = (
        "see in vCenter why it is another machine; if that is meant, plan again, and have that plan approved: a plan "
        "pins the machine that it saw"
    )


class RefusedError(VcenterStopError):
    """vCenter understood and said no."""

    reason = "refused"
    remedy = "mend what vCenter names, then try again"
