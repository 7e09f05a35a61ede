"""What ledger and journal cost of a run's time: the demo's world in lockstep, with the store's own methods timed.

    python -m tests.chaos.ledger_cost

prints it as JSON: seconds of the run, and seconds of it in which at least one thread was writing to ledger, leases or
journal. Threads that write side by side, or wait for each other, are counted once: so long would the run be shorter.
"""

import json
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import override

from cli.environment import settings_from
from cli.local import Asked, Local, opened
from cli.places import DEMO_WORLD
from cli.relay import Relay
from cli.world_process import Pace, simulated
from embedded.clock import LockstepClock
from embedded.lockstep import LockstepPump
from embedded.world_control import WorldControl
from shared import wiring
from shared.model.ledger import Claim, ClaimState, Lease, LeaseWish
from shared.model.run import JournalEntry, RunKind
from shared.store.sqlite import SqliteStore

RUN = "measured"
REAL_SECONDS_MAX = 900.0


class TimedStore(SqliteStore):
    """A real store that knows how long it was at work."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.seconds = 0.0
        self._busy = 0
        self._since = 0.0
        self._turn = threading.Lock()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        with self._turn:
            if self._busy == 0:
                self._since = time.monotonic()
            self._busy += 1
        try:
            yield
        finally:
            with self._turn:
                self._busy -= 1
                if self._busy == 0:
                    self.seconds += time.monotonic() - self._since

    @override
    def claim(self, subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
        """Timed."""
        with self._timed():
            return super().claim(subject, step, generation, holder, now)

    @override
    def record_claim(self, claim: Claim, state: ClaimState, job: str | None, now: datetime, fence: int = 0) -> Claim:
        """Timed."""
        with self._timed():
            return super().record_claim(claim, state, job, now, fence)

    @override
    def append(self, run_id: str, entry: JournalEntry) -> bool:
        """Timed."""
        with self._timed():
            return super().append(run_id, entry)

    @override
    def take_lease(self, wish: LeaseWish, now: datetime) -> Lease:
        """Timed."""
        with self._timed():
            return super().take_lease(wish, now)

    @override
    def give_back_lease(self, subject: str, token: int, now: datetime) -> bool:
        """Timed."""
        with self._timed():
            return super().give_back_lease(subject, token, now)

    @override
    def leases(self, now: datetime) -> tuple[Lease, ...]:
        """Timed."""
        with self._timed():
            return super().leases(now)


def measured(folder: Path) -> dict[str, float]:
    """Seconds of a run of the demo's world, and of ledger and journal in it."""
    with simulated(DEMO_WORLD, folder, Pace()) as published, WorldControl(published.control) as control:
        clock = LockstepClock.of(control)
        settings = settings_from(folder / "settings.env", {})
        with opened(settings, clock) as local, TimedStore(settings.store_file) as store:
            ports = replace(local.ports, store=store)
            wiring.install(ports)
            began = time.monotonic()
            _upgrade(Local(local.host, ports), control, clock)
            took = time.monotonic() - began
            entries = len(store.journal(RUN))
    return {"run": took, "ledgerAndJournal": store.seconds, "entries": entries}


def _upgrade(local: Local, control: WorldControl, clock: LockstepClock) -> None:
    local.start(RUN, Asked(kind=RunKind.UPGRADE, private_cloud=None, include_shared=False, requested_by="scale"))
    pump = LockstepPump(local.host, control, clock, said=Relay(local.host, RUN))
    pump.run_until(lambda: local.is_over(RUN), REAL_SECONDS_MAX)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-cost-") as place:
        sys.stdout.write(json.dumps(measured(Path(place))))
