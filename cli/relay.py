"""What simulated people say, handed on to the API as those people would: they report, and nothing more."""

from datetime import datetime
from typing import Protocol

from embedded.http_trigger import HttpAnswer
from shared.model.record import record


class Statement(Protocol):
    """Something somebody says about a task."""

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def who(self) -> str:
        """Who."""
        ...

    @property
    def about(self) -> str:
        """Id of the task."""
        ...


class Front(Protocol):
    """The app's HTTP front door."""

    def http(self, method: str, path: str, body: object = None) -> HttpAnswer:
        """Send a request."""
        ...


@record
class Report:
    """What somebody reported, and whether the run took it down."""

    at: datetime
    who: str
    about: str
    taken: bool


class Relay:
    """Reports to one run."""

    def __init__(self, front: Front, run_id: str) -> None:
        self._front = front
        self._run = run_id
        self.reports: list[Report] = []

    def __call__(self, said: Statement) -> None:
        """Hand on. That nobody waits for it (no such task, the run has ended) is for the caller's list, no error."""
        path = f"/v1/runs/{self._run}/tasks/{said.about}:reportDone"
        answer = self._front.http("POST", path, {"who": said.who})
        self.reports.append(Report(at=said.at, who=said.who, about=said.about, taken=answer.status == 202))  # noqa: PLR2004
