"""What a managed identity asks on Azure, on this machine: tokens over plain HTTP, for whoever knows its header."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from shared.model.record import record

HEADER = "identity-header-canary"


@record
class Identity:
    """Where it is, and what tokens it was asked for."""

    variables: dict[str, str]
    """What azure-identity finds it by."""
    asked: list[str]
    """The audience of each token that it gave."""


@contextmanager
def identity_endpoint(token: str | None) -> Iterator[Identity]:
    """An endpoint that gives this token; None: it has none for anybody."""
    asked = list[str]()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            right = self.headers.get("X-IDENTITY-HEADER") == HEADER and token is not None
            if right:
                asked.append(query["resource"][0])
            given = {"access_token": token, "expires_on": "4102444800", "resource": "", "token_type": "Bearer"}
            body = json.dumps(given if right else {"statusCode": 400, "message": "no identity"}).encode()
            self.send_response(200 if right else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    where = f"http://127.0.0.1:{server.server_port}/token"
    try:
        yield Identity(variables={"IDENTITY_ENDPOINT": where, "IDENTITY_HEADER": HEADER}, asked=asked)
    finally:
        server.shutdown()
        server.server_close()
