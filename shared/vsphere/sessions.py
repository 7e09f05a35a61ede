"""Logging in at vCenters, by the same breaker as at HCX managers: a refused secret version is not tried again."""

from collections.abc import Iterator
from contextlib import contextmanager

from shared.model.inventory import VcenterPlace
from shared.model.ledger import BreakerAnswer
from shared.model.secret import Account
from shared.ports import Clock, LoginBreaker, SecretMissingError, Secrets
from shared.vsphere.connection import Connection, NoAccountError, connected, refused
from shared.vsphere.errors import LoginRefusedError, VcenterAwayError

CALL_SECONDS = 20.0
"""For each connection and each piece of an answer; real time, whatever the clock."""


class Sessions:
    """Log-ins at all vCenters; every thread may use it."""

    def __init__(self, *, clock: Clock, secrets: Secrets, breaker: LoginBreaker, seconds: float = CALL_SECONDS) -> None:
        self._clock = clock
        self._secrets = secrets
        self._breaker = breaker
        self._seconds = seconds

    @contextmanager
    def at(self, place: VcenterPlace) -> Iterator[Connection]:
        """A log-in at that vCenter while the block runs.

        Raises:
            VcenterError: there is none to be had, or what the block did went wrong.
        """
        account = self._account(place)
        self._begin(account, place)
        told = False
        try:
            with connected(place, account.username, account.password.reveal(), self._seconds) as connection:
                self._end(account, refused=False, detail=f"{place.host} took it")
                told = True
                yield connection
        except NoAccountError:
            told = True
            self._end(account, refused=True, detail=f"{place.host} refused it")
            raise refused(account.secret, place.host) from None
        finally:
            if not told:
                self._end(account, refused=None, detail=f"{place.host} gave no answer to credentials")

    def _account(self, place: VcenterPlace) -> Account:
        try:
            return self._secrets.account(place.credentials)
        except SecretMissingError as error:
            remedy = f"put user name and password of {place.host} into the secret {place.credentials}"
            raise LoginRefusedError(str(error), remedy) from None
        except ConnectionError as error:
            raise VcenterAwayError(str(error), "the place where secrets are kept does not answer: look again") from None

    def _begin(self, account: Account, place: VcenterPlace) -> None:
        state = self._breaker.begin_login(account.secret, account.version, self._clock.now())
        match state.answer:
            case BreakerAnswer.OPEN:
                raise refused(account.secret, place.host)
            case BreakerAnswer.WAIT:
                raise VcenterAwayError(f"secret {account.secret} is being tried for the first time", "look again")
            case BreakerAnswer.GO:
                return

    def _end(self, account: Account, *, refused: bool | None, detail: str) -> None:
        self._breaker.end_login(account.secret, account.version, refused=refused, detail=detail, now=self._clock.now())
