"""One visit to one manager: calls one after the other, one log-in per account, and no second knock on a closed door."""

import time
from collections.abc import Mapping, MutableMapping
from dataclasses import replace

from shared.hcx.answer import Answer, Ask, Proof
from shared.hcx.errors import HcxError, NotOfferedError, NotYetError, VisitOverError
from shared.hcx.generation import Dialect, dialect_of
from shared.hcx.judging import accepted
from shared.hcx.routes import DELIVERED, Port, Route
from shared.hcx.sessions import Sessions, Token
from shared.hcx.wire import Wire
from shared.model.call import Call
from shared.model.document import Json
from shared.model.inventory import Endpoint, Manager
from shared.model.secret import Account
from shared.model.version import Version
from shared.ports import Sending

_LIVENESS = "liveness"
_UNAUTHORIZED = 401
_SERVER_ERRORS = 500


class Visit:
    """What one pass, look or act says to a manager. Not to be shared between threads."""

    def __init__(
        self,
        manager: Manager,
        wire: Wire,
        sessions: Sessions,
        spoken: MutableMapping[Endpoint, Dialect],
        seconds: float | None = None,
    ) -> None:
        self.manager = manager
        self._wire = wire
        self._sessions = sessions
        self._spoken = spoken
        self._accounts: dict[str, Account] = {}
        self._token: Token | None = None
        self._renewed = False
        self._basic_good = False
        self._closed: dict[Port, HcxError] = {}
        self._strict = seconds is not None
        self._ends = time.monotonic() + (seconds if seconds is not None else wire.visit_seconds)

    @property
    def dialect(self) -> Dialect | None:
        """How this manager is spoken to: by the version read last, in this visit or in an earlier one.

        An earlier one, because a manager that is being upgraded shows its progress on port 9443 while 443 is silent.
        """
        return self._spoken.get(self.manager.endpoint)

    def learn(self, version: Version) -> None:
        """Speak to the manager as its version wants it; in no way at all where nobody knows how."""
        dialect = dialect_of(version)
        if dialect is None:
            self._spoken.pop(self.manager.endpoint, None)
        else:
            self._spoken[self.manager.endpoint] = dialect

    @property
    def gone(self) -> bool:
        """Whether nobody is there on port 443, or nobody that may be spoken to."""
        return Port.SERVICE in self._closed

    def knock(self) -> Answer:
        """Ask without credentials whether anybody is there. No log-in is tried where this has no answer.

        Raises:
            HcxError: nobody is, or it answers with nothing but errors.
        """
        answer = self._at(Ask(manager=self.manager, route=self.row(_LIVENESS)))
        return accepted(answer) if answer.status >= _SERVER_ERRORS else answer

    def log_in(self) -> None:
        """Have a session on port 443, by logging in unless this process has one already.

        Raises:
            HcxError: there is none to be had.
        """
        self._service_token()

    def row(self, name: str) -> Route:
        """The row of that id, as it counts for the manager's generation.

        Raises:
            HcxError: the file that corrects rows is broken.
        """
        return self._wire.table(self.manager, name).route(name, self._generation)

    def confirmed(self, name: str) -> Call | None:
        """The call as which a changing row is confirmed for this manager; None where it is not.

        Raises:
            HcxError: that cannot be told.
        """
        return self._wire.confirmed(Ask(manager=self.manager, route=self.row(name), generation=self._generation))

    def ask(self, name: str, *, body: Json = None, **parts: str) -> Answer:
        """Make the call of that row, filled with these ids, with the credentials of its port.

        Raises:
            HcxError: there is no answer, or it says no.
        """
        return accepted(self.try_to(name, body=body, **parts))

    def try_to(self, name: str, *, body: Json = None, **parts: str) -> Answer:
        """Make the call of that row and return its answer whatever its status.

        Raises:
            HcxError: there is no answer.
        """
        return self._at(self._ask(name, body, parts))

    def change(self, name: str, sending: Sending, *, body: Json, **parts: str) -> Answer:
        """The same for a row that changes something.

        `sending` is called once nothing but the wire is left between the call and the manager; what it raises comes
        out, and then nothing was sent.

        Raises:
            HcxError: there is no answer, or nothing was sent.
        """
        return self._at(replace(self._ask(name, body, parts), sending=sending))

    def _ask(self, name: str, body: Json, parts: Mapping[str, str]) -> Ask:
        return Ask(manager=self.manager, route=self.row(name), generation=self._generation, parts=parts, body=body)

    @property
    def _generation(self) -> str | None:
        return self.dialect.generation if self.dialect else None

    def _at(self, ask: Ask) -> Answer:
        """Make a call unless an earlier one showed that its port lets nobody in, or the time of the visit is over."""
        port = ask.route.port
        if port in self._closed:
            raise self._closed[port]
        if time.monotonic() > self._ends:
            raise self._over(ask, "not asked")
        try:
            self._sessions.pauses.hold(ask)
            answer = self._send(replace(ask, ends=self._ends) if self._strict else ask)
            self._sessions.pauses.heed(ask, answer)
        except HcxError as error:
            if self._strict and time.monotonic() > self._ends:
                raise self._over(ask, "not waited for") from error
            if error.closes_port:
                self._closed[port] = error
            raise
        if self._strict and not answer.whole and time.monotonic() > self._ends:
            raise self._over(ask, "not waited for")
        return answer

    def _over(self, ask: Ask, what: str) -> VisitOverError:
        detail = f"{what}: the manager is so slow that the time for one visit was over"
        return VisitOverError(ask.manager.id, ask.route.id, detail)

    def _send(self, ask: Ask) -> Answer:
        if ask.route.id == _LIVENESS:
            return self._wire.send(ask)
        return self._with_session(ask) if ask.route.port is Port.SERVICE else self._with_basic(ask)

    def _with_session(self, ask: Ask) -> Answer:
        """Call in the session, which is renewed once per visit where it has run out.

        A change is never sent twice, not even after a 401: the next visit logs in again.
        """
        token = self._service_token()
        answer = self._wire.send(_with(ask, token))
        if answer.status != _UNAUTHORIZED:
            self._token = replace(token, fresh=token.fresh and not answer.good)
            return answer
        self._sessions.ran_out(self.manager, self._service_account(), token)
        if ask.changes:
            raise NotYetError(ask.manager.id, ask.route.id, "the session had run out; nothing was done")
        if token.fresh or self._renewed:
            return answer
        self._token, self._renewed = None, True
        return self._wire.send(_with(ask, self._service_token()))

    def _with_basic(self, ask: Ask) -> Answer:
        secret = self.manager.appliance_credentials
        if secret is None:
            detail = "nobody gave us an account for appliance management (port 9443)"
            raise NotOfferedError(ask.manager.id, ask.route.id, detail, remedy=_NO_ACCOUNT)
        answer = self._sessions.ask_basic(ask, self._account(secret, ask), known_good=self._basic_good)
        self._basic_good = self._basic_good or answer.good
        return answer

    def _service_token(self) -> Token:
        if self._token is None:
            self._token = self._sessions.token(self.manager, self._service_account())
        return self._token

    def _service_account(self) -> Account:
        return self._account(self.manager.credentials, Ask(manager=self.manager, route=DELIVERED.route("login")))

    def _account(self, secret: str, ask: Ask) -> Account:
        """The account as it was when this visit began: one look-up, and one version throughout."""
        if secret not in self._accounts:
            self._accounts[secret] = self._sessions.account(self.manager, secret, ask.route.id)
        return self._accounts[secret]


_NO_ACCOUNT = "name the secret as `applianceCredentials` if you have the account; a provider keeps that of its managers"


def _with(ask: Ask, token: Token) -> Ask:
    return replace(ask, proof=Proof(header="x-hm-authorization", value=token.value))
