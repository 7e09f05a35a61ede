"""A site that Azure cannot reach, in a simulated world: its connector is collected, and a cloud is paired with it."""

import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cli.collect import CollectOrder, collect, export_orders
from cli.importing import ImportOrder, import_facts
from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor
from tests.cli.command import Answered, hcx_fleet

WORLD = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
clouds: [{name: pc-one, subscription: sub-a, hcx: "4.11.4"}]
connectors:
  - {name: con-lyon, site: lyon, hcx: "4.11.2", pairs: [{cloud: pc-one}]}
  - {name: con-spare, site: metz, hcx: "4.11.2"}
meshes:
  - {name: mesh-lyon, initiator: con-lyon, receiver: pc-one, appliances: [{type: IX}, {type: NE, networks: 2}]}
policy: {target: {version: "4.11.4"}}
"""
STALE = f"{WORLD}accounts: [{{secret: con-lyon-hcx, stale: true}}]\n"


class SiteWorld:
    """The world, its files, and commands in a folder of their own."""

    def __init__(self, visitor: Visitor, folder: Path) -> None:
        self.visitor = visitor
        self.folder = folder
        self.settings = Path(visitor.settings["HCX_FLEET_POLICY"]).parent / "settings.env"

    def run(self, *words: object) -> Answered:
        """A command of hcx-fleet with the settings of the world, by this machine's clock."""
        return hcx_fleet(self.folder, *words, "--settings", self.settings)

    def timed(self, *words: object) -> Answered:
        """The same by the world's clock."""
        return self.run(*words, "--clock", self.visitor.published["control"])

    def exported(self) -> int:
        """Export the order of the site in this process: the exit code."""
        return export_orders(self.settings, ("lyon",), self.folder / "order.json", everywhere=False)

    def collected(self, name: str = "lyon.json", order: Path | None = None) -> int:
        """Collect the site in this process, by this machine's clock: the exit code."""
        out = self.folder / name
        return collect(CollectOrder(settings=self.settings, site="lyon", order=order, out=out, world=None))

    def imported(self, *names: str, accept: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
        """Import files in this process, by the world's clock: the exit code, and what is said of each file."""
        order = ImportOrder(
            settings=self.settings,
            files=tuple(self.folder / name for name in names),
            accept_identity=accept,
            json=True,
            world=self.visitor.published["control"],
        )
        with redirect_stdout(io.StringIO()) as said:
            code = import_facts(order)
        return code, list(json.loads(said.getvalue())["files"])

    def plan(self) -> dict[str, Any]:
        """The plan of the fleet as it is."""
        return dict(json.loads(self.timed("plan", "-o", "json").out))

    def connectors(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Somebody edits the entries of connectors in fleet.yaml, by their names."""
        path = Path(self.visitor.settings["HCX_FLEET_POLICY"])
        yaml = YAML()
        yaml.preserve_quotes = True
        document = yaml.load(path)
        for entry in (one for site in document["sites"] for one in site.get("connectors", ())):
            entry.update(changes.get(entry["name"], {}))
        yaml.dump(document, path)

    def entry(self, connector: str) -> dict[str, str]:
        """How fleet.yaml says that a connector is reached."""
        document = YAML(typ="safe").load(Path(self.visitor.settings["HCX_FLEET_POLICY"]))
        entries = {one["name"]: one for site in document["sites"] for one in site.get("connectors", ())}
        return {key: str(entries[connector][key]) for key in ("endpoint", "address", "credentials")}

    def log_ins(self, secret: str) -> dict[str, Any]:
        """What the world saw of an account."""
        return next(dict(one) for one in self.visitor.truth()["logins"] if one["secret"] == secret)


@contextmanager
def site_world(folder: Path, text: str = WORLD) -> Iterator[SiteWorld]:
    """The world while inside."""
    file = folder / "world.yaml"
    file.write_text(text, "utf-8")
    with running(load(file), folder / "world") as published, Visitor(published) as visitor:
        world = SiteWorld(visitor, folder)
        world.connectors({"con-lyon": {"reach": "collector"}})
        yield world
