"""Case files of known risks: a small notation that an operator can read. tests/risks/README.md describes it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter
from ruamel.yaml import YAML

from shared.model.facts import Appliance, ApplianceKind, HaGroup, ManagerFacts, NetworkExtension
from shared.model.version import Version
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.records import RiskWhen
from shared.rules.conditions import Case, Told
from shared.rules.risks import RiskMatch, judged, of_hop, of_running
from tests.builders import fleet_facts as build

FOLDER = Path(__file__).parent
CONNECTOR, CLOUD, MESH = "con-lyon", "pc-weu", "mesh-lyon"


class RiskCase(BaseModel):
    """One case; a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-"))

    about: str
    hop: str | None = None
    running: str | None = None
    kind: Literal["connector", "cloud-manager"] = "connector"
    host: str = "con-lyon.example"
    services: list[str] = ["INTERCONNECT", "VMOTION", "NETWORK_EXTENSION"]
    appliances: list[str] = ["interconnect", "network-extension"]
    networks: list[str] = ["net-app-1"]
    ha_groups: int = 0
    missing: list[str] = []
    applies: bool | Literal["unknown"]
    says: str = ""

    @property
    def wanted(self) -> bool | None:
        """Whether the risk applies; None where that is unknown."""
        return None if self.applies == "unknown" else self.applies

    @property
    def versions(self) -> tuple[Version, ...]:
        """The start and the end of the hop, or the running version."""
        if (self.hop is None) == (self.running is None):
            raise ValueError(f"{self.about}: give a hop or a running version")
        return tuple(Version(text) for text in (self.hop.split(" -> ") if self.hop else [self.running or ""]))

    def facts(self) -> ManagerFacts:
        """The plain manager with what differs."""
        version = str(self.versions[0])
        maker = build.connector if self.kind == "connector" else build.cloud_manager
        plain = maker(CONNECTOR, version, pairs=(CLOUD,), ha_groups=build.seen(self._ha()))
        mesh = build.mesh(MESH, CONNECTOR, CLOUD, services=tuple(self.services))
        facts = build.meshed(plain, mesh, *(self._appliance(line, version) for line in self.appliances))
        facts = replace(
            facts,
            manager=replace(facts.manager, endpoint=replace(facts.manager.endpoint, host=self.host)),
            extensions=build.seen(tuple(map(_network, self.networks))),
        )
        missing = {("identity" if section == "version" else section): None for section in self.missing}
        return replace(facts, **missing)  # type: ignore[arg-type]  # sections are named in the file

    def matches(self) -> tuple[RiskMatch, ...]:
        """What the rules make of it."""
        if self.hop:
            source, target = self.versions
            return of_hop(catalogue(), self.facts(), source, target)
        return of_running(catalogue(), self.facts())

    def judged(self, risk_id: str) -> Told | None:
        """What one risk makes of it, also where it does not apply; None where it is about something else."""
        risk = next(one for one in catalogue().risks if one.id == risk_id)
        if self.hop:
            source, target = self.versions
            asked = ((RiskWhen.GOING_TO, target), (RiskWhen.LEAVING, source))
            return judged(risk, Case(facts=self.facts(), source=source, target=target), asked)
        return judged(risk, Case(facts=self.facts()), ((RiskWhen.RUNNING, self.facts().version or Version("")),))

    def _ha(self) -> tuple[HaGroup, ...]:
        return tuple(HaGroup(id=f"ha-{number}", mesh_id=MESH, members=()) for number in range(self.ha_groups))

    def _appliance(self, line: str, version: str) -> Appliance:
        kind, _, own = line.partition(" ")
        return build.appliance(f"{MESH}-{kind}", MESH, CONNECTOR, own or version, ApplianceKind(kind))


def cases() -> Iterator[tuple[str, RiskCase]]:
    """Every case with the id of its risk."""
    for path in sorted(FOLDER.glob("*.yaml")):
        document = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        yield from ((path.stem, one) for one in TypeAdapter(list[RiskCase]).validate_python(document))


def _network(line: str) -> NetworkExtension:
    name, _, word = line.rpartition(" ") if line.endswith((" optimized", " unsaid")) else (line, "", "")
    optimized = {"optimized": True, "unsaid": None}.get(word, False)
    return NetworkExtension(id=f"id-{name}", network=name, appliance_id=None, state=build.UP, optimized=optimized)
