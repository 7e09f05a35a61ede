"""Fleets of the golden plans: a notation that an operator can read. tests/plans/README.md describes it.

What a story does not mention is healthy and was observed just now, so that a file shows its point. The policy is a
`fleet.yaml` as it would lie in a repository; only what no story is about is filled in.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel
from ruamel.yaml import YAML

from shared.model.facts import GapReason, ManagerFacts, MigrationKind, MigrationPhase
from shared.model.inventory import ProvisioningState

FOLDER = Path(__file__).parent
NO_HCX = "none"
SECTIONS = tuple(one.name for one in fields(ManagerFacts) if one.name not in {"manager", "observed_at", "gaps"})


def _instant(value: object) -> datetime:
    read = datetime.fromisoformat(str(value))
    if read.tzinfo is None:
        raise ValueError("must say its zone, such as the Z in 2026-11-24T06:00Z")
    return read.astimezone(UTC)


def _duration(value: object) -> timedelta:
    if not isinstance(value, str) or not value.startswith("P"):
        raise ValueError("must be an ISO 8601 duration such as PT6H or P2DT30M")
    return TypeAdapter(timedelta).validate_python(value)


def _one_or_more(value: object) -> object:
    return [value] if isinstance(value, str) else value


Instant = Annotated[datetime, BeforeValidator(_instant)]
Duration = Annotated[timedelta, BeforeValidator(_duration)]
Lines = Annotated[list[str], BeforeValidator(_one_or_more)]


def _known_section(name: str) -> str:
    if name not in SECTIONS:
        raise ValueError(f"must be a section of a manager's facts: {', '.join(SECTIONS)}")
    return name


def _word_of(kind: type[StrEnum]) -> BeforeValidator:
    """Reads a word of an enum of the records, which strict models refuse to do by themselves."""
    return BeforeValidator(lambda word: kind(word) if isinstance(word, str) else word)


Kind = Annotated[MigrationKind, _word_of(MigrationKind)]
Phase = Annotated[MigrationPhase, _word_of(MigrationPhase)]
Reason = Annotated[GapReason, _word_of(GapReason)]
State = Annotated[ProvisioningState, _word_of(ProvisioningState)]
Section = Annotated[str, AfterValidator(_known_section)]


class Part(BaseModel):
    """What every part of a story has in common: camelCase keys, strict types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, alias_generator=to_camel)


class Migration(Part):
    """A migration that both managers of its mesh list."""

    vm: str
    kind: Kind = MigrationKind.BULK
    phase: Phase = MigrationPhase.TRANSFER
    switchover: Instant | None = None
    """When it is scheduled to switch over."""


class Manager(Part):
    """What cloud managers and connectors have in common."""

    name: str
    hcx: str = "4.11.4"
    """Version as the manager reports it."""
    pairs: list[str] = []
    """Managers that it is paired with, as it lists them itself."""
    unreadable: Reason | None = None
    """Why nothing could be read of it."""
    missing: dict[Section, Reason] = {}
    """Sections of its facts that could not be read, with the reason."""
    room: int | None = 8
    """How many more appliances its deployment cluster has room for; null where nobody knows."""
    staged: str | None = None
    """Version of the bundle that lies ready."""
    backup: Duration | None = None
    """How long ago it was backed up."""
    snapshot: Duration | None = None


class Cloud(Manager):
    """A private cloud with its cloud manager, or with none."""

    subscription: str = "contoso-europe"
    region: str = "westeurope"
    provisioning: State = ProvisioningState.SUCCEEDED
    tags: dict[str, str] = {}


class Vcenter(Part):
    """What the vCenter that fleet.yaml names for a connector showed of its machine."""

    machine: str = "vm-36"
    """vCenter's reference of it."""
    chain: int = 0
    """Snapshots in a row that it has."""
    denied: list[str] = []
    """Privileges that the account has not."""
    unreadable: str | None = None
    """Why nothing was seen, in words."""


class Connector(Manager):
    """A connector on premises."""

    vcenter: Vcenter = Vcenter()
    """Counts only where fleet.yaml names a vCenter for it."""
    listed: bool = True
    """Whether fleet.yaml names it; nothing in Azure does, so one that it does not name is never observed."""


class Appliance(Part):
    """A pair of mesh appliances, one on each side."""

    type: Literal["IX", "NE", "WO", "SGW"]
    version: str | None = None
    """Version on both sides; the mesh's if not given."""
    networks: list[str] = []
    """Names of the networks that it extends."""
    optimized: list[str] = []
    """Those of them that use mobility optimized networking."""
    ephemeral: list[str] = []
    """Those of them whose port group binds ephemerally."""
    ha: str | None = None
    """Name of its high availability group."""

    @model_validator(mode="after")
    def _extends_what_it_describes(self) -> Self:
        strange = {*self.optimized, *self.ephemeral} - {*self.networks}
        if strange:
            raise ValueError(f"does not extend {', '.join(sorted(strange))}")
        if self.type != "NE" and (self.networks or self.ha):
            raise ValueError("only an appliance of type NE extends networks or is in a high availability group")
        return self


class Free(Part):
    """Addresses that one side of a mesh has left."""

    uplink: int | None = 8
    management: int | None = 8


class FreeBoth(Part):
    """Addresses that both sides of a mesh have left."""

    initiator: Free = Free()
    receiver: Free = Free()


class Mesh(Part):
    """A service mesh."""

    name: str
    initiator: str
    receiver: str
    version: str | None = None
    """Version of its appliances; the initiator's if not given."""
    services: list[str] = ["INTERCONNECT", "VMOTION", "BULK_MIGRATION", "NETWORK_EXTENSION"]
    appliances: list[Appliance] = [Appliance(type="IX"), Appliance(type="NE", networks=["net-app"])]
    free: FreeBoth = FreeBoth()
    migrations: list[Migration] = []


class Constraint(Part):
    """What limits a maintenance, in Azure's words."""

    kind: str
    starts: Instant
    ends: Instant
    category: str = ""
    reason: str = ""


class Maintenance(Part):
    """A maintenance of vCenter, ESXi or NSX that the provider has on a private cloud."""

    cloud: str
    component: str
    title: str
    state: str = "Scheduled"
    starts: Instant | None = None
    takes: Duration | None = None
    constraints: list[Constraint] = []


class Story(Part):
    """One file: a fleet, what its owner wants, and what the plan must say of it."""

    about: str
    now: Instant = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
    policy: dict[str, Any] = {}
    """`fleet.yaml` but for its head; what no story is about is filled in."""
    confirmations: Literal["all", "none"] = "none"
    """Whether every mutating route is confirmed for every manager's certificate."""
    catalogue: str = ""
    """An override file, which corrects or adds to what is known of releases, paths and risks."""
    clouds: list[Cloud] = []
    connectors: list[Connector] = []
    meshes: list[Mesh] = []
    maintenances: list[Maintenance] = []
    expect: dict[str, Lines] = {}
    """By subject, `wave NAME` or `plan`: what the plan must say of it."""
    refused: list[str] = []
    """Instead: what the errors must say, one entry for each error."""

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    def _problems(self) -> Iterator[str]:
        if bool(self.expect) == bool(self.refused):
            yield "needs either what to expect or what is refused"
        names = [one.name for one in self.managers]
        yield from (f"{name} stands twice" for name in sorted(set(names)) if names.count(name) > 1)
        ends = {end for mesh in self.meshes for end in (mesh.initiator, mesh.receiver)}
        named = ends | {other for one in self.managers for other in one.pairs} | {m.cloud for m in self.maintenances}
        yield from (f"there is no manager {name}" for name in sorted(named - set(names)))

    @property
    def managers(self) -> tuple[Cloud | Connector, ...]:
        """Everything with a version and pairings."""
        return (*self.clouds, *self.connectors)


def read_story(path: Path) -> Story:
    """Read one story, strictly."""
    return Story.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))


def stories() -> tuple[Path, ...]:
    """Every story, in the order of their names."""
    return tuple(sorted(FOLDER.glob("*.yaml")))
