"""The client of first contact: it was given no confirmation, so its transport refuses every change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from shared.hcx.calls import CallCounter
from shared.hcx.generation import Dialect
from shared.hcx.routes import DELIVERED, RouteTable
from shared.hcx.sessions import Sessions
from shared.hcx.visit import Visit
from shared.hcx.wire import Timeouts, Wire
from shared.model.confirmation import Confirmations
from shared.model.inventory import Endpoint, Manager
from shared.model.ledger import BreakerAnswer, BreakerState
from shared.model.secret import Account
from shared.ports import Clock, LoginBreaker, SecretMissingError, Secrets


class NobodyLogsIn:
    """Stands for accounts and breaker where nobody logs in."""

    def account(self, name: str) -> Account:
        """None.

        Raises:
            SecretMissingError: always.
        """
        raise SecretMissingError(f"secret {name} is not used: nobody logs in here")

    def begin_login(self, secret: str, version: str, now: datetime) -> BreakerState:
        """Nobody gets here without an account; whoever does may not."""
        return BreakerState(secret=secret, version=version, answer=BreakerAnswer.OPEN, detail="nobody logs in", at=now)

    def end_login(self, secret: str, version: str, *, refused: bool | None, detail: str, now: datetime) -> None:
        """Nothing began."""


@dataclass
class SeenSecrets:
    """Hands accounts on, and remembers what must not be in anything that is written down."""

    inner: Secrets
    users: set[str] = field(default_factory=set)
    passwords: set[str] = field(default_factory=set)

    def account(self, name: str) -> Account:
        """The account of that name.

        Raises:
            SecretMissingError: there is no such secret, or it does not hold an account.
        """
        found = self.inner.account(name)
        self.users.add(found.username)
        self.passwords.add(found.password.reveal())
        return found


class FirstContact:
    """Visits that can only look. Every thread may use it."""

    def __init__(
        self,
        *,
        clock: Clock,
        secrets: Secrets,
        breaker: LoginBreaker,
        routes: Callable[[], RouteTable] = lambda: DELIVERED,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._secrets = SeenSecrets(secrets)
        self._wire = Wire(Confirmations, CallCounter(), timeouts, routes)
        self._sessions = Sessions(self._wire, self._secrets, breaker, clock)
        self._spoken: dict[Endpoint, Dialect] = {}

    def visit(self, manager: Manager) -> Visit:
        """A visit to one manager."""
        return Visit(manager, self._wire, self._sessions, self._spoken)

    def hidden(self, manager: Manager) -> tuple[str, ...]:
        """What must not stay in anything that is kept of `manager`: who and where it is, and accounts used so far."""
        endpoint = manager.endpoint
        named = {manager.id, manager.site, manager.credentials, endpoint.host, endpoint.address or ""}
        return tuple(sorted(one for one in named | self._secrets.users | self._secrets.passwords if one))

    def secrets_of(self, manager: Manager) -> tuple[str, ...]:
        """Those of them that no field and no path can hold by chance: passwords, name and address."""
        endpoint = manager.endpoint
        return tuple(one for one in (*self._secrets.passwords, endpoint.host, endpoint.address) if one)

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()
