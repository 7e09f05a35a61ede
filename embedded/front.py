"""A real HTTP server in front of a host, for browsers, command lines and other processes.

It forwards every request as it is, method, path, query, headers and body, and gives back what the app answered. It
listens on the loopback interface only and answers only to its own name there: keys and authorization levels are not
checked by this host, so no web page that a browser on this machine shows may reach the app through another name.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import request_response
from starlette.types import ASGIApp

from embedded.http_trigger import HttpAnswer, HttpRequest
from shared.model.record import record

ADDRESS = "127.0.0.1"
STOP_SECONDS = 1


class Answering(Protocol):
    """A host, or what stands in front of it."""

    def answer(self, request: HttpRequest) -> HttpAnswer:
        """The answer to a request."""
        ...


@record
class Front:
    """A server that listens."""

    url: str
    """Without a slash at its end."""


@contextmanager
def serve_front(host: Answering, port: int = 0) -> Iterator[Front]:
    """Serve a host's app over HTTP while the block lasts; port 0 takes a free one.

    Raises:
        OSError: the port is taken.
    """
    config = uvicorn.Config(
        _application(host), lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=STOP_SECONDS
    )
    server = uvicorn.Server(config)
    listening = socket.create_server((ADDRESS, port))  # connections wait in it until the server is there
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="http-front", daemon=True)
    thread.start()
    try:
        yield Front(url=f"http://{ADDRESS}:{listening.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()


def _application(host: Answering) -> ASGIApp:
    """No table of routes, which would refuse a path with a line break in it: that is the app's to answer."""

    async def forward(request: Request) -> Response:
        sent = HttpRequest(
            method=request.method, target=_target(request), headers=_headers(request), body=await request.body()
        )
        answer = await run_in_threadpool(host.answer, sent)
        return Response(answer.body, answer.status, dict(answer.headers))

    return TrustedHostMiddleware(request_response(forward), allowed_hosts=[ADDRESS, "localhost"], www_redirect=False)


def _headers(request: Request) -> dict[str, str]:
    """A header that was sent several times is one with several values: a function sees a mapping."""
    return {name: ", ".join(request.headers.getlist(name)) for name in request.headers}


def _target(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return path.decode() + (f"?{query.decode()}" if query else "")
