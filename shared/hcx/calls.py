"""How many calls rested on what, for reports."""

from collections import Counter
from collections.abc import Mapping
from threading import Lock

from shared.hcx.routes import Confidence, Route


class CallCounter:
    """Counts calls by the confidence of their row; every thread may use it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[str] = Counter({confidence.value: 0 for confidence in Confidence})

    def count(self, row: Route) -> None:
        """One more call of `row` goes out."""
        with self._lock:
            self._counts[row.confidence.value] += 1

    def counts(self) -> Mapping[str, int]:
        """Calls so far, by confidence."""
        with self._lock:
            return dict(self._counts)
