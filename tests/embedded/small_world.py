"""A world that has nothing but a control endpoint: a clock, and people who speak at given moments.

Small enough to see through: what the pump and the poller do to it is written down, for the tests to look at.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

START = datetime(2026, 11, 24, 6, tzinfo=UTC)


class SmallWorld:
    """Time, statements that are still to come, and those that were made."""

    def __init__(self, speed: float | None = None) -> None:
        self.url = ""
        self.advances: list[tuple[datetime, datetime]] = []
        """From when to when time was asked to move."""
        self._speed = speed
        self._now = START
        self._began = time.monotonic()
        self._to_come: list[tuple[datetime, str]] = []
        self._said: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    @property
    def now(self) -> datetime:
        """What time it is there."""
        if self._speed is None:
            return self._now
        return START + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def somebody_will_say(self, at: datetime, what: str) -> None:
        """Somebody speaks at a given moment."""
        with self._lock:
            self._to_come = sorted([*self._to_come, (at, what)])

    def somebody_says(self, what: str) -> None:
        """Somebody speaks now, while time stands."""
        with self._lock:
            self._say(self.now, what)

    def clock(self) -> dict[str, Any]:
        """GET /clock."""
        mode = "lockstep" if self._speed is None else "speed"
        return {"mode": mode, "now": _zulu(self.now), "speed": self._speed}

    def advance(self, until: datetime) -> dict[str, Any]:
        """POST /clock/advance."""
        with self._lock:
            self.advances.append((self._now, until))
            before = len(self._said)
            if self._to_come and self._to_come[0][0] <= until:
                self._now = max(self._now, self._to_come[0][0])
                self._speak()
            else:
                self._now = max(self._now, until)
            return {"now": _zulu(self._now), "said": self._said[before:]}

    def said(self, after: int) -> dict[str, Any]:
        """GET /people/said."""
        with self._lock:
            self._speak()
            return {"said": self._said[after:]}

    def _speak(self) -> None:
        while self._to_come and self._to_come[0][0] <= self.now:
            self._say(*self._to_come.pop(0))

    def _say(self, at: datetime, what: str) -> None:
        seq = len(self._said) + 1
        self._said.append({"seq": seq, "at": _zulu(at), "who": "ann", "about": what, "says": "done"})


@contextmanager
def small_world(speed: float | None = None) -> Iterator[SmallWorld]:
    """A world behind a real socket; in lockstep unless it has a speed."""
    world = SmallWorld(speed)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            target = urlsplit(self.path)
            if target.path == "/clock":
                self._answer(200, world.clock())
            else:
                self._answer(200, world.said(int(parse_qs(target.query)["after"][0])))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if speed is not None:
                self._answer(409, {"error": "time runs by itself"})
            else:
                self._answer(200, world.advance(datetime.fromisoformat(body["until"])))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self, status: int, body: Mapping[str, Any]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        world.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield world
        server.shutdown()
        thread.join()


def _zulu(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
