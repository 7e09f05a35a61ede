"""What can go wrong with an HCX manager, ordered by what the caller can do about it.

    HcxError
        AskAgainError                   nothing took effect: ask again later
            NotYetError                     it answers, but starts or is busy: 5xx, a start-up error, 408, 409, 429
            PausedError                     it said Retry-After: it is left in peace until then, within a limit
            LoginElsewhereError             another caller tries this secret version for the first time right now
            SecretsAwayError                the place where secrets are kept does not answer
            VisitOverError                  this visit has taken as long as one may: the rest of it was not asked
            NoAnswerError                   nobody there to ask
                TurnedAwayError                 refused, reset, or hung up without an answer
                UnreachableError                no answer in time, no way there, unknown name
        UncertainError                  a change was sent and no answer came: only look, never send again
        StopTaskError                   somebody has to act for this manager first
            CredentialsError
                LoginRefusedError               401 or 403 to credentials, just now
                BreakerOpenError                the same, some time before
                SecretUnusableError             no such secret, or nothing usable in it
            CertificateError                the certificate is not the one to trust, or the trust itself cannot be read
            NotConfirmedError               no confirmation covers the change: nothing was sent
            NotOfferedError                 this manager does not have the call, or not for this account
            RedirectedError                 it sends us elsewhere: never followed
            RejectedError                   any other 4xx, with the manager's own words
            UnreadableError                 an answer that no parser understands
        StopRunError                    no manager may be changed
            ConfirmationsUnreadableError    the file of confirmations is broken
            RoutesUnreadableError           the file that corrects routes is broken: nothing is asked either
        BugError                        hcx-fleet itself is wrong
            NotInTableError                 a request that is no row of the route table: nothing was sent

Each one names manager and route and says what to do; none ever holds a secret.
"""

from typing import ClassVar

from shared.model.facts import GapReason


class HcxError(Exception):
    """Something is wrong with an HCX manager or a call to it."""

    reason: ClassVar[str]
    """Stable code of an act that this ends."""
    gap: ClassVar[GapReason] = GapReason.UNREADABLE
    """Reason of the gap that this leaves in the facts."""
    closes_port: ClassVar[bool] = False
    """Whether the next call to the same port would end alike: then it is not made."""
    remedy: str = "observe again"

    def __init__(self, manager: str, route: str, detail: str, *, remedy: str = "") -> None:
        super().__init__(f"{manager}, {route}: {detail}")
        self.manager = manager
        self.route = route
        self.detail = detail
        self.remedy = remedy or type(self).remedy


# --- ask again later --------------------------------------------------------------------------------------------------


class AskAgainError(HcxError):
    """Nothing took effect."""

    gap = GapReason.NOT_YET

    def __init__(
        self, manager: str, route: str, detail: str, *, remedy: str = "", after_seconds: int | None = None
    ) -> None:
        super().__init__(manager, route, detail, remedy=remedy)
        self.after_seconds = after_seconds


class NotYetError(AskAgainError):
    """It answers, but is still starting or busy."""

    reason = "not-yet"


class PausedError(AskAgainError):
    """It asked to be left in peace for a while, and that while is not over."""

    reason = "not-yet"
    closes_port = True


class LoginElsewhereError(AskAgainError):
    """Another caller tries this secret version for the first time: its outcome decides for all."""

    reason = "login-elsewhere"
    closes_port = True


class SecretsAwayError(AskAgainError):
    """The place where secrets are kept does not answer, which says nothing of the secret."""

    reason = "not-yet"
    closes_port = True


class VisitOverError(AskAgainError):
    """The manager is so slow that the rest of what this visit wanted was not asked for."""

    reason = "not-yet"
    gap = GapReason.UNREACHABLE
    remedy = "see why the manager answers so slowly (its load, its disk, the way there), then observe again"


class NoAnswerError(AskAgainError):
    """There was nobody to ask."""

    closes_port = True


class TurnedAwayError(NoAnswerError):
    """Refused, reset, or hung up without an answer: what a manager does while it reboots."""

    reason = "not-yet"
    remedy = "observe again in a few minutes; if it stays so, see that the manager runs and listens on this port"


class UnreachableError(NoAnswerError):
    """No answer in time, no way there, or an unknown name."""

    reason = "unreachable"
    gap = GapReason.UNREACHABLE
    remedy = "see that the manager is powered on, and that its name, address, routing and firewalls let this host in"


# --- only look --------------------------------------------------------------------------------------------------------


class UncertainError(HcxError):
    """A change was sent and no answer came."""

    reason = "uncertain"
    remedy = "look at the manager; the call is not sent a second time"


# --- stop this task ---------------------------------------------------------------------------------------------------


class StopTaskError(HcxError):
    """Somebody has to act for this manager first."""


class CredentialsError(StopTaskError):
    """The account cannot be used."""

    closes_port = True


class LoginRefusedError(CredentialsError):
    """401 or 403 to credentials: the breaker of this secret version is open from now on."""

    reason = "login-refused"
    gap = GapReason.LOGIN_REFUSED


class BreakerOpenError(CredentialsError):
    """This secret version was refused before and is not tried again."""

    reason = "breaker-open"
    gap = GapReason.BREAKER_OPEN


class SecretUnusableError(CredentialsError):
    """There is no such secret, or it does not hold an account."""

    reason = "secret-missing"
    gap = GapReason.SECRET_MISSING


class CertificateError(StopTaskError):
    """Whoever answered could not show the certificate that is trusted for this manager."""

    reason = "certificate"
    gap = GapReason.CERTIFICATE
    closes_port = True


class NotConfirmedError(StopTaskError):
    """No confirmation covers this change of this manager: nothing was sent."""

    reason = "not-confirmed"
    gap = GapReason.NOT_OFFERED
    remedy = "have a person do it, or confirm the route for this manager's certificate, as docs/hcx-routes.md says"


class NotOfferedError(StopTaskError):
    """This manager does not have the call, or not for this account."""

    reason = "not-offered"
    gap = GapReason.NOT_OFFERED
    remedy = "see docs/hcx-routes.md for the call, and the role of the account at this manager"


class RedirectedError(StopTaskError):
    """It sends us to another place, where neither the request nor any credentials ever go."""

    reason = "redirected"
    remedy = "see what answers at this endpoint: it should be the manager itself; put its own name into `endpoint`"


class RejectedError(StopTaskError):
    """The manager understood and said no."""

    reason = "rejected"
    remedy = "mend what the manager names, then try again"


class UnreadableError(StopTaskError):
    """An answer came that no parser understands."""

    reason = "unreadable"
    remedy = "see docs/hcx-routes.md for the expected answer; report the version of this manager and the answer's shape"


# --- stop the run -----------------------------------------------------------------------------------------------------


class StopRunError(HcxError):
    """No manager may be changed."""


class ConfirmationsUnreadableError(StopRunError):
    """The file of confirmations cannot be used, so nothing counts as confirmed."""

    reason = "confirmations-unreadable"
    remedy = "mend the confirmations file, then start the run again"


class RoutesUnreadableError(StopRunError):
    """The file that corrects routes cannot be used, so nobody can tell which call is right."""

    reason = "routes-unreadable"
    remedy = "mend the file that HCX_FLEET_ROUTES names, then observe again"


# --- bug --------------------------------------------------------------------------------------------------------------


class BugError(HcxError):
    """hcx-fleet itself is wrong."""

    reason = "bug"
    remedy = "report this as a bug of hcx-fleet"


class NotInTableError(BugError):
    """A request that is no row of the route table: nothing was sent."""
