"""An API over a real store, and runs of small fleets as activities would have left them there."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, cast

import httpx
from fastapi import FastAPI

from shared.api.app import create_api
from shared.api.calling import orchestrations
from shared.api.limits import Spending
from shared.model.caller import SignIn, Way
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.inventory import PrivateCloud, SubscriptionSeen, SubscriptionState
from shared.model.plan import Plan
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState, RunTrigger
from shared.ports import AlarmClock, Ports
from shared.rules import planner
from shared.rules.catalogue import catalogue
from shared.store.sqlite import SqliteStore
from tests.builders.fleet_facts import NOTHING_CONFIRMED, NOW, cloud_manager, connector, fleet, inventory, policy

LATER = datetime(2026, 11, 24, 7, 30, tzinfo=UTC)
PAIR = fleet(cloud_manager("pc-a", "4.10.3"), connector("con-a", "4.10.3", pairs=("pc-a",)))
SHARED = fleet(
    cloud_manager("pc-a", "4.10.3"),
    cloud_manager("pc-b", "4.10.3"),
    connector("con-ab", "4.10.3", pairs=("pc-a", "pc-b")),
)


class FixedClock:
    """A clock at which it is always half past seven."""

    def now(self) -> datetime:
        """Now."""
        return LATER

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come; nobody sleeps by it."""
        return at <= self.now()


class OutOfReach:
    """A port that the API has no business with: reading any of it fails."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the API reached for {name}")


class Started:
    """Durable orchestrations that are written down instead of run."""

    def __init__(self) -> None:
        self.starts: list[tuple[str, str, Any]] = []
        self.events: list[tuple[str, str, Any]] = []

    async def start(self, orchestrator: str, instance_id: str, request: object) -> None:
        """Start `orchestrator` under `instance_id`; does nothing when that instance exists."""
        if instance_id not in {known for _, known, _ in self.starts}:
            self.starts.append((orchestrator, instance_id, request))

    async def raise_event(self, instance_id: str, event: str, data: object) -> None:
        """Ring an instance's bell."""
        self.events.append((instance_id, event, data))


type Headers = dict[str, str] | list[tuple[str, str]]


class _Served:
    """Whose API the one app of this process is at the moment."""

    api: ClassVar["Api"]


@cache
def _app() -> FastAPI:
    """Made once: it takes as long as a hundred calls, most of it with the first of them."""
    return create_api(lambda: _Served.api.ports)


class Api:
    """The API as a caller sees it, and what lies behind it."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "store.sqlite")
        nothing = cast("Any", OutOfReach())
        self.ports = Ports(
            clock=FixedClock(),
            secrets=nothing,
            azure=nothing,
            hcx=nothing,
            store=self.store,
            reports=nothing,
            configuration=nothing,
            sign_in=SignIn(way=Way.LOCAL),
        )
        self.app = _app()
        _Served.api = self
        self.app.state.spending = Spending()
        self.durable = Started()

    def call(self, method: str, path: str, body: object = None, **more: Any) -> httpx.Response:
        """One call, as the trigger function makes it; a POST that names no state is meant for whatever there is."""
        usual = {"If-Match": "*"} if method == "POST" else {}
        return asyncio.run(self._call(method, path, body, {**more, "headers": {**usual, **more.get("headers", {})}}))

    def without_state(self, method: str, path: str, body: object, headers: Headers) -> httpx.Response:
        """One call with these headers and no others of ours."""
        return asyncio.run(self._call(method, path, body, {"headers": headers}))

    def transport(self) -> httpx.ASGITransport:
        """What leads to this API."""
        _Served.api = self
        return httpx.ASGITransport(app=self.app)

    async def _call(self, method: str, path: str, body: object, more: dict[str, Any]) -> httpx.Response:
        orchestrations.set(self.durable)
        async with httpx.AsyncClient(transport=self.transport(), base_url="https://fleet.example") as client:
            return await client.request(method, path, json=body, **more)

    @property
    def clock(self) -> AlarmClock:
        """The clock that the API goes by."""
        return self.ports.clock

    @clock.setter
    def clock(self, clock: AlarmClock) -> None:
        self.ports = replace(self.ports, clock=clock)

    def use(self, store: SqliteStore) -> None:
        """Go on with another store."""
        self.store = store
        self.ports = replace(self.ports, store=store)

    def keep_run(self, run_id: str, facts: FleetFacts | None = None, **about: Any) -> Plan | None:
        """Leave a run in the store: requested only, or observed and planned where there are facts."""
        request = RunRequest(
            id=run_id,
            kind=about.get("kind", RunKind.UPGRADE),
            trigger=RunTrigger.HTTP,
            requested_by="test",
            requested_at=about.get("at", NOW),
            private_cloud=about.get("private_cloud"),
            subject=about.get("subject"),
        )
        run = Run(request=request, state=about.get("state", RunState.NOT_STARTED))
        self.store.put_run(run)
        return self._observed(run, facts, about.get("clouds")) if facts else None

    def journal(self, run_id: str, kind: JournalKind, task: str, key: str) -> None:
        """Leave one entry about a task."""
        self.store.append(run_id, JournalEntry(key=key, at=NOW, kind=kind, text=key, task=task))

    def _observed(self, run: Run, facts: FleetFacts, clouds: tuple[PrivateCloud, ...] | None) -> Plan:
        found = inventory(facts)
        denied = SubscriptionSeen(id="sub-2", name="two", state=SubscriptionState.DENIED, detail="403")
        found = replace(
            found, subscriptions=(*found.subscriptions, denied), private_clouds=clouds or found.private_clouds
        )
        plan = planner.make_plan(
            planner.Inputs(
                inventory=found,
                facts=facts,
                policy=policy(),
                confirmations=NOTHING_CONFIRMED,
                catalogue=catalogue(),
                now=NOW,
            )
        )
        name = run.request.id
        self.store.put_document(name, "inventory", to_json_text(found))
        for one in facts.managers:
            self.store.put_document(name, f"facts/{one.manager.id}", to_json_text(one))
        self.store.put_plan(plan)
        state = run.state if run.state is not RunState.NOT_STARTED else RunState.RUNNING
        self.store.update_run(replace(run, plan_hash=plan.hash, state=state))
        return plan
