"""A thread that does one thing again and again while time passes by itself."""

import threading
from abc import ABC, abstractmethod
from typing import Self


class RepeatingThread(ABC):
    """Takes a turn after each pause, until it is left; leaving waits for the turn under way. A context manager."""

    def __init__(self, name: str) -> None:
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    @abstractmethod
    def pause(self) -> float:
        """Real seconds until the next turn."""

    @abstractmethod
    def turn(self) -> None:
        """What is done each time."""

    def _run(self) -> None:
        while not self._stopped.wait(self.pause()):
            self.turn()
