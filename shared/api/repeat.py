"""Calls that may be repeated: the same key and body have the same answer, byte for byte, and make nothing twice.

A route whose call may be repeated takes `once: OnceOnly` behind all other parameters, so that who may not call is
refused first; and it names what it makes after `once.mark` where its caller has no name for it. So a host that dies
between making something and keeping the answer leaves nothing that the next try would make anew.
"""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import replace
from hashlib import sha256
from typing import Annotated, Any, Final, override
from uuid import uuid4

from fastapi import Depends, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from shared.api.access import CallerKey
from shared.api.given import PortsOf
from shared.api.problems import NO_STORE, Code, Problem
from shared.model.kept_call import KeptAnswer, KeptCall, KeptHeader
from shared.model.record import record
from shared.ports import Store
from shared.store.errors import StoreBusyError

UNDER_WAY_RETRY_AFTER = 2
"""Seconds after which a call is asked for again whose first try goes on: as long as most of them take."""

MARK: Final = 24
"""Digits of a key that the names of what a call makes hold: short enough to read, and too many to meet another's."""

_OF_ONE_TRANSPORT = frozenset({"content-length", "date", "server", "connection", "transfer-encoding"})
_LOG = logging.getLogger(__name__)

type _Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
type _Alias = Annotated[str | None, Header(alias="Repeatability-Request-ID", min_length=1, max_length=200)]


@record
class Once:
    """A call, as its caller means it to count."""

    mark: str
    """What it makes is named after it; empty where each call is one of its own."""


class _AnsweredBeforeError(Exception):
    """The call was answered before."""

    def __init__(self, answer: KeptAnswer) -> None:
        super().__init__()
        self.answer = answer


@record
class _Try:
    store: Store
    call: KeptCall


async def _begun(
    request: Request,
    ports: PortsOf,
    caller: CallerKey,
    idempotency_key: _Key = None,
    repeatability_request_id: _Alias = None,
) -> Once:
    key = _key_of(idempotency_key, repeatability_request_id)
    if key is None:
        return Once(mark="")
    wanted = KeptCall(
        key=named(request.method, request.scope["path"], caller, key),
        body=sha256(await request.body()).hexdigest(),
        mark=uuid4().hex,
        at=ports.clock.now(),
    )
    _refuse_unlike(await run_in_threadpool(ports.store.begin_call, wanted), wanted)
    request.state.tried = _Try(store=ports.store, call=wanted)
    return Once(mark=wanted.key[:MARK])


type OnceOnly = Annotated[Once, Depends(_begun)]
"""The call that a route carries out, which its caller may repeat."""


def named(method: str, path: str, caller: str, key: str) -> str:
    """What a call is kept under: another caller's key, or the same for another address, is another call."""
    parts = "".join(f"{len(one)}:{one}" for one in (method, path, caller, key))
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


class RepeatableRoute(APIRoute):
    """A route that keeps the answers of calls that may be repeated."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The usual one, with what was answered before in front of it and what is answered now behind it.

        Nobody on the way keeps any answer: what it tells of may be another a moment later.
        """
        carried_out = super().get_route_handler()

        async def once(request: Request) -> Response:
            kept = False
            try:
                answer = await carried_out(request)
                answer.headers.setdefault("Cache-Control", NO_STORE)
                kept = is_success(answer.status_code)
                return await _kept(request, answer) if kept else answer
            except _AnsweredBeforeError as before:
                return _again(before.answer, request)
            finally:
                if not kept:
                    await _dropped(request)

        return once


def is_success(status: int) -> bool:
    """Whether an answer is one that is given again: who was refused may put it right under the same key."""
    return 200 <= status < 300  # noqa: PLR2004 -- HTTP's own lines


def _key_of(key: str | None, alias: str | None) -> str | None:
    if key is not None and alias is not None and key != alias:
        detail = "Idempotency-Key and Repeatability-Request-ID are both given, and differ"
        raise Problem(400, Code.REPEAT_AMBIGUOUS, detail, remedy="send one of them")
    return alias if key is None else key


def _refuse_unlike(standing: KeptCall, wanted: KeptCall) -> None:
    if standing.body != wanted.body:
        detail = "under that key a call with another body was made"
        raise Problem(422, Code.REPEAT_OTHER_BODY, detail, remedy="choose another key, or send the same bytes again")
    if standing.answer is not None:
        raise _AnsweredBeforeError(standing.answer)
    if standing.mark != wanted.mark:
        detail = "the first call under that key has not been answered yet"
        raise Problem(
            409,
            Code.REPEAT_UNDER_WAY,
            detail,
            remedy=f"ask again in {UNDER_WAY_RETRY_AFTER} s, with the same key",
            headers={"Retry-After": str(UNDER_WAY_RETRY_AFTER)},
        )


async def _kept(request: Request, answer: Response) -> Response:
    tried: _Try | None = getattr(request.state, "tried", None)
    if tried is None:
        return answer
    given = _worth_keeping(answer)
    standing = (await run_in_threadpool(tried.store.end_call, replace(tried.call, answer=given))).answer
    if standing is not None and standing != given:  # another try was taken for dead, and was not
        return _again(standing, request)
    return _accepted(answer, request)


def _worth_keeping(answer: Response) -> KeptAnswer:
    told = (KeptHeader(name=name, value=value) for name, value in answer.headers.items())
    headers = tuple(one for one in told if one.name not in _OF_ONE_TRANSPORT)
    return KeptAnswer(status=answer.status_code, headers=headers, body=bytes(answer.body).decode())


async def _dropped(request: Request) -> None:
    """Let the next one try; where the store says no, it may as soon as this try is old enough to be a dead one."""
    tried: _Try | None = getattr(request.state, "tried", None)
    if tried is None:
        return
    try:
        await run_in_threadpool(tried.store.drop_call, tried.call)
    except StoreBusyError as error:
        _LOG.warning("a call that came to nothing stands in the way of the next try for a while: %s", error)


def _again(answer: KeptAnswer, request: Request) -> Response:
    told = Response(
        content=answer.body, status_code=answer.status, headers={one.name: one.value for one in answer.headers}
    )
    told.headers["Idempotency-Replayed"] = "true"
    return _accepted(told, request)


def _accepted(answer: Response, request: Request) -> Response:
    """With the word that clients wait for which repeat calls in the way of OASIS."""
    if "repeatability-request-id" in request.headers:
        answer.headers["Repeatability-Result"] = "accepted"
    return answer
