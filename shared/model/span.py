"""Stretches of time: half-open, in UTC with zone, so that one that ends where another begins does not touch it."""

from datetime import datetime

from shared.model.record import record


@record
class Span:
    """From `start`, which is inside, to `end`, which is not."""

    start: datetime
    end: datetime

    def holds(self, at: datetime) -> bool:
        """Whether `at` is inside."""
        return self.start <= at < self.end


@record
class Opening:
    """One stretch in which work may go on, after everything that narrows it was taken off."""

    opens: datetime
    closes: datetime
    last_start: datetime
    """Nothing new starts later than this, though what runs may go on until `closes` (a window's cut-off)."""
