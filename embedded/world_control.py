"""The client of a simulated world's control endpoint: its clock, and what its people said.

The endpoint is a test instrument and no peer of the app, so it is plain http; in exchange this client talks to the
loopback interface only.
"""

from datetime import datetime
from ipaddress import ip_address
from typing import Any, Literal, Self

import httpx

from shared.model.codec import from_json
from shared.model.record import record

PATIENCE_SECONDS = 60
"""For one answer: a world may have weeks of events to go through before it gives one."""


@record
class WorldTime:
    """What the world's clock shows."""

    mode: Literal["speed", "lockstep"]
    now: datetime
    speed: float | None = None


@record
class Said:
    """Something that a person in the world said."""

    seq: int
    at: datetime
    who: str
    about: str
    says: str


@record
class Advanced:
    """How far a world in lockstep came, and what was said on the way: it stops early when somebody speaks."""

    now: datetime
    said: tuple[Said, ...] = ()


class WorldControl:
    """The control endpoint of one world. A context manager; safe to use from several threads."""

    def __init__(self, url: str) -> None:
        address = httpx.URL(url)
        if address.scheme != "http" or not _is_loopback(address.host):
            raise ValueError(f"{url} is no control endpoint of a world: those are http and on this machine")
        # Proxies of the environment have no business between two processes of one test.
        self._http = httpx.Client(base_url=address, timeout=PATIENCE_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def clock(self) -> WorldTime:
        """What time it is there, and how time passes."""
        return from_json(WorldTime, self._read(self._http.get("/clock")))

    def advance(self, until: datetime) -> Advanced:
        """Let a world in lockstep go on until then, or until somebody speaks.

        Raises:
            httpx.HTTPStatusError: 409 when the world is not in lockstep.
        """
        return from_json(Advanced, self._read(self._http.post("/clock/advance", json={"until": until.isoformat()})))

    def said(self, after: int) -> tuple[Said, ...]:
        """Everything said after the statement with that number."""
        answer = self._read(self._http.get("/people/said", params={"after": after}))
        return tuple(from_json(Said, each) for each in answer["said"])

    @staticmethod
    def _read(answer: httpx.Response) -> dict[str, Any]:
        found: dict[str, Any] = answer.raise_for_status().json()
        return found


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
