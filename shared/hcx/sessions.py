"""Logging in without ever locking an account.

One failed log-in per account and secret version, ever: `shared/login/` keeps that for all processes and restarts, the
locks here keep the threads of this process in line while a secret version is tried for the first time. A failed log-in
is a 401 or 403 to credentials, and nothing else is: a manager that is still starting says nothing about a password.
"""

import base64
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event, Lock

from shared.hcx.answer import Answer, Ask, Proof
from shared.hcx.errors import (
    BreakerOpenError,
    HcxError,
    LoginElsewhereError,
    LoginRefusedError,
    NotYetError,
    SecretsAwayError,
    SecretUnusableError,
    UnreadableError,
)
from shared.hcx.judging import accepted
from shared.hcx.pauses import Pauses
from shared.hcx.routes import DELIVERED
from shared.hcx.wire import Wire
from shared.hcx.words import is_xml, not_ready, problem_of
from shared.login.attempts import Logins, new_version
from shared.model.inventory import Endpoint, Manager
from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.record import record
from shared.model.secret import Account, SecretText
from shared.ports import Clock, LoginBreaker, SecretMissingError, Secrets

_REFUSED = frozenset({401, 403})


class _Session:
    """The log-in at one manager with one secret version, shared by every thread of this process."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.token: SecretText | None = None


@record
class Token:
    """A session token."""

    value: SecretText
    fresh: bool
    """Whether this very call logged in. A manager that refuses a token it gave out just now did not let it run out."""


class _Trial:
    """A secret version as this process knows it."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.good = Event()


class Sessions:
    """Log-ins at all managers; every thread may use it."""

    def __init__(self, wire: Wire, secrets: Secrets, breaker: LoginBreaker, clock: Clock) -> None:
        self._wire = wire
        self._secrets = secrets
        self._logins = Logins(breaker, clock)
        self.pauses = Pauses(clock)
        """Which managers want to be left in peace, known to every visit like the log-ins."""
        self._lock = Lock()
        self._sessions: defaultdict[tuple[Endpoint, str, str], _Session] = defaultdict(_Session)
        self._trials: defaultdict[tuple[str, str], _Trial] = defaultdict(_Trial)

    def account(self, manager: Manager, secret: str, row: str) -> Account:
        """The account of that name.

        Raises:
            SecretUnusableError: there is none.
            SecretsAwayError: the place where secrets are kept does not answer.
        """
        try:
            return self._secrets.account(secret)
        except SecretMissingError as error:
            remedy = f"put user name and password of {manager.id} into the secret {secret}"
            raise SecretUnusableError(manager.id, row, str(error), remedy=remedy) from None
        except ConnectionError as error:
            raise SecretsAwayError(manager.id, row, str(error)) from None

    def token(self, manager: Manager, account: Account) -> Token:
        """A token for `manager`, logging in where there is none. Callers at the same time share one log-in.

        Raises:
            HcxError: there is no session to be had.
        """
        session = self._session(manager, account)
        with session.lock:
            fresh = session.token is None
            session.token = session.token or self._log_in(manager, account)
            return Token(value=session.token, fresh=fresh)

    def ran_out(self, manager: Manager, account: Account, token: Token) -> None:
        """Forget a token that the manager does not take any more; whoever asks for one next logs in again."""
        session = self._session(manager, account)
        with session.lock:
            if session.token is token.value:  # else another caller has logged in again already
                session.token = None

    def ask_basic(self, ask: Ask, account: Account, *, known_good: bool) -> Answer:
        """Make a call on port 9443, where each one carries the credentials and is a log-in of its own.

        Args:
            ask: the call.
            account: user name and password.
            known_good: whether the same visit has had an answer with them already; the breaker was asked then.

        Raises:
            HcxError: there is no answer, or the credentials were refused.
        """
        ask = replace(ask, proof=Proof(header="authorization", value=_basic(account)), hidden=(account.password,))
        if known_good:
            answer = self._wire.send(ask)
            if answer.status in _REFUSED:
                self._logins.ended(account, refused=True, detail=_told(answer))
                raise _refusal(answer, account)
            return answer
        return self._tried(ask, account, lambda: self._wire.send(ask))

    def _session(self, manager: Manager, account: Account) -> _Session:
        with self._lock:
            return self._sessions[manager.endpoint, account.secret, account.version]

    def _log_in(self, manager: Manager, account: Account) -> SecretText:
        ask = Ask(
            manager=manager,
            route=DELIVERED.route("login"),
            body={"username": account.username, "password": account.password.reveal()},
            hidden=(account.password,),
        )
        answer = self._tried(ask, account, lambda: _about_the_log_in(self._wire.send(ask)))
        if answer.token is None:
            raise UnreadableError(manager.id, ask.route.id, "the log-in was taken, but gave no session token")
        return answer.token

    def _tried(self, ask: Ask, account: Account, call: Callable[[], Answer]) -> Answer:
        """Make a call with credentials, between asking the breaker and telling it.

        While nobody knows whether a secret version is good, threads of this process wait for each other here, so that
        they learn of a refusal instead of being told to come back.
        """
        trial = self._trial(account)
        if trial.good.is_set():
            return self._try(ask, account, call)
        with trial.lock:
            if not trial.good.is_set():
                answer = self._try(ask, account, call)
                if answer.good:
                    trial.good.set()
                return answer
        return self._try(ask, account, call)

    def _trial(self, account: Account) -> _Trial:
        with self._lock:
            return self._trials[account.secret, account.version]

    def _try(self, ask: Ask, account: Account, call: Callable[[], Answer]) -> Answer:
        with self._logins.attempt(account, ask.manager.id, partial(_held_back, ask)) as attempt:
            answer = call()
            attempt.ended(refused=_outcome(answer), detail=_told(answer))
        if answer.status in _REFUSED:
            raise _refusal(answer, account)
        return answer


def _held_back(ask: Ask, state: BreakerState) -> HcxError:
    if state.answer is BreakerAnswer.OPEN:
        detail = f"secret {state.secret} was refused before: {state.detail}"
        return BreakerOpenError(ask.manager.id, ask.route.id, detail, remedy=new_version(state.secret))
    detail = f"secret {state.secret} is being tried for the first time"
    return LoginElsewhereError(ask.manager.id, ask.route.id, detail)


def _outcome(answer: Answer) -> bool | None:
    """Whether credentials were refused (True), taken (False), or not looked at as far as anyone can tell (None)."""
    if answer.status in _REFUSED:
        return True
    return False if answer.good else None


def _told(answer: Answer) -> str:
    return f"{answer.manager} answered {answer.status} to {answer.route}"


def _refusal(answer: Answer, account: Account) -> HcxError:
    detail = f"secret {account.secret} was refused: {_told(answer)} ({problem_of(answer)})"
    return LoginRefusedError(answer.manager, answer.route, detail, remedy=new_version(account.secret))


def _about_the_log_in(answer: Answer) -> Answer:
    """A log-in's answer that says something of the log-in.

    Raises:
        NotYetError: it says that the manager is still starting.
    """
    if answer.good and answer.token is not None:
        return answer
    if not_ready(answer) or (is_xml(answer) and answer.status not in _REFUSED):
        detail = f"it is still starting: {problem_of(answer)}"
        raise NotYetError(answer.manager, answer.route, detail, after_seconds=answer.retry_after_seconds)
    return answer if answer.status in _REFUSED else accepted(answer)


def _basic(account: Account) -> SecretText:
    words = f"{account.username}:{account.password.reveal()}".encode()
    return SecretText(f"Basic {base64.b64encode(words).decode('ascii')}")
