"""The one ASGI app behind every listener: it finds the endpoint by the address that was dialled."""

from collections.abc import Awaitable, Callable
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

    def __init__(self) -> None:
        self.endpoints: dict[tuple[str, int], Endpoint] = {}

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        body = await _body(receive)
        endpoint = self.endpoints[scope["server"]]
        await _send(send, endpoint.answer(Request.of(scope, body)))


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, response: Response) -> None:
    headers = [(b"content-type", response.content_type.encode()), (b"content-length", str(len(response.body)).encode())]
    headers += [(name.encode(), value.encode()) for name, value in response.headers.items()]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
