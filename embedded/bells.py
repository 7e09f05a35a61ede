"""Ringing the bells of runs for commands that another process wrote into their store.

On Azure whoever takes a command down rings the run's bell. A command line of this machine cannot: the engine lives in
the process that carries the run out. So that process asks the store, once a real second, and rings for what is new. A
bell has no content: the run reads what was said, and finds nothing where a bell was rung in vain.
"""

import logging
from collections.abc import Callable

from embedded.repeating import RepeatingThread
from shared.model.command import BELL
from shared.model.document import RecordUnreadableError
from shared.ports import Store
from shared.store.errors import StoreError, TamperedError

EVERY_REAL_SECONDS = 1.0
type Ring = Callable[[str, str], bool]
"""Raises an event, by the id of the instance and its own name; tells whether anybody goes on there to hear it."""

_log = logging.getLogger(__name__)


class BellWatcher(RepeatingThread):
    """A thread that listens to a store while inside. A context manager.

    It moves no time and keeps none from moving: in lockstep a bell is rung between two moments, as a call is made.
    """

    def __init__(self, store: Store, ring: Ring, every: float = EVERY_REAL_SECONDS) -> None:
        super().__init__("bell-watcher")
        self._store = store
        self._ring = ring
        self._every = every
        self._heard: dict[str, int | str] = {}
        """How many commands each run was rung for last, or why they could not be read."""

    def look(self) -> None:
        """Ring once for each run under way that has other commands than before.

        A run whose commands were changed by something else is rung as well: it says what that means for it, and the
        other runs are rung all the same.

        Raises:
            StoreError: it could not be read; what was not seen is seen at the next look.
            RecordUnreadableError: a run in it is none any more.
        """
        for run in self._store.active_runs():
            name = run.request.id
            there = self._there(name)
            if there != self._heard.get(name, 0) and self._ring(name, BELL):
                self._heard[name] = there

    def _there(self, run: str) -> int | str:
        try:
            return len(self._store.commands(run))
        except TamperedError as error:
            return str(error)

    def pause(self) -> float:
        """The same at all times."""
        return self._every

    def turn(self) -> None:
        """Look, and say where that cannot be."""
        try:
            self.look()
        except (StoreError, RecordUnreadableError) as error:  # whoever carries the run out meets it too, and says it
            _log.warning("commands are looked for again: %s", error)
