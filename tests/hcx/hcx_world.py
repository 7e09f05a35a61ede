"""The adapter over a simulated world: real sockets, the world's own files, and its truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from shared.hcx.adapter import HcxAdapter
from shared.hcx.wire import Timeouts
from shared.model.inventory import Endpoint, Manager, ManagerKind, Trust
from shared.policy.confirmations import read_confirmations
from shared.secrets.local_file import LocalFileSecrets
from shared.store.sqlite import SqliteStore
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

HEAD = "start: 2026-11-24T06:00:00Z\nsubscriptions: [{name: sub-a}]\n"


class PlayedWorld:
    """A world with an adapter over it, whose clock is the world's."""

    def __init__(self, visitor: Visitor, store: SqliteStore) -> None:
        self.visitor = visitor
        settings = visitor.settings
        confirmed = settings["HCX_FLEET_CONFIRMATIONS"]
        self.adapter = HcxAdapter(
            clock=self,
            secrets=LocalFileSecrets(Path(settings["HCX_FLEET_SECRETS_FILE"])),
            breaker=store,
            confirmations=lambda: read_confirmations(Path(confirmed) if confirmed else None),
            timeouts=Timeouts(connect=2.0, write=2.0, read=5.0, whole=5.0),
        )

    def now(self) -> datetime:
        """World time."""
        return self.visitor.now

    def manager(self, name: str) -> Manager:
        """A manager as the published files describe it."""
        place: dict[str, Any] = next(one for one in self.visitor.published["managers"] if one["id"] == name)
        cloud = place["kind"] == "cloud-manager"
        admin = f"hcx-{name}-admin" if cloud else f"{name}-admin"
        return Manager(
            id=name,
            kind=ManagerKind.CLOUD_MANAGER if cloud else ManagerKind.CONNECTOR,
            site=name,
            endpoint=Endpoint(
                host=place["host"],
                address=place["address"],
                service_port=place["service_port"],
                appliance_port=place["appliance_port"],
                trust=Trust(ca_file=place["ca"]),
            ),
            credentials=f"hcx-{name}" if cloud else f"{name}-hcx",
            appliance_credentials=admin if admin in self.visitor.secrets else None,
        )

    def requests(self) -> dict[str, int]:
        """How often each HCX route was called, by the truth."""
        return dict(self.visitor.truth()["requests"])


@contextmanager
def played(folder: Path, text: str) -> Iterator[PlayedWorld]:
    """Serve a world from the text of its file; a usual beginning is put in front of it."""
    path = folder / "world.yaml"
    path.write_text(HEAD + text, "utf-8")
    with (
        running(load(path), folder / "out") as published,
        Visitor(published) as visitor,
        SqliteStore(folder / "store.sqlite") as store,
    ):
        world = PlayedWorld(visitor, store)
        try:
            yield world
        finally:
            world.adapter.close()
