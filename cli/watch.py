"""Showing a run while it goes on, from the store and on a thread of its own: no host ever waits for a terminal."""

from collections.abc import Callable
from threading import Event, Thread
from time import monotonic
from typing import Self

from rich.console import Console
from rich.live import Live

from cli.progress import line, screen
from shared.model.view import RunView
from shared.ports import Store

PAUSE_SECONDS = 0.5
SHARE = 5
"""Drawing takes at most a fifth of one core: folding a large run costs as much as some of its work."""


class Watch:
    """Shows the run while inside: a screen on a terminal, lines in a log."""

    def __init__(self, store: Store, run_id: str, view: Callable[[], RunView], console: Console) -> None:
        self._store = store
        self._run = run_id
        self._view = view
        self._console = console
        self._stop = Event()
        self._thread = Thread(target=self._draw if console.is_terminal else self._tell, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _draw(self) -> None:
        with Live(console=self._console, auto_refresh=False, transient=True) as live:
            pause = PAUSE_SECONDS
            while not self._stop.wait(pause):
                began = monotonic()
                live.update(screen(self._view(), self._console.height), refresh=True)
                pause = max(PAUSE_SECONDS, SHARE * (monotonic() - began))

    def _tell(self) -> None:
        after, last = 0, False
        titles: dict[str, str] = {}
        while not last:
            last = self._stop.wait(PAUSE_SECONDS)  # what was written before the end is told after it
            for after, entry in self._store.journal(self._run, after):  # noqa: B007, B020 -- goes on from the last one
                if entry.task and entry.task not in titles:  # once for a plan: that is when tasks come into being
                    titles = {task.task: task.title for task in self._view().tasks}
                text = line(entry, titles)
                if text:
                    self._console.print(text, soft_wrap=True)
