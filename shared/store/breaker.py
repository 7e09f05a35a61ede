"""The log-in breaker: at most one failed log-in per account and secret version, whoever asks and however often.

A secret version that nobody has tried yet is tried by one caller alone. Once it was accepted everybody may use it;
once it was refused nobody tries it again: only a new version of the secret helps, or a person who gives this one a
single further try and stands for it by name.

Accepted race: a password changed at the manager without a new secret version makes a *good* version fail, and callers
already under way fail with it. The first one to report it stops all later ones.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from shared.model.ledger import BreakerAnswer, BreakerReset, BreakerState
from shared.model.record import record

TRY_ENDS_AFTER = timedelta(seconds=120)
"""A first try older than this belongs to a caller that died, and another one may try. Longer than any log-in takes
with all its time-outs, short enough that a killed host does not hold up a night's work."""


class LoginState(StrEnum):
    """What is known of one secret version."""

    TRYING = "trying"
    GOOD = "good"
    REFUSED = "refused"
    RESET = "reset"
    """Refused once, and given one more try by a person."""


@record
class Login:
    """One secret version as a store keeps it."""

    secret: str
    version: str
    state: LoginState
    detail: str
    at: datetime
    """When the try began, how it ended became known, or it was reset."""
    resets: tuple[BreakerReset, ...] = ()
    """Never lost, however the tries after them end."""


def ask(standing: Login | None, secret: str, version: str, now: datetime) -> tuple[BreakerState, Login | None]:
    """The answer for a caller that wants to log in, and what the store keeps from now on (None: what it has)."""
    if standing is None or standing.state is LoginState.RESET or _abandoned(standing, now):
        resets = standing.resets if standing else ()
        trying = Login(secret=secret, version=version, state=LoginState.TRYING, detail="", at=now, resets=resets)
        return _state(trying, BreakerAnswer.GO, "first try of this secret version"), trying
    match standing.state:
        case LoginState.GOOD:
            return _state(standing, BreakerAnswer.GO, standing.detail), None
        case LoginState.REFUSED:
            return opened(standing), None
        case LoginState.TRYING | LoginState.RESET:
            return _state(standing, BreakerAnswer.WAIT, "another log-in tries this secret version"), None


def end(standing: Login | None, *, refused: bool | None, trying: Login) -> Login | None:
    """What the store keeps once a try ended; None means to forget it, so that the next caller may try.

    `refused` is None where the try showed nothing, such as a manager that is still starting. A refusal stands for good:
    a late success belongs to a try that began before it.
    """
    if standing is not None and standing.state is LoginState.REFUSED:
        return standing
    if refused is None:
        return _showed_nothing(standing)
    return Login(
        secret=trying.secret,
        version=trying.version,
        state=LoginState.REFUSED if refused else LoginState.GOOD,
        detail=trying.detail,
        at=trying.at,
        resets=standing.resets if standing else (),
    )


def _showed_nothing(standing: Login | None) -> Login | None:
    """What was known before counts again; a try that a person gave was not used up."""
    if standing is None or standing.state is LoginState.GOOD:
        return standing
    return replace(standing, state=LoginState.RESET) if standing.resets else None


def reset(standing: Login | None, given: BreakerReset) -> Login | None:
    """What the store keeps once a person allowed one more try; None where the breaker is not open."""
    if standing is None or standing.state is not LoginState.REFUSED:
        return None
    return replace(standing, state=LoginState.RESET, at=given.at, resets=(*standing.resets, given))


def opened(refused: Login) -> BreakerState:
    """The open breaker of a refused secret version."""
    return _state(refused, BreakerAnswer.OPEN, refused.detail)


def _abandoned(standing: Login, now: datetime) -> bool:
    return standing.state is LoginState.TRYING and now - standing.at >= TRY_ENDS_AFTER


def _state(login: Login, answer: BreakerAnswer, detail: str) -> BreakerState:
    return BreakerState(
        secret=login.secret, version=login.version, answer=answer, detail=detail, at=login.at, resets=login.resets
    )
