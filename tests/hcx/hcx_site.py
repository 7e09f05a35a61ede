"""A site for tests: certificates, accounts, and adapters over a real SQLite store."""

import hashlib
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import trustme

from shared.hcx.adapter import HcxAdapter
from shared.hcx.routes import DELIVERED, RouteTable
from shared.hcx.wire import Timeouts
from shared.model.confirmation import Confirmation, Confirmations
from shared.model.inventory import Endpoint, Manager, ManagerKind, Trust
from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError
from shared.store.sqlite import SqliteStore
from tests.hcx.hcx_peer import Answers, Peer

HOST = "hcx.lyon.test"
PASSWORD = "password-canary-0815"  # noqa: S105 -- what tests look for in places where it must not be
ADMIN_PASSWORD = "admin-canary-0816"  # noqa: S105 -- the same


class TickingClock:
    """A clock that goes on by a second at each look."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 24, 6, tzinfo=UTC)

    def now(self) -> datetime:
        """Now."""
        self.time += timedelta(seconds=1)
        return self.time


def account(name: str, password: str, version: str = "1") -> Account:
    """An account as a secret holds it."""
    return Account(secret=name, version=version, username="svc", password=SecretText(password))


class Drawer:
    """Accounts in memory."""

    def __init__(self) -> None:
        self.accounts = {"lyon": account("lyon", PASSWORD), "lyon-admin": account("lyon-admin", ADMIN_PASSWORD)}

    def account(self, name: str) -> Account:
        """The account of that name."""
        if name not in self.accounts:
            raise SecretMissingError(f"there is no secret {name}")
        return self.accounts[name]


class Site:
    """A CA, and what is needed to talk to peers with certificates of it."""

    def __init__(self, folder: Path, leave: ExitStack) -> None:
        self.ca = trustme.CA()
        self.other_ca = trustme.CA()
        self.folder = folder
        self.ca_file = self._kept("ca.pem", self.ca)
        self.other_ca_file = self._kept("other.pem", self.other_ca)
        self.clock = TickingClock()
        self.secrets = Drawer()
        self.store = leave.enter_context(SqliteStore(folder / "store.sqlite"))
        self.confirmations = Confirmations()
        self._leave = leave

    def _kept(self, name: str, ca: trustme.CA) -> str:
        path = self.folder / name
        ca.cert_pem.write_to_path(path)
        return str(path)

    def peer(self, answers: Answers, *, host: str = HOST, ca: trustme.CA | None = None, days: int = 1) -> Peer:
        """A peer with a certificate for `host` that runs out in `days`."""
        context = server_context(ca or self.ca, host, days)
        return self._leave.enter_context(Peer(context, answers))

    def manager(self, peer: Peer, *, trust: Trust | None = None, admin: bool = True, host: str = HOST) -> Manager:
        """The manager behind `peer`, whose name does not resolve anywhere."""
        return Manager(
            id="con-lyon",
            kind=ManagerKind.CONNECTOR,
            site="lyon",
            endpoint=Endpoint(
                host=host,
                address="127.0.0.1",
                service_port=peer.port,
                appliance_port=peer.port,
                trust=trust or Trust(ca_file=self.ca_file),
            ),
            credentials="lyon",
            appliance_credentials="lyon-admin" if admin else None,
        )

    def adapter(self, *, read: float = 5.0, routes: Callable[[], RouteTable] | RouteTable = DELIVERED) -> HcxAdapter:
        """An adapter over the store of this site."""
        made = HcxAdapter(
            clock=self.clock,
            secrets=self.secrets,
            breaker=self.store,
            confirmations=lambda: self.confirmations,
            routes=routes,
            timeouts=Timeouts(connect=2.0, write=2.0, read=read, whole=5.0),
        )
        self._leave.callback(made.close)
        return made

    def confirm(self, *routes: str, generation: str = "4.x", trust: str | None = None, call: str | None = None) -> None:
        """Confirm these routes as delivered, or as `call`, for this site's CA unless another anchor is named."""
        self.confirmations = Confirmations(
            entries=tuple(
                Confirmation(
                    route=route,
                    generation=generation,
                    call=call or str(DELIVERED.route(route).call),
                    trust=trust or sha256_of(self.ca),
                    evidence="a test",
                    author="a test",
                    confirmed_on=date(2026, 11, 24),
                )
                for route in routes
            )
        )


def server_context(ca: trustme.CA, host: str, days: int) -> ssl.SSLContext:
    """A server's side of TLS with a new certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(host, not_after=datetime.now(UTC) + timedelta(days=days)).configure_cert(context)
    return context


def sha256_of(ca: trustme.CA) -> str:
    """SHA-256 of a CA's certificate."""
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(ca.cert_pem.bytes().decode())).hexdigest()
