"""Hearing what people in a simulated world say, and passing it on, each statement once and in order.

In lockstep the pump listens at the moments when time moves; at speed the world goes on by itself, and a thread asks it
again and again. Both end in the same callback.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Self

import httpx

from embedded.world_control import Said, WorldControl

type Listener = Callable[[Said], None]

EVERY_REAL_SECONDS = 0.2

_log = logging.getLogger(__name__)


class Hearing:
    """Knows what was already passed on."""

    def __init__(self, control: WorldControl, listener: Listener) -> None:
        self._control = control
        self._listener = listener
        self._last = 0

    def ask(self) -> bool:
        """Pass on everything that is new; tells whether there was anything."""
        new = self._control.said(self._last)
        self.pass_on(new)
        return bool(new)

    def pass_on(self, statements: Iterable[Said]) -> None:
        """Pass on these, which follow the last ones."""
        for statement in statements:
            self._last = statement.seq
            self._listener(statement)


class PeoplePoller:
    """A thread that listens to a world which runs by itself. A context manager."""

    def __init__(self, control: WorldControl, listener: Listener) -> None:
        self._hearing = Hearing(control, listener)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="people-poller", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.wait(EVERY_REAL_SECONDS):
            try:
                self._hearing.ask()
            except httpx.TransportError as error:  # the world may be gone before its listener is
                _log.warning("the world does not answer: %s", error)
