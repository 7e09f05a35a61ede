"""What one call may weigh, and how much one caller may ask for: both refused before anything is done for it.

Bodies are looked at before the app reads them, whatever their length is said to be. What a caller spends is counted in
this process alone, and flows back evenly: it keeps one caller from taking the app away from the others, and is no bill.
"""

import re
from collections.abc import Callable
from math import ceil
from threading import Lock
from time import monotonic
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.api.problems import Code, Problem, answer
from shared.model.record import record

BODY_MAX = 64 * 1024
"""Bytes of the longest body: many times what any that is described needs."""

VERSIONS = ("1",)
READ, RENDERED, START = 1, 10, 20
"""What calls cost: about as many times as long as a read do they keep a core busy."""

_STARTS: Final = re.compile(r"/v1/plans|.*:(check|upgrade|retry|revert)", re.DOTALL)
_RENDERED: Final = re.compile(r".*/runSheet|.*\.(html|json|md|xml|csv|ics)", re.DOTALL)
_CALLERS_MAX = 10_000
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def cost(method: str, path: str) -> int:
    """What a call costs its caller."""
    if method == "PUT" or (method == "POST" and _STARTS.fullmatch(path)):
        return START
    return RENDERED if method == "GET" and _RENDERED.fullmatch(path) else READ


# --- how much a caller asks for ---------------------------------------------------------------------------------------


@record
class _Purse:
    left: float
    at: float
    """Seconds by the clock that is given."""


class Spending:
    """What callers have left to spend. Safe from any thread."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Nobody has spent anything.

        Args:
            clock: of seconds, which only ever grow; not that of a simulated world, whose time weighs nothing here.
        """
        self._clock = clock
        self._purses: dict[str, _Purse] = {}
        self._lock = Lock()

    def spend(self, caller: str, price: int, per_minute: int) -> None:
        """Take the price of a call from what its caller has left of a minute.

        Raises:
            Problem: there is not so much left; it says when there will be.
        """
        with self._lock:
            now, size = self._clock(), max(per_minute, price)
            purse = self._purses.get(caller, _Purse(left=size, at=now))
            left = min(size, purse.left + (now - purse.at) * per_minute / 60)
            if left < price:
                raise _too_many(ceil((price - left) * 60 / per_minute), per_minute)
            self._purses[caller] = _Purse(left=left - price, at=now)
            self._forget(now)

    def _forget(self, now: float) -> None:
        """Whoever has spent nothing for a minute has all of it again."""
        if len(self._purses) > _CALLERS_MAX:
            self._purses = {caller: purse for caller, purse in self._purses.items() if now - purse.at < 60}  # noqa: PLR2004


def _too_many(seconds: int, per_minute: int) -> Problem:
    detail = f"this caller has spent what one may in a minute: {per_minute} reads, or fewer calls that cost more"
    remedy = f"ask again in {seconds} s, and look at a run as often as its Retry-After says"
    return Problem(429, Code.CALLER_TOO_MANY, detail, remedy=remedy, headers={"Retry-After": str(seconds)})


# --- what a call weighs -----------------------------------------------------------------------------------------------


class Limits:
    """In front of the app: refuses calls of another version, and bodies that are too long or no JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer why not."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            _refuse_other_site(scope)
            _refuse_version(scope)
            body = await _body(scope, receive)
            _refuse_media_type(scope, body)
        except Problem as problem:
            await answer(problem)(scope, receive, send)
        else:
            await self._app(scope, _again(body, receive), send)


def _refuse_other_site(scope: Scope) -> None:
    """A page that somebody looks at elsewhere may call any address with their sign-in, or from their machine.

    Browsers say of every such call that changes something where the page is from; what is no browser says nothing.
    """
    origin = _header(scope, b"origin")
    if origin and scope["method"] not in _READING and urlsplit(origin).netloc != _header(scope, b"host"):
        detail = "the call comes from a page of another site"
        raise Problem(403, Code.CALLER_OTHER_SITE, detail, remedy="call from a program, or from a page of this app")


def _refuse_version(scope: Scope) -> None:
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    asked = {value for name, value in query if name == "api-version"}
    if asked - set(VERSIONS):
        known = ", ".join(VERSIONS)
        remedy = f"leave api-version out, or ask for one of these: {known}"
        raise Problem(400, Code.VERSION_UNKNOWN, f"of this API there are the versions: {known}", remedy=remedy)


async def _body(scope: Scope, receive: Receive) -> bytes:
    said = _header(scope, b"content-length")
    if said.isdecimal() and len(said) < 20 and int(said) > BODY_MAX:  # noqa: PLR2004 -- more digits than any body has
        raise _too_large()
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(body) > BODY_MAX:
            raise _too_large()
    return bytes(body)


def _too_large() -> Problem:
    detail = f"the body is longer than {BODY_MAX} bytes"
    remedy = "send what GET /v1/openapi.json describes, which is shorter"
    return Problem(413, Code.BODY_TOO_LARGE, detail, remedy=remedy)


def _refuse_media_type(scope: Scope, body: bytes) -> None:
    """A page in a browser can send other types to any address without asking first, and JSON it cannot."""
    said = _header(scope, b"content-type").partition(";")[0].strip().lower()
    if body and said != "application/json":
        detail = "bodies are taken as application/json alone"
        remedy = "send JSON, with the header Content-Type: application/json"
        raise Problem(415, Code.BODY_MEDIA_TYPE, detail, remedy=remedy)


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


def _again(body: bytes, receive: Receive) -> Receive:
    """What was read already, once more; and then whatever comes."""
    told = False

    async def receive_again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again
