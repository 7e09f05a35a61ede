"""What may be sent at all: reads of the route table, and changes only as a confirmation has them, byte for byte."""

from collections.abc import Callable, Iterable

from shared.hcx.answer import Ask
from shared.hcx.errors import (
    CertificateError,
    ConfirmationsUnreadableError,
    NotConfirmedError,
    NotInTableError,
    RoutesUnreadableError,
)
from shared.hcx.routes import Effect, Port, Route, RouteTable
from shared.model.call import Call
from shared.model.confirmation import Confirmation, Confirmations
from shared.model.inventory import Manager
from shared.model.record import record
from shared.ports import PolicyInvalidError
from shared.tls.contexts import TrustUnusableError, trust_anchors


@record
class Request:
    """What is about to be sent, as the transport itself reads it."""

    doors: tuple[Port, ...]
    """The doors that it may be for: two, where both listen on one port."""
    method: str
    target: str


@record
class Permit:
    """That something may be sent."""

    row: Route
    anchors: frozenset[str] | None
    """For a change, those trust anchors of the manager that it is confirmed for; there is at least one."""


class Allowed:
    """Decides by the route table and the confirmations as they are now."""

    def __init__(self, confirmations: Callable[[], Confirmations], routes: Callable[[], RouteTable]) -> None:
        self._confirmations = confirmations
        self._routes = routes

    def table(self, manager: Manager, name: str) -> RouteTable:
        """The route table, for a call of the row `name`.

        Raises:
            RoutesUnreadableError: the file that corrects it is broken.
        """
        try:
            return self._routes()
        except PolicyInvalidError as error:
            raise RoutesUnreadableError(manager.id, name, str(error)) from None

    def call_of(self, ask: Ask) -> Call:
        """The call that an ask is: a change as it is confirmed, everything else as its row has it.

        Raises:
            NotConfirmedError: two confirmations say two things.
        """
        return (self.confirmed(ask) if ask.changes else None) or ask.route.call

    def confirmed(self, ask: Ask) -> Call | None:
        """The call as which a change is confirmed; None where it is not.

        Raises:
            NotConfirmedError: two confirmations say two things.
        """
        found = self._read(ask).of(ask.route.id, ask.generation or "", anchors_of(ask))
        calls = dict.fromkeys(entry.call for entry in found)
        if len(calls) > 1:
            remedy = "keep the one of them that the manager's own API document shows"
            detail = f"it is confirmed as {' and as '.join(calls)} for the certificates of this manager"
            raise NotConfirmedError(ask.manager.id, ask.route.id, detail, remedy=remedy)
        return Call.of(next(iter(calls))) if calls else None

    def permit(self, ask: Ask, request: Request, anchors: frozenset[str]) -> Permit:
        """What allows this very request.

        It believes nothing of the ask but for which manager, generation and row it is meant, and takes each of these
        for a restriction.

        Raises:
            HcxError: nothing does, so nothing is to be sent.
        """
        table = self.table(ask.manager, ask.route.id)
        found = (table.find(door, request.method, request.target) for door in request.doors)
        row = next(iter(sorted(filter(None, found), key=lambda row: row.effect is not Effect.MUTATE)), None)
        if row is not None and row.effect is not Effect.MUTATE:
            return Permit(row=row, anchors=None)
        entries = [] if request.method == "GET" else list(_saying(self._read(ask).entries, table, request))
        if row is None and not entries:
            path = request.target.partition("?")[0]
            raise NotInTableError(ask.manager.id, ask.route.id, f"{request.method} {path} is not in the route table")
        confirmed = frozenset(entry.trust for entry in entries if _meant(entry, ask, table)) & anchors
        if not confirmed:
            raise _not_confirmed(ask, row)
        return Permit(row=table.route(ask.route.id), anchors=confirmed)

    def _read(self, ask: Ask) -> Confirmations:
        try:
            return self._confirmations()
        except PolicyInvalidError as error:
            raise ConfirmationsUnreadableError(ask.manager.id, ask.route.id, str(error)) from None


def anchors_of(ask: Ask) -> frozenset[str]:
    """The trust anchors of the manager that is asked.

    Raises:
        CertificateError: they cannot be read.
    """
    try:
        return trust_anchors(ask.manager.endpoint.trust)
    except TrustUnusableError as error:
        raise CertificateError(ask.manager.id, ask.route.id, error.detail, remedy=error.remedy) from None


def _saying(entries: Iterable[Confirmation], table: RouteTable, request: Request) -> Iterable[Confirmation]:
    """Those that confirm exactly this request for a row behind one of its doors."""
    changes = {row.id: row.port for row in table.rows if row.effect is Effect.MUTATE}
    return (
        entry
        for entry in entries
        if changes.get(entry.route) in request.doors and Call.of(entry.call).fits(request.method, request.target)
    )


def _meant(entry: Confirmation, ask: Ask, table: RouteTable) -> bool:
    """Whether it confirms what the ask says it is, in the generation that the manager speaks."""
    spoken = ask.generation if ask.generation in table.route(entry.route).generations else None
    return entry.route == ask.route.id and entry.generation == spoken


def _not_confirmed(ask: Ask, row: Route | None) -> NotConfirmedError:
    name = row.id if row else ask.route.id
    detail = f"nothing confirms it for generation {ask.generation or 'unknown'} and this manager's certificate"
    return NotConfirmedError(ask.manager.id, name, detail)
