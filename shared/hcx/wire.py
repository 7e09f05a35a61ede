"""The only way to an HCX manager: one client whose transport sends what the route table and the confirmations allow.

The address is dialled and the name is verified. A kept connection is used again for the same name and trust only: two
names behind one address are two systems until a certificate says otherwise.

A change gets a connection of its own. A kept one can be closed by the manager in the moment of sending, and then nobody
could tell whether the change arrived; and on its own connection it can be made to trust nothing but the authorities
that it is confirmed for.
"""

import json
import logging
import math
import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from threading import Lock
from typing import Final
from xml.sax.saxutils import escape

import httpx

from shared.hcx.allowed import Allowed, Request, anchors_of
from shared.hcx.answer import Answer, Ask
from shared.hcx.calls import CallCounter
from shared.hcx.errors import (
    BugError,
    CertificateError,
    HcxError,
    NotInTableError,
    TurnedAwayError,
    UncertainError,
    UnreachableError,
    UnreadableError,
)
from shared.hcx.failures import not_connected
from shared.hcx.routes import DELIVERED, Port, RouteTable
from shared.hcx.words import clean
from shared.model.call import Call
from shared.model.confirmation import Confirmations
from shared.model.inventory import Endpoint, Manager, Trust
from shared.model.record import record
from shared.model.secret import SecretText
from shared.tls.contexts import TrustUnusableError, context_for, fingerprint
from shared.tls.validity import runs_out

ANSWER_MAX_BYTES: Final = 16 * 1024 * 1024
"""Larger than the lists of any fleet by far, small enough that a broken manager cannot exhaust the host."""

_TOKEN = "x-hm-authorization"  # noqa: S105 -- the name of a header
_ASK = "hcx_ask"
_HTTPS = 443
_SECRET_MIN = 8
_KEPT = httpx.Limits(max_connections=None, max_keepalive_connections=4, keepalive_expiry=4.0)
"""Four seconds are below what web servers commonly keep an idle connection: ours is closed first."""
_NOT_KEPT = httpx.Limits(max_connections=None, max_keepalive_connections=0)
_LEAST_SECONDS: Final = 0.05
"""Of patience: none at all would be taken for no limit."""
_HEADERS = {
    "accept": "application/json",
    "accept-encoding": "identity",  # a small answer could unpack into an endless one
    "content-type": "application/json",
    "user-agent": "hcx-fleet",
}


@record
class Timeouts:
    """Seconds to wait for a manager; real time, whatever the clock."""

    connect: float = 5.0
    write: float = 10.0
    read: float = 30.0
    """For each piece of an answer."""
    whole: float = 120.0
    """For all of it."""
    visit: float = 300.0
    """For everything that one visit asks. Without it a manager that takes two minutes for every answer would hold a
    pass, and one of the few that look at managers at a time, for the better part of an hour. Ours: a pass is some 25
    calls, and may take twelve seconds for each. No call is begun after it; the one under way is let end, so a visit
    takes at most this and one call."""


class Wire:
    """Sends asks to managers; every thread may use it."""

    def __init__(
        self,
        confirmations: Callable[[], Confirmations],
        counter: CallCounter,
        timeouts: Timeouts | None = None,
        routes: Callable[[], RouteTable] = lambda: DELIVERED,
    ) -> None:
        _keep_tokens_out_of_logs()
        self._timeouts = timeouts or Timeouts()
        self._allowed = Allowed(confirmations, routes)
        self._client = httpx.Client(
            transport=_TableTransport(self._allowed, counter),
            timeout=httpx.Timeout(
                connect=self._timeouts.connect, write=self._timeouts.write, read=self._timeouts.read, pool=None
            ),
            headers=_HEADERS,
            follow_redirects=False,
            trust_env=False,
            # Cookies would go by address, and two managers may share one.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )

    @property
    def visit_seconds(self) -> float:
        """How long a visit may take."""
        return self._timeouts.visit

    def table(self, manager: Manager, name: str) -> RouteTable:
        """The route table as it counts now, for a call of the row `name`.

        Raises:
            RoutesUnreadableError: the file that corrects it is broken.
        """
        return self._allowed.table(manager, name)

    def confirmed(self, ask: Ask) -> Call | None:
        """The call as which a change is confirmed; None where it is not.

        Raises:
            HcxError: that cannot be told.
        """
        return self._allowed.confirmed(ask)

    def send(self, ask: Ask) -> Answer:
        """Make one call and read its answer, whatever its status.

        Raises:
            HcxError: there is no answer, or nothing was sent.
        """
        with _classified(ask):
            response = self._client.send(self._request(ask), stream=True)
        try:
            return self._read(ask, response)
        finally:
            response.close()

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def _request(self, ask: Ask) -> httpx.Request:
        endpoint, call = ask.manager.endpoint, self._allowed.call_of(ask)
        try:
            target = call.filled(ask.parts)
        except ValueError as error:
            raise UnreadableError(ask.manager.id, ask.route.id, str(error)) from None
        port = _ports(endpoint)[ask.route.port]
        return self._client.build_request(
            call.method,
            _dialled(endpoint).copy_with(port=port, raw_path=target.encode("ascii")),
            json=None if call.method == "GET" else ask.body,
            headers={"host": _host_header(endpoint.host, port)}
            | ({ask.proof.header: ask.proof.value.reveal()} if ask.proof else {}),
            extensions={"sni_hostname": endpoint.host, _ASK: ask},
            timeout=self._patience(ask),
        )

    def _patience(self, ask: Ask) -> httpx.Timeout:
        """Of one call: the usual, and no longer than what is left of a visit that has to end."""
        most, left = self._timeouts, max(_left(ask), _LEAST_SECONDS)
        return httpx.Timeout(
            connect=min(most.connect, left), write=min(most.write, left), read=min(most.read, left), pool=None
        )

    def _read(self, ask: Ask, response: httpx.Response) -> Answer:
        leaf = _peer(response)
        body, whole = self._body(ask, response)
        token = response.headers.get(_TOKEN)
        return Answer(
            manager=ask.manager.id,
            route=ask.route.id,
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            body=_without_secrets(ask, response.status_code, body),
            whole=whole and response.headers.get("content-encoding", "identity") == "identity",
            token=SecretText(token) if token else None,
            retry_after_seconds=_seconds(response.headers.get("retry-after", "")),
            certificate=fingerprint(leaf) if leaf else "",
            certificate_until=runs_out(leaf) if leaf else None,
            sent_to=_host_in(response.headers.get("location", "")),
            date=response.headers.get("date", ""),
        )

    def _body(self, ask: Ask, response: httpx.Response) -> tuple[bytes, bool]:
        """The body, and whether that is all of it: what the status says counts even if the rest is lost."""
        pieces, size, ends = [], 0, time.monotonic() + min(self._timeouts.whole, _left(ask))
        try:
            for piece in response.iter_raw():
                size += len(piece)
                if size > ANSWER_MAX_BYTES or time.monotonic() > ends:
                    return b"", False
                pieces.append(piece)
        except httpx.TransportError:
            return b"", False
        return b"".join(pieces), True


def _left(ask: Ask) -> float:
    """Seconds until the visit has to end."""
    return math.inf if ask.ends is None else ask.ends - time.monotonic()


# --- the last line ----------------------------------------------------------------------------------------------------


type _Trusted = tuple[Trust, frozenset[str], frozenset[str] | None]
"""A trust, its anchors, and for a change those of them that it is confirmed for."""


class _TableTransport(httpx.BaseTransport):
    """Sends rows of the route table, changes only where a confirmation covers them, and nothing else.

    It reads the request itself and believes nothing that a caller says of it but for whom it is meant.
    """

    def __init__(self, allowed: Allowed, counter: CallCounter) -> None:
        self._allowed = allowed
        self._counter = counter
        self._pools: dict[tuple[str, _Trusted], httpx.HTTPTransport] = {}
        self._contexts: dict[_Trusted, ssl.SSLContext] = {}
        self._lock = Lock()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        ask = request.extensions.get(_ASK)
        if not isinstance(ask, Ask):
            raise NotInTableError("no manager", "no route", f"{request.method} was not asked of a manager")
        anchors = anchors_of(ask)
        permit = self._allowed.permit(ask, _as_sent(request, ask), anchors)
        pool = self._pool(ask, anchors, permit.anchors)
        if ask.sending is not None:
            ask.sending()
        self._counter.count(permit.row)
        return pool.handle_request(request)

    def close(self) -> None:
        with self._lock:
            pools = list(self._pools.values())
            self._pools.clear()
        for pool in pools:
            pool.close()

    def _pool(self, ask: Ask, anchors: frozenset[str], confirmed: frozenset[str] | None) -> httpx.HTTPTransport:
        """Connections to one name under one trust. The anchors stand for the content of a CA bundle: it may change."""
        endpoint = ask.manager.endpoint
        trusted = (endpoint.trust, anchors, confirmed)
        limits = _KEPT if confirmed is None else _NOT_KEPT
        with self._lock:
            if (endpoint.host, trusted) not in self._pools:
                context = self._context(ask, trusted)
                self._pools[endpoint.host, trusted] = httpx.HTTPTransport(context, limits=limits, trust_env=False)
            return self._pools[endpoint.host, trusted]

    def _context(self, ask: Ask, trusted: _Trusted) -> ssl.SSLContext:
        """One for all names under that trust: the system's authorities alone take a megabyte."""
        trust, _, confirmed = trusted
        if trusted not in self._contexts:
            try:
                self._contexts[trusted] = context_for(trust, confirmed)
            except TrustUnusableError as error:
                raise CertificateError(ask.manager.id, ask.route.id, error.detail, remedy=error.remedy) from None
        return self._contexts[trusted]


def _as_sent(request: httpx.Request, ask: Ask) -> Request:
    """What goes over the wire, if it goes to the manager that is asked, over TLS."""
    endpoint, url = ask.manager.endpoint, request.url
    if url.scheme != "https" or url.host != _dialled(endpoint).host:
        raise NotInTableError(ask.manager.id, ask.route.id, f"{request.method} {url.path} is not for this manager")
    doors = tuple(door for door, number in _ports(endpoint).items() if number == (url.port or _HTTPS))
    return Request(doors=doors, method=request.method, target=url.raw_path.decode("ascii"))


def _dialled(endpoint: Endpoint) -> httpx.URL:
    if not endpoint.host:  # an empty name would be this very host
        raise ValueError("an endpoint needs a name")
    return httpx.URL(scheme="https", host=endpoint.address or endpoint.host)


def _ports(endpoint: Endpoint) -> dict[Port, int]:
    return {Port.SERVICE: endpoint.service_port, Port.APPLIANCE: endpoint.appliance_port}


def _host_header(host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == _HTTPS else f"{name}:{port}"


def _peer(response: httpx.Response) -> bytes:
    """The certificate at the other end; empty where nobody can tell."""
    connection = response.extensions["network_stream"].get_extra_info("socket")
    return (connection.getpeercert(binary_form=True) if isinstance(connection, ssl.SSLSocket) else None) or b""


def _without_secrets(ask: Ask, status: int, body: bytes) -> bytes:
    """A body that does not repeat what proved who asks. Short secrets stay in data: they would be hit by chance."""
    hidden = [one.reveal() for one in ask.hidden] + ([ask.proof.value.reveal()] if ask.proof else [])
    for secret in hidden:
        if secret and (len(secret) >= _SECRET_MIN or status >= 300):  # noqa: PLR2004 -- HTTP's own
            for written in {secret, json.dumps(secret)[1:-1], escape(secret)}:
                body = body.replace(written.encode(), b"***")
    return body


def _host_in(location: str) -> str:
    """The host that a redirect names; one without a host stays at the same one."""
    try:
        host = httpx.URL(location).host
    except (httpx.InvalidURL, UnicodeError):
        return "an unreadable address"
    return clean(host) or ("the same host" if location else "")


def _seconds(retry_after: str) -> int | None:
    return int(retry_after) if re.fullmatch(r"\d{1,6}", retry_after, re.ASCII) else None


def _keep_tokens_out_of_logs() -> None:
    """Its debug records hold the headers of answers, the one with the session token among them."""
    logging.getLogger("httpcore.http11").addFilter(_above_debug)


def _above_debug(entry: logging.LogRecord) -> bool:
    return entry.levelno > logging.DEBUG


# --- what went wrong --------------------------------------------------------------------------------------------------


@contextmanager
def _classified(ask: Ask) -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise not_connected(ask, error, timed_out=isinstance(error, httpx.TimeoutException)) from None
    except httpx.TransportError as error:
        raise _not_answered(ask, error) from None
    except (httpx.InvalidURL, ValueError):  # a host that is empty, or no name by any rule
        detail = f"the endpoint {ask.manager.endpoint.host!r} is no name that can be dialled"
        raise UnreachableError(ask.manager.id, ask.route.id, detail, remedy="mend the manager's endpoint") from None


def _not_answered(ask: Ask, error: httpx.TransportError) -> HcxError:
    """There was a connection and bytes may have been sent."""
    manager, row = ask.manager.id, ask.route.id
    if isinstance(error, httpx.LocalProtocolError):
        return BugError(manager, row, "it cannot be written as HTTP")
    if ask.changes:
        return UncertainError(manager, row, f"it was sent and no answer came ({type(error).__name__})")
    if isinstance(error, httpx.TimeoutException):
        return UnreachableError(manager, row, "it took the call and did not answer in time")
    if isinstance(error, httpx.RemoteProtocolError) and not str(error).startswith("Server disconnected"):
        return UnreadableError(manager, row, "what came back is not HTTP")
    return TurnedAwayError(manager, row, "it hung up without an answer")
