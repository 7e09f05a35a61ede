"""The log-in breaker: at most one failed log-in per account and secret version, whoever asks and however often.

A secret version that nobody has tried yet is tried by one caller alone. Once it was accepted everybody may use it;
once it was refused nobody tries it again, and only a new version of the secret helps.

Accepted race: a password changed at the manager without a new secret version makes a *good* version fail, and callers
already under way fail with it. The first one to report it stops all later ones.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.record import record

TRY_ENDS_AFTER = timedelta(seconds=120)
"""A first try older than this belongs to a caller that died, and another one may try. Longer than any log-in takes
with all its time-outs, short enough that a killed host does not hold up a night's work."""


class LoginState(StrEnum):
    """What is known of one secret version."""

    TRYING = "trying"
    GOOD = "good"
    REFUSED = "refused"


@record
class Login:
    """One secret version as a store keeps it."""

    secret: str
    version: str
    state: LoginState
    detail: str
    at: datetime
    """When the try began, or how it ended became known."""


def ask(standing: Login | None, secret: str, version: str, now: datetime) -> tuple[BreakerState, Login | None]:
    """The answer for a caller that wants to log in, and what the store keeps from now on (None: what it has)."""
    if standing is None or _abandoned(standing, now):
        trying = Login(secret=secret, version=version, state=LoginState.TRYING, detail="", at=now)
        return _state(trying, BreakerAnswer.GO, "first try of this secret version"), trying
    match standing.state:
        case LoginState.GOOD:
            return _state(standing, BreakerAnswer.GO, standing.detail), None
        case LoginState.REFUSED:
            return opened(standing), None
        case LoginState.TRYING:
            return _state(standing, BreakerAnswer.WAIT, "another log-in tries this secret version"), None


def end(standing: Login | None, *, refused: bool | None, trying: Login) -> Login | None:
    """What the store keeps once a try ended; None means to forget it, so that the next caller may try.

    `refused` is None where the try showed nothing, such as a manager that is still starting. A refusal stands for good:
    a late success belongs to a try that began before it.
    """
    if standing is not None and standing.state is LoginState.REFUSED:
        return standing
    if refused is None:
        return standing if standing is not None and standing.state is LoginState.GOOD else None
    return Login(
        secret=trying.secret,
        version=trying.version,
        state=LoginState.REFUSED if refused else LoginState.GOOD,
        detail=trying.detail,
        at=trying.at,
    )


def opened(refused: Login) -> BreakerState:
    """The open breaker of a refused secret version."""
    return _state(refused, BreakerAnswer.OPEN, refused.detail)


def _abandoned(standing: Login, now: datetime) -> bool:
    return standing.state is LoginState.TRYING and now - standing.at >= TRY_ENDS_AFTER


def _state(login: Login, answer: BreakerAnswer, detail: str) -> BreakerState:
    return BreakerState(secret=login.secret, version=login.version, answer=answer, detail=detail, at=login.at)
