"""A world with all kinds of trouble for the doctor to find, and what it says of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.doctor import DoctorOrder, looked_at
from cli.doctor_files import known
from shared.rules.doctor import Line
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

START = datetime(2026, 11, 24, 6, tzinfo=UTC)
TROUBLE = """\
start: 2026-11-24T06:00:00Z
confirmations: false
subscriptions: [{name: sub-open}, {name: sub-denied, denied: true}]
clouds:
  - {name: pc-good, subscription: sub-open, hcx: "4.11.4"}
  - {name: pc-stale, subscription: sub-open, hcx: "4.11.4", credentials: shared-account}
  - {name: pc-stale-too, subscription: sub-open, hcx: "4.11.4", credentials: shared-account}
  - {name: pc-expired, subscription: sub-open, hcx: "4.11.4", certificate: expired}
  - {name: pc-other-ca, subscription: sub-open, hcx: "4.11.4", certificate: other-ca}
  - {name: pc-old, subscription: sub-open, hcx: "3.5.3"}
connectors:
  - {name: con-good, hcx: "4.11.4"}
  - {name: con-pinned, hcx: "4.11.4", trust: thumbprint, applianceManagement: false}
accounts:
  - {secret: shared-account, stale: true}
  - {secret: con-good-admin, stale: true}
"""


@dataclass
class Surgery:
    """The world, and the settings that its users have."""

    published: dict[str, Any]
    settings: Path

    def lines(self, *, login: bool = True, ahead: timedelta = timedelta()) -> list[Line]:
        """What the doctor says, by a clock that is so far ahead of the world's."""
        order = DoctorOrder(settings=self.settings, json=False, login=login, world=None)
        return list(looked_at(known(self.settings), order, Stopped(START + ahead)))

    def said(self, **more: Any) -> dict[tuple[str, str], Line]:
        """The same by what was looked at, and the check."""
        return {(one.about, one.check): one for one in self.lines(**more)}

    def truth(self) -> dict[str, Any]:
        """What really happened."""
        with Visitor(self.published) as visitor:
            found: dict[str, Any] = visitor.truth()
            return found

    def failed(self, secret: str) -> int:
        """Failed log-ins of one account."""
        return next(int(one["failed"]) for one in self.truth()["logins"] if one["secret"] == secret)


@dataclass
class Stopped:
    """A clock that stands."""

    time: datetime

    def now(self) -> datetime:
        """Now."""
        return self.time


@contextmanager
def surgery(folder: Path, text: str = TROUBLE) -> Iterator[Surgery]:
    """The world while inside."""
    file = folder / "world.yaml"
    file.write_text(text, "utf-8")
    with running(load(file), folder / "world") as published:
        yield Surgery(published=published, settings=folder / "world" / "settings.env")
