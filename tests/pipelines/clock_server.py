"""Lets a simulated world's time pass for whoever sleeps in another process: `POST /pass/SECONDS`."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer

type LetPass = Callable[[timedelta], None]


@contextmanager
def clock_server(let_pass: LetPass) -> Iterator[str]:
    """Serve while inside; gives the address. One sleeper at a time."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            let_pass(timedelta(seconds=int(self.path.removeprefix("/pass/"))))
            self.send_response(HTTPStatus.NO_CONTENT)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's own word
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="clock-server", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
