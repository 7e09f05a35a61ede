"""Hearing what people in a simulated world say, and passing it on, each statement once and in order.

In lockstep the pump listens at the moments when time moves; at speed the world goes on by itself, and a thread asks it
again and again. Both end in the same callback.
"""

import logging
from collections.abc import Callable, Iterable

import httpx

from embedded.repeating import RepeatingThread
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


class PeoplePoller(RepeatingThread):
    """A thread that listens to a world which runs by itself. A context manager."""

    def __init__(self, control: WorldControl, listener: Listener) -> None:
        super().__init__("people-poller")
        self._hearing = Hearing(control, listener)

    def pause(self) -> float:
        """The same at all times."""
        return EVERY_REAL_SECONDS

    def turn(self) -> None:
        """Ask, and say where nobody answers."""
        try:
            self._hearing.ask()
        except httpx.TransportError as error:  # the world may be gone before its listener is
            _log.warning("the world does not answer: %s", error)
