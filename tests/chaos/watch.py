"""The watch: knows every point of a run at which its host may die, and lets it die at one of them.

A point is named by what happens there and to what, such as `after sending manager:con-lyon upgrade-manager:4.9.2`, and
not by its number: what is due at the same moment happens in no order. The second time the same thing happens it is
called `… (2)`.
"""

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Watch:
    """Writes down every point that a host process comes to, and kills it at the one that is chosen.

    Args:
        told: file that points and leases are appended to, one JSON document a line.
        kill_at: the chosen point; None: the process lives.
    """

    def __init__(self, told: Path, kill_at: str | None) -> None:
        self._told = told.open("a", buffering=1)
        self._kill_at = kill_at
        self._times: Counter[str] = Counter()
        self._turn = threading.Lock()

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        """Come to the points before and after something; to the one after it only where it did not raise."""
        self.reached(f"before {what}")
        yield
        self.reached(f"after {what}")

    def reached(self, point: str) -> None:
        """Come to a point, and die there if it is the chosen one: no clean-up, no flush, no farewell."""
        with self._turn:
            self._times[point] += 1
            name = point if self._times[point] == 1 else f"{point} ({self._times[point]})"
            self._write({"point": name})
            if name == self._kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    def leased(self, document: dict[str, Any]) -> None:
        """Write down what became of a lease."""
        with self._turn:
            self._write({"lease": document})

    def close(self) -> None:
        """Write no more."""
        self._told.close()

    def _write(self, document: dict[str, Any]) -> None:
        self._told.write(json.dumps(document) + "\n")
