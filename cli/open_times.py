"""When changing calls of ours may be made at all: windows and freezes of a `fleet.yaml`, for the demo's comparison."""

from datetime import datetime, timedelta

from shared.model.policy import Policy, SiteEntry
from shared.model.record import record
from shared.model.span import Span
from shared.rules.calendar.calendars import calendar_of
from shared.rules.calendar.closed_times import closed_times

_WINDOW_MAX = timedelta(days=1)
"""How long before the first call a window may have opened."""


@record
class OpenTimes:
    """The calendar of a policy over a stretch of time. Tags and maintenances are not looked at."""

    policy: Policy
    over: Span

    def open(self, managers: tuple[str, ...], at: datetime) -> bool:
        """Whether every site of these managers is open at that moment."""
        horizon = Span(start=self.over.start - _WINDOW_MAX, end=self.over.end + _WINDOW_MAX)
        closed = closed_times(self.policy.freezes, (), {}, self.over.start)
        openings = calendar_of(tuple(map(self._site, managers)), self.policy.windows, closed, horizon)
        return openings is None or any(one.opens <= at < one.closes for one in openings)

    def _site(self, manager: str) -> SiteEntry:
        """One that the policy does not describe has no windows of its own."""
        entry = self.policy.connector(manager)
        found = self.policy.site(entry.site) if entry else self.policy.site_of_cloud(manager)
        return found or SiteEntry(name=manager)
