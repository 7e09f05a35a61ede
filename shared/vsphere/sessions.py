"""Logging in at vCenters, by the same breaker as at HCX managers: a refused secret version is not tried again."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.login.attempts import Logins
from shared.model.inventory import VcenterPlace
from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.secret import Account
from shared.ports import Clock, LoginBreaker, SecretMissingError, Secrets
from shared.vsphere.connection import Connection, NoAccountError, connected, refused
from shared.vsphere.errors import LoginRefusedError, VcenterAwayError, VcenterError

CALL_SECONDS = 20.0
"""For each connection and each piece of an answer; real time, whatever the clock."""


class Sessions:
    """Log-ins at all vCenters; every thread may use it."""

    def __init__(self, *, clock: Clock, secrets: Secrets, breaker: LoginBreaker, seconds: float = CALL_SECONDS) -> None:
        self._secrets = secrets
        self._logins = Logins(breaker, clock)
        self._seconds = seconds

    @contextmanager
    def at(self, place: VcenterPlace) -> Iterator[Connection]:
        """A log-in at that vCenter while the block runs.

        Raises:
            VcenterError: there is none to be had, or what the block did went wrong.
        """
        account = self._account(place)
        with self._logins.attempt(account, place.host, lambda state: _held_back(state, place)) as attempt:
            try:
                with connected(place, account.username, account.password.reveal(), self._seconds) as connection:
                    attempt.ended(refused=False, detail=f"{place.host} took it")
                    yield connection
            except NoAccountError:
                attempt.ended(refused=True, detail=f"{place.host} refused it")
                raise refused(account.secret, place.host) from None

    def _account(self, place: VcenterPlace) -> Account:
        try:
            return self._secrets.account(place.credentials)
        except SecretMissingError as error:
            remedy = f"put user name and password of {place.host} into the secret {place.credentials}"
            raise LoginRefusedError(str(error), remedy) from None
        except ConnectionError as error:
            raise VcenterAwayError(str(error), "the place where secrets are kept does not answer: look again") from None


def _held_back(state: BreakerState, place: VcenterPlace) -> VcenterError:
    if state.answer is BreakerAnswer.OPEN:
        return refused(state.secret, place.host)
    return VcenterAwayError(f"secret {state.secret} is being tried for the first time", "look again")
