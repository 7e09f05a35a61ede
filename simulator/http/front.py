"""The one ASGI app behind every listener: it finds the endpoint by the address that was dialled."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Protocol

from simulator.http.message import Request, Response

type Receive = Callable[[], Awaitable[dict[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]


class Endpoint(Protocol):
    """Something that answers requests. Answering takes no time: the world moves between requests only."""

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        ...


class Front:
    """Hands requests to endpoints."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.endpoints: dict[tuple[str, int], Endpoint] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await _body(receive)
        endpoint = self.endpoints[scope["server"]]
        answer = endpoint.answer(Request.of(scope, body))
        answer.headers.setdefault("date", format_datetime(self._now(), usegmt=True))
        if answer.lost:
            scope["state"]["drop"]()
            await receive()  # comes back as soon as the connection is gone
        else:
            await _send(send, receive, answer)


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, receive: Receive, response: Response) -> None:
    length = len(response.body) if response.promised is None else response.promised
    headers = [(b"content-type", response.content_type.encode()), (b"content-length", str(length).encode())]
    headers += [(name.encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.pause:
        await _drip(send, receive, response)
    else:
        broken = length != len(response.body)
        await send({"type": "http.response.body", "body": response.body, "more_body": broken})


async def _drip(send: Send, receive: Receive, response: Response) -> None:
    """Send a body byte by byte until it is whole or nobody listens any more."""
    for place in range(len(response.body)):
        with suppress(TimeoutError):
            await asyncio.wait_for(receive(), response.pause)
            return
        more = place + 1 < len(response.body)
        await send({"type": "http.response.body", "body": response.body[place : place + 1], "more_body": more})
