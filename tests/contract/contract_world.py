"""A simulated world for first contacts, and walks over its managers."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.environment import settings_from
from shared import wiring
from shared.hcx.contract.contact import FirstContact
from shared.hcx.contract.recording import Recording
from shared.hcx.contract.walk import walk
from shared.hcx.handshake import handshake
from shared.hcx.route_overrides import routes_of
from shared.model.inventory import Manager
from shared.ports import CloudPorts
from shared.rules.managers import managers_of
from shared.settings import Settings
from shared.store.sqlite import SqliteStore
from simulator.loading import load
from simulator.running import running

FOLDER = Path(__file__).parent
FIRST_CONTACT = FOLDER / "worlds" / "first-contact.yaml"
RECORDINGS = FOLDER / "recordings"
RECORDED = {"con-canary": "other-paths-4x.json", "pc-canary": "usual-9x.json"}
"""Managers of the world, and the committed recordings of a walk over each."""
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


class Still:
    """A clock that stands."""

    def now(self) -> datetime:
        """Now."""
        return NOW

    def wait_until(self, at: datetime) -> bool:
        """Whether that has come; nobody sleeps by it."""
        return at <= self.now()


@dataclass
class Contacted:
    """A served world, and a client of first contact for it."""

    published: dict[str, Any]
    settings: Settings
    contact: FirstContact
    store: SqliteStore

    def manager(self, name: str) -> Manager:
        """A manager of the world."""
        policy = wiring.build(self.settings, Still()).configuration.policy()
        reader = wiring.azure(self.settings)
        clouds = [cloud for one in reader.subscriptions(()) for cloud in reader.private_clouds(one)[1]]
        ports = CloudPorts(service=self.settings.hcx_service_port, appliance=self.settings.hcx_appliance_port)
        return next(one for one in managers_of(clouds, policy, ports) if one.id == name)

    def walk(self, name: str) -> Recording:
        """A walk over one manager."""
        manager = self.manager(name)
        visit = self.contact.visit(manager)
        visit.knock()
        return walk(
            visit,
            routes_of(self.settings.routes)(),
            handshake(manager, manager.endpoint.service_port),
            NOW,
            hidden=lambda: self.contact.hidden(manager),
        )


@contextmanager
def contacted(folder: Path, world: Path = FIRST_CONTACT) -> Iterator[Contacted]:
    """The served world while inside."""
    with running(load(world), folder / "world") as published:
        settings = settings_from(folder / "world" / "settings.env")
        store = SqliteStore(settings.store_file)
        contact = FirstContact(
            clock=Still(),
            secrets=wiring.secrets_of(settings),
            breaker=store,
            routes=routes_of(settings.routes),
        )
        with store, closing(contact):
            yield Contacted(published=published, settings=settings, contact=contact, store=store)
