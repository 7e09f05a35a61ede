"""One try to log in: ask the breaker, log in, tell it how that ended.

The store's breaker speaks for all processes and restarts. Who logs in anywhere does it through here, so that one failed
log-in per account and secret version is all there ever is.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.secret import Account
from shared.ports import Clock, LoginBreaker


class Attempt:
    """A try under way."""

    def __init__(self, logins: "Logins", account: Account) -> None:
        self._logins = logins
        self._account = account
        self.told = False

    def ended(self, *, refused: bool | None, detail: str) -> None:
        """Tell how it ended, as soon as that is known: others may be waiting for it."""
        self.told = True
        self._logins.ended(self._account, refused=refused, detail=detail)


class Logins:
    """Tries at all places that one breaker watches over; every thread may use it."""

    def __init__(self, breaker: LoginBreaker, clock: Clock) -> None:
        self._breaker = breaker
        self._clock = clock

    @contextmanager
    def attempt(
        self, account: Account, where: str, held_back: Callable[[BreakerState], Exception]
    ) -> Iterator[Attempt]:
        """The block is a try that the breaker allows. One that does not tell its end showed nothing: anybody may try.

        Args:
            account: the one to log in with.
            where: who is given the credentials, for the breaker's record.
            held_back: the error for a try that the breaker does not allow, now or ever again.
        """
        state = self._breaker.begin_login(account.secret, account.version, self._clock.now())
        if state.answer is not BreakerAnswer.GO:
            raise held_back(state)
        attempt = Attempt(self, account)
        try:
            yield attempt
        finally:
            if not attempt.told:
                attempt.ended(refused=None, detail=f"{where} gave no answer to credentials")

    def ended(self, account: Account, *, refused: bool | None, detail: str) -> None:
        """Tell the breaker how a log-in ended; True for one that was refused, None for one that showed nothing."""
        now = self._clock.now()
        self._breaker.end_login(account.secret, account.version, refused=refused, detail=detail, now=now)


def new_version(secret: str) -> str:
    """What helps an account whose secret version was refused."""
    return f"put the right password into a new version of secret {secret}; this one is not tried again"
