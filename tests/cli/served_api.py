"""The API over a filled store, on a socket of this machine, and verbs of the command line that speak to it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from cli.endpoint import Endpoint
from cli.options import Output
from cli.remote.verbs import carried_out
from shared.api.calling import orchestrations
from shared.model.caller import SignIn, Way
from tests.api.api_fleet import Api


@contextmanager
def served(api: Api) -> Iterator[Endpoint]:
    """Serve it while inside."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        orchestrations.set(api.durable)
        await api.app(scope, receive, send)

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield Endpoint(url=f"http://127.0.0.1:{listening.getsockname()[1]}", audience=None)
    finally:
        server.should_exit = True
        thread.join()


def said(api: Api, verb: str, **given: Any) -> int:
    """Carry a verb out at the app over that store, as anybody on its machine; gives the exit code."""
    api.ports = replace(api.ports, sign_in=SignIn(way=Way.LOCAL))
    with served(api) as endpoint:
        return carried_out(verb, endpoint, {"output": Output.TABLE, **given})
