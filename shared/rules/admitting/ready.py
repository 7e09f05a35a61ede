"""Tasks of ours that could start but for time and limits, kept so that asking costs no look at each of them.

Tasks of one calendar that need the same time and the same number of networks are alike: all of them may start now, or
none. So they wait in one line, lines sleep until their next opening, and only the heads of open lines are compared. A
run over 10,000 private clouds asks some ten thousand times, which forbids anything that grows with the tasks.
"""

import heapq
from collections.abc import Mapping
from datetime import datetime, timedelta

from shared.model.orders import TaskBrief
from shared.model.span import Opening
from shared.rules.calendar.openings import fitting, latest_start

type Alike = tuple[str, timedelta, int]


class Ready:
    """The tasks of one wave that wait for time and limits."""

    def __init__(self, calendars: Mapping[str, tuple[Opening, ...]]) -> None:
        self._calendars = calendars
        self._members: set[str] = set()
        self._lines: dict[Alike, list[tuple[int, str]]] = {}
        self._fresh: list[Alike] = []
        self._open: dict[Alike, datetime | None] = {}
        """Until when tasks of a line may start; None: at any time."""
        self._heads: dict[int, list[tuple[int, Alike]]] = {}
        self._asleep: list[tuple[datetime, Alike]] = []
        self._never: list[str] = []

    def __len__(self) -> int:
        return len(self._members)

    def __contains__(self, task: str) -> bool:
        return task in self._members

    def add(self, task: TaskBrief, rank: int) -> None:
        """One more, which comes after all of a lower rank."""
        alike = (task.calendar, task.needs, task.networks)
        line = self._lines.get(alike)
        self._members.add(task.id)
        if line is None:
            self._lines[alike] = [(rank, task.id)]
            self._fresh.append(alike)
            return
        heapq.heappush(line, (rank, task.id))
        if alike in self._open and line[0][1] == task.id:
            self._show(alike)

    def discard(self, task: str) -> None:
        """A task that ended without having started."""
        self._members.discard(task)

    def next(self, now: datetime, room: int | None) -> str | None:
        """The first task that may start now and takes no more networks than there is room for; it is taken out."""
        self._wake(now)
        while True:
            heads = [head for networks in self._heads if (head := self._head(networks, room)) is not None]
            if not heads:
                return None
            alike = min(heads)[1]
            until = self._open[alike]
            if until is None or now <= until:
                return self._taken(alike)
            del self._open[alike]
            self._place(alike, now)

    def never(self, now: datetime) -> list[str]:
        """Tasks for which no opening is left, each told once."""
        self._wake(now)
        lost, self._never = [task for task in self._never if task in self._members], []
        self._members.difference_update(lost)
        return lost

    def next_at(self, now: datetime) -> datetime | None:
        """When the next line opens that sleeps now."""
        self._wake(now)
        return self._asleep[0][0] if self._asleep else None

    def _wake(self, now: datetime) -> None:
        fresh, self._fresh = self._fresh, []
        for alike in fresh:
            self._place(alike, now)
        while self._asleep and self._asleep[0][0] <= now:
            self._place(heapq.heappop(self._asleep)[1], now)

    def _place(self, alike: Alike, now: datetime) -> None:
        """Find out where a line stands: open, asleep until an opening, or without any opening left."""
        calendar, needs, _ = alike
        if not self._clean(alike):
            del self._lines[alike]
        elif not calendar:
            self._let_open(alike, None)
        # A calendar that nobody handed over is closed: what is missing means no.
        elif (opening := fitting(self._calendars.get(calendar, ()), now, needs)) is None:
            self._never += [task for _, task in sorted(self._lines.pop(alike))]
        elif opening.opens > now:
            heapq.heappush(self._asleep, (opening.opens, alike))
        else:
            self._let_open(alike, latest_start(opening, needs))

    def _let_open(self, alike: Alike, until: datetime | None) -> None:
        self._open[alike] = until
        self._show(alike)

    def _show(self, alike: Alike) -> None:
        """The head of an open line takes part in the comparison; an entry that is no head any more is dropped later."""
        heapq.heappush(self._heads.setdefault(alike[2], []), (self._lines[alike][0][0], alike))

    def _head(self, networks: int, room: int | None) -> tuple[int, Alike] | None:
        if networks and room is not None and networks > room:
            return None
        heads = self._heads[networks]
        while heads:
            rank, alike = heads[0]
            before = self._lines.get(alike)
            if alike in self._open and before and self._clean(alike):
                if before[0][0] == rank:
                    return heads[0]
                heapq.heapreplace(heads, (before[0][0], alike))
            else:
                heapq.heappop(heads)
        return None

    def _taken(self, alike: Alike) -> str:
        _, task = heapq.heappop(self._lines[alike])
        self._members.discard(task)
        if not self._clean(alike):
            del self._lines[alike], self._open[alike]
        return task

    def _clean(self, alike: Alike) -> bool:
        """Drop heads that ended meanwhile; gives whether anybody is left in the line."""
        line = self._lines[alike]
        while line and line[0][1] not in self._members:
            heapq.heappop(line)
        return bool(line)
