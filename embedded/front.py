"""A real HTTP server in front of the app, so that a browser, a pipeline or `curl` can reach it on one machine."""

import asyncio
import contextlib
from collections.abc import Iterator
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from embedded.host import LocalHost

METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS"]


@contextlib.contextmanager
def serve_front(host: LocalHost, port: int) -> Iterator[str]:
    """Serve the app on loopback; gives its address."""
    server = uvicorn.Server(uvicorn.Config(_application(host), host="127.0.0.1", port=port, log_level="warning"))
    thread = Thread(target=server.run, name="http-front", daemon=True)
    thread.start()
    while not server.started:
        thread.join(timeout=0.02)
        if not thread.is_alive():
            raise OSError(f"port {port} on 127.0.0.1 cannot be used")
    bound = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{bound}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)


def _application(host: LocalHost) -> Starlette:
    async def forward(request: Request) -> Response:
        content = await request.body()
        answer = await asyncio.to_thread(
            host.http,
            request.method,
            request.url.path,
            headers=dict(request.headers),
            query=dict(request.query_params),
            raw=content,
        )
        skipped = {"content-length", "transfer-encoding"}
        headers = {name: value for name, value in answer.headers.items() if name.lower() not in skipped}
        return Response(answer.body, status_code=answer.status, headers=headers)

    return Starlette(routes=[Route("/{path:path}", forward, methods=METHODS)])
