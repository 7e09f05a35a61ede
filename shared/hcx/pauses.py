"""`Retry-After`: a manager that asks for peace gets it, for a change as for a read, and within a limit.

Nothing sleeps for it. Whoever would call it sooner is told to come back, which is what the waits around this do anyway.
"""

from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from shared.hcx.answer import Answer, Ask
from shared.hcx.errors import PausedError
from shared.hcx.routes import Port
from shared.model.inventory import Endpoint
from shared.ports import Clock

LONGEST: Final = timedelta(minutes=5)
"""A manager cannot keep us away for longer: a window would pass, and a broken one may say anything."""
_ASKING = frozenset({429, 503})


class Pauses:
    """Which port of which manager is to be left in peace until when; every thread may use it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._until: dict[tuple[Endpoint, Port], datetime] = {}

    def heed(self, ask: Ask, answer: Answer) -> None:
        """Remember what an answer asks for."""
        seconds = answer.retry_after_seconds
        if answer.status in _ASKING and seconds:
            pause = min(timedelta(seconds=seconds), LONGEST)
            with self._lock:
                self._until[ask.manager.endpoint, ask.route.port] = self._clock.now() + pause

    def hold(self, ask: Ask) -> None:
        """Keep a call back that would come too soon.

        Raises:
            PausedError: it would.
        """
        key = (ask.manager.endpoint, ask.route.port)
        with self._lock:
            until = self._until.get(key)
            left = (until - self._clock.now()).total_seconds() if until else 0
            if left <= 0:
                self._until.pop(key, None)
                return
        detail = f"it asked not to be called for {int(left) + 1} seconds yet"
        raise PausedError(ask.manager.id, ask.route.id, detail, after_seconds=int(left) + 1)
