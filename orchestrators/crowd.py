"""Children under way, thousands of them, waited for together without building that wait anew at each turn."""

from typing import Any

from durabletask.task import Task, when_any

TOGETHER = 48
"""Children of one group. A wake-up rebuilds the groups in which somebody ended, and passes over the others."""


class _Group:
    def __init__(self) -> None:
        self.members: dict[str, Task[Any]] = {}
        self._wait: Task[Any] | None = None

    @property
    def may_have_ended(self) -> bool:
        return self._wait is None or self._wait.is_complete

    def add(self, name: str, task: Task[Any]) -> None:
        self.members[name], self._wait = task, None

    def wait(self) -> Task[Any]:
        """One wait over all of them, kept until somebody ends or comes."""
        if self._wait is None:
            self._wait = when_any(list(self.members.values()))
        return self._wait

    def take_ended(self) -> list[tuple[str, Task[Any]]]:
        ended = [(name, task) for name, task in self.members.items() if task.is_complete]
        for name, _ in ended:
            del self.members[name]
        self._wait = None
        return ended


class Crowd:
    """Children by name."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []

    def add(self, name: str, task: Task[Any]) -> None:
        """One more is under way."""
        found = next((one for one in self._groups if len(one.members) < TOGETHER), None)
        if found is None:
            found = _Group()
            self._groups.append(found)
        found.add(name, task)

    @property
    def names(self) -> list[str]:
        """Those that are under way."""
        return [name for group in self._groups for name in group.members]

    def waits(self) -> list[Task[Any]]:
        """What to wait for: any of these is complete when anybody has ended."""
        return [group.wait() for group in self._groups if group.members]

    def take_ended(self) -> list[tuple[str, Task[Any]]]:
        """Those that have ended since, who are under way no more."""
        return [one for group in self._groups if group.may_have_ended for one in group.take_ended()]
