"""The app's ports and its durable backend, watched. The app itself has no hook for any of this."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, override

from durabletask.internal import orchestrator_service_pb2 as pb

from embedded.backend import DurableBackend
from embedded.clock import HostClock
from embedded.delivery import Delivery
from shared.hcx.adapter import HcxAdapter
from shared.hcx.route_overrides import routes_of
from shared.model.acts import Act, ApplianceWanted
from shared.model.command import Command
from shared.model.inventory import Manager
from shared.model.ledger import Claim, ClaimState, Lease, LeaseWish
from shared.model.run import JournalEntry
from shared.model.version import Version
from shared.ports import Ports, Sending
from shared.settings import Settings
from shared.store.sqlite import SqliteStore
from tests.chaos.watch import Watch

MUTATING = frozenset({"upgrade_manager", "upgrade_appliance", "take_snapshot", "remove_snapshot"})
"""Activities that may send a change."""


class WatchedStore(SqliteStore):
    """A real store; what the ledger, the leases and the journal write are points."""

    def __init__(self, path: Path, watch: Watch) -> None:
        super().__init__(path)
        self._watch = watch

    @override
    def claim(self, subject: str, step: str, generation: int, holder: str, now: datetime) -> Claim:
        """Around it are points."""
        with self._watch.around(f"claim {subject} {step}"):
            return super().claim(subject, step, generation, holder, now)

    @override
    def record_claim(self, claim: Claim, state: ClaimState, job: str | None, now: datetime, fence: int = 0) -> Claim:
        """Around it are points."""
        with self._watch.around(f"{state} {claim.subject} {claim.step}"):
            return super().record_claim(claim, state, job, now, fence)

    @override
    def append(self, run_id: str, entry: JournalEntry) -> bool:
        """Around it are points."""
        with self._watch.around(f"journal {run_id} {entry.key}"):
            return super().append(run_id, entry)

    @override
    def command(self, run_id: str, command: Command, behind: int | None = None) -> bool:
        """Around it are points."""
        with self._watch.around(f"command {command.key}"):
            return super().command(run_id, command, behind)

    @override
    def take_lease(self, wish: LeaseWish, now: datetime) -> Lease:
        """Around it are points, and it is written down."""
        with self._watch.around(f"lease {wish.subject}"):
            lease = super().take_lease(wish, now)
            self._watch.leased(_leased(lease, "taken", now))
            return lease

    @override
    def give_back_lease(self, subject: str, token: int, now: datetime) -> bool:
        """Around it are points, and it is written down."""
        with self._watch.around(f"give-back {subject}"):
            standing = next((one for one in self.leases(now) if (one.subject, one.token) == (subject, token)), None)
            given = super().give_back_lease(subject, token, now)
            if given and standing is not None:
                self._watch.leased(_leased(standing, "given-back", now))
            return given


def _leased(lease: Lease, what: str, now: datetime) -> dict[str, Any]:
    return {
        "what": what,
        "at": now.isoformat(),
        "subject": lease.subject,
        "quiet": list(lease.quiet),
        "holder": f"{lease.run} {lease.task}",
        "token": lease.token,
        "until": lease.until.isoformat(),
    }


class WatchedHcx(HcxAdapter):
    """The real adapter; the moments before and after the bytes of a change are points."""

    watch: Watch

    @override
    def upgrade_manager(self, manager: Manager, target: Version, sending: Sending) -> Act:
        """Around its bytes are points."""
        what = f"call manager:{manager.id} {target.release}"
        with self._sent(what, sending) as sent:
            return super().upgrade_manager(manager, target, sent)

    @override
    def upgrade_appliance(self, manager: Manager, wanted: ApplianceWanted, sending: Sending) -> Act:
        """Around its bytes are points."""
        with self._sent(f"call mesh:{wanted.mesh} {wanted.name}", sending) as sent:
            return super().upgrade_appliance(manager, wanted, sent)

    def _sent(self, what: str, sending: Sending) -> "_Sent":
        return _Sent(self.watch, what, sending)


class _Sent:
    """Around one visit that may send a change: knows whether it did."""

    def __init__(self, watch: Watch, what: str, sending: Sending) -> None:
        self._watch = watch
        self._what = what
        self._sending = sending
        self._gone = False

    def __enter__(self) -> Sending:
        return self._send

    def __exit__(self, *_: object) -> None:
        if self._gone:
            self._watch.reached(f"after {self._what}")

    def _send(self) -> None:
        self._sending()
        self._gone = True
        self._watch.reached(f"before {self._what}")


class WatchedBackend(DurableBackend):
    """The durable backend; the hand-out and the completion of every mutating activity are points."""

    def __init__(self, clock: HostClock, watch: Watch, delivery: Delivery) -> None:
        super().__init__(clock, delivery=delivery)
        self._watch = watch
        self._changing: dict[tuple[str, int, str], str] = {}

    @override
    def GetWorkItems(self, request: pb.GetWorkItemsRequest, context: Any) -> Iterator[pb.WorkItem]:
        """Hand out work; before a mutating activity is a point."""
        for item in super().GetWorkItems(request, context):
            activity = item.activityRequest
            if item.HasField("activityRequest") and activity.name in MUTATING:
                order = json.loads(activity.input.value)
                what = f"activity {activity.name} {order['task']} {order['step']}"
                key = (activity.orchestrationInstance.instanceId, activity.taskId, item.completionToken)
                self._changing[key] = what
                self._watch.reached(f"before {what}")
            yield item

    @override
    def CompleteActivityTask(self, request: pb.ActivityResponse, context: Any) -> pb.CompleteTaskResponse:
        """Take a result; after a mutating activity is a point."""
        what = self._changing.get((request.instanceId, request.taskId, request.completionToken))
        if what is not None:
            self._watch.reached(f"after {what}")
        return super().CompleteActivityTask(request, context)


def watched(ports: Ports, settings: Settings, watch: Watch) -> Ports:
    """The same ports with store and HCX watched."""
    store = WatchedStore(settings.store_file, watch)
    hcx = WatchedHcx(
        clock=ports.clock,
        secrets=ports.secrets,
        breaker=store,
        confirmations=ports.configuration.confirmations,
        routes=routes_of(settings.routes),
    )
    hcx.watch = watch
    return replace(ports, store=store, hcx=hcx)
