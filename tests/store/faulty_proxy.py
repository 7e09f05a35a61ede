"""A proxy on the loopback between a store and the storage emulator, which does to calls what networks and clouds do."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True)
class Fault:
    """What happens to one call."""

    status: int | None = None
    """Answered so, and not passed on."""
    retry_after: str | None = None
    delay: float = 0
    """Seconds before anything else happens."""
    cut: str = ""
    """`before`: closed and not passed on; `after`: passed on, and closed in the place of an answer; `within`: in the
    middle of the answer."""


FINE = Fault()

type Chooser = Callable[[str, str], Fault]
"""The fault for a method and a path."""


class Proxy:
    """Passes calls on, but for the faults that a test wants."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target)
        self._lock = Lock()
        self._next: list[Fault] = []
        self._choose: Chooser = lambda _method, _path: FINE
        self.met = 0
        """How many faults have happened."""

    def next_writes(self, *faults: Fault) -> None:
        """What happens to the next writes, in order."""
        with self._lock:
            self._next = list(faults)

    def choose(self, chooser: Chooser) -> None:
        """What happens to every call from now on."""
        self._choose = chooser

    def fault_for(self, method: str, path: str) -> Fault:
        """What happens to this call."""
        with self._lock:
            fault = self._next.pop(0) if self._next and method != "GET" else self._choose(method, path)
            self.met += fault != FINE
            return fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        fault = self.proxy.fault_for(self.command, self.path)
        time.sleep(fault.delay)  # noqa: TID251 -- the fault is that time goes by
        if fault.cut == "before":
            self._cut()
        elif fault.status is not None:
            self._answer(fault.status, {"Retry-After": fault.retry_after or ""}, b"")
        else:
            self._answer_of_target(body, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_MERGE = _pass_on  # noqa: N815 -- the base class names them

    def _answer_of_target(self, body: bytes, fault: Fault) -> None:
        target = HTTPConnection(self.proxy.target.hostname or "", self.proxy.target.port or 0, timeout=30)
        try:
            target.request(self.command, self.path, body, dict(self.headers))
            answer = target.getresponse()
            content = answer.read()
        finally:
            target.close()
        if fault.cut == "after":
            self._cut()
            return
        kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
        self._answer(answer.status, kept, content, within=fault.cut == "within")

    def _answer(self, status: int, headers: dict[str, str], content: bytes, *, within: bool = False) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if within else content)
        if within:
            self._cut()

    def _cut(self) -> None:
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing is said of calls."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that went away is part of the test."""


@contextmanager
def proxied(target: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy before an endpoint, and its own one."""
    proxy = Proxy(target)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"proxy": proxy}))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield proxy, f"http://127.0.0.1:{server.server_port}{proxy.target.path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=20)
