"""Case files: a small notation for facts that an operator can read. tests/cases/README.md describes it.

Every case starts from one healthy fleet and says only what differs from it, so that a case shows its point.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from ruamel.yaml import YAML

from shared.checks.interface import CheckContext, Concern
from shared.model.facts import (
    Appliance,
    ApplianceKind,
    FleetFacts,
    Gap,
    GapReason,
    HcxJob,
    Health,
    JobState,
    ManagerFacts,
    Mesh,
    Migration,
    MigrationKind,
    MigrationPhase,
    Pairing,
    Protection,
    ReplicationCounters,
    ServiceState,
    Status,
    UpgradeStatus,
)
from shared.model.finding import Verdict
from shared.model.inventory import PrivateCloud, ProvisioningState, Tag
from shared.model.policy import Exclusion, Hold, Policy, Scope
from shared.model.version import Version
from tests.builders import fleet_facts as build

FOLDER = Path(__file__).parents[1] / "cases"
NOW = build.NOW
CONNECTOR, CLOUD, MESH = "con-lyon", "pc-weu", "mesh-lyon"
MESH_NAME = "Lyon to West Europe"
OWNER = "ana@contoso.example"
SECTIONS = tuple(
    field.name
    for field in fields(ManagerFacts)
    if field.name not in {"manager", "observed_at", "certificate", "anchors", "vsphere", "gaps"}
)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


class Part(BaseModel):
    """A piece of a case file; a misspelt key is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-"))


class MeshGiven(Part):
    """What differs about one mesh."""

    state: str = "up COMMITTED"
    in_sync: bool | None = True
    services: list[str] = ["INTERCONNECT", "NETWORK_EXTENSION"]
    last_job: str | None = None


class UpgradeGiven(Part):
    """What the manager says of its own upgrade."""

    job: JobState | None = None
    staged: str | None = None

    @field_validator("job", mode="before")
    @classmethod
    def _as_state(cls, word: object) -> object:
        return JobState(word) if isinstance(word, str) else word


class ProtectionGiven(Part):
    """Ages of the last backup and snapshot."""

    backup: str | None = None
    snapshot: str | None = None


class Given(Part):
    """What differs about one manager; a key that is not there leaves its healthy value."""

    version: str | None = None
    alive: bool | None = None
    logged_in: bool | None = None
    services: dict[str, str] | None = None
    vcenter: str | None = None
    nsx: str | None = None
    pairings: dict[str, str] | None = None
    meshes: dict[str, MeshGiven] | None = None
    appliances: list[str] | None = None
    migrations: list[str] | None = None
    replications: dict[str, int] | None = None
    jobs: list[str] | None = None
    upgrade: UpgradeGiven | None = None
    protection: ProtectionGiven | None = None
    missing: dict[str, str] = {}
    age: dict[str, str] = {}

    @field_validator("missing", "age")
    @classmethod
    def _names_sections(cls, named: dict[str, str], about: ValidationInfo) -> dict[str, str]:
        known = {*SECTIONS, "manager"} if about.field_name == "missing" else {*SECTIONS}
        if named.keys() - known:
            raise ValueError(f"no such section: {', '.join(named.keys() - known)}")
        return named


class Expected(Part):
    """One finding that must come out."""

    verdict: Verdict
    says: str

    @field_validator("verdict", mode="before")
    @classmethod
    def _as_verdict(cls, word: object) -> object:
        return Verdict(word) if isinstance(word, str) else word


class Case(Part):
    """One case file."""

    about: str
    concern: Concern = Concern.MANAGER
    subject: str = CONNECTOR
    target: str | None = "4.11.4"
    given: dict[str, Given] = {}
    clouds: dict[str, str] = {CLOUD: "Succeeded"}
    clouds_age: str | None = "5m"
    belongs_to: list[str] = [CLOUD]
    tags: dict[str, str] = {}
    holds: dict[str, str] = {}
    excluded: dict[str, str] = {}
    policy_problem: str = ""
    expect: list[Expected]

    @field_validator("concern", mode="before")
    @classmethod
    def _as_concern(cls, word: object) -> object:
        return Concern(word) if isinstance(word, str) else word

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read one case file."""
        return cls.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))

    def context(self) -> CheckContext:
        """What the check gets to see."""
        mesh = self.concern is Concern.MESH
        return CheckContext(
            facts=self.facts(),
            clouds=tuple(_cloud(name, state, self.tags) for name, state in self.clouds.items()),
            subject=MESH if mesh else self.subject,
            subject_name=MESH_NAME if mesh else "",
            managers=(CONNECTOR, CLOUD) if mesh else (self.subject,),
            mesh=MESH if mesh else None,
            target=None if self.target is None else Version(self.target),
            now=NOW,
            clouds_observed_at=None if self.clouds_age is None else NOW - duration(self.clouds_age),
            cloud_ids=tuple(self.belongs_to),
            policy=None if self.policy_problem else self.policy(),
            policy_problem=self.policy_problem,
        )

    def policy(self) -> Policy:
        """`fleet.yaml` with what it holds and leaves out."""
        held = (Hold(subject=one, reason=why, owner=OWNER, until=None) for one, why in self.holds.items())
        out = (Exclusion(cloud=one, reason=why, owner=OWNER, until=None) for one, why in self.excluded.items())
        return build.policy(holds=tuple(held), scope=Scope(exclude=tuple(out)))

    def facts(self) -> FleetFacts:
        """The healthy fleet with what differs."""
        strange = self.given.keys() - {CONNECTOR, CLOUD}
        if strange:
            raise ValueError(f"the fleet has no {', '.join(strange)}")
        healthy = healthy_fleet(self.concern)
        return FleetFacts(managers=tuple(_changed(one, self.given.get(one.manager.id)) for one in healthy.managers))


def healthy_fleet(concern: Concern) -> FleetFacts:
    """A connector and a cloud manager with one mesh; for a mesh task both managers are at 4.11.4 already."""
    connector = build.connector(CONNECTOR, "4.11.4" if concern is Concern.MESH else "4.10.3", pairs=(CLOUD,))
    cloud = build.cloud_manager(CLOUD, "4.11.4")
    mesh = replace(build.mesh(MESH, CONNECTOR, CLOUD), services=("INTERCONNECT", "NETWORK_EXTENSION"))
    return build.fleet(*(build.meshed(one, mesh, *_pair(one.manager.id)) for one in (connector, cloud)))


def cases() -> Iterator[tuple[str, Path]]:
    """Every case file with the id of its check."""
    for path in sorted(FOLDER.glob("*/*.yaml")):
        yield path.parent.name, path


def duration(text: str) -> timedelta:
    """Such as `40m`, `3h`, `9d`, or `-20m` for a time that has not come."""
    found = re.fullmatch(r"(-?\d+)([mhd])", text)
    if found is None:
        raise ValueError(f"not a duration: {text!r}")
    return int(found[1]) * _UNITS[found[2]]


# --- from notation to records -----------------------------------------------------------------------------------------


def _pair(side: str) -> tuple[Appliance, ...]:
    kinds = (("ix-1", ApplianceKind.INTERCONNECT), ("ne-1", ApplianceKind.NETWORK_EXTENSION))
    return tuple(build.appliance(f"{name}-{side}", MESH, side, "4.10.3", kind) for name, kind in kinds)


def _changed(facts: ManagerFacts, given: Given | None) -> ManagerFacts:
    if given is None:
        return facts
    facts = replace(facts, **dict(_sections(facts, given)))
    for section, age in given.age.items():
        aged: dict[str, Any] = {section: replace(getattr(facts, section), at=NOW - duration(age))}
        facts = replace(facts, **aged)
    gaps = tuple(_gap(section, reason) for section, reason in given.missing.items() if reason != "without-reason")
    gone: dict[str, Any] = dict.fromkeys(SECTIONS if "manager" in given.missing else given.missing)
    return replace(facts, gaps=gaps, **gone)


def _sections(facts: ManagerFacts, given: Given) -> Iterator[tuple[str, Any]]:
    """Sections that differ; one function of the notation for each, as the table below says."""
    for name, reader in _READERS.items():
        value = getattr(given, name)
        if value is not None:
            yield ("identity" if name == "version" else name), build.seen(reader(facts, value))


def _version(facts: ManagerFacts, text: str) -> object:
    if facts.identity is None:
        raise ValueError("the healthy fleet has versions")
    return replace(facts.identity.value, version=Version(text))


def _status(text: str) -> Status:
    health, _, words = text.partition(" ")
    return Status(health=Health(health), text=words or health.upper())


def _services(_facts: ManagerFacts, states: Mapping[str, str]) -> tuple[ServiceState, ...]:
    running = {"RUNNING": True, "STOPPED": False}
    return tuple(ServiceState(name=name, running=running.get(text), text=text) for name, text in states.items())


def _pairings(_facts: ManagerFacts, states: Mapping[str, str]) -> tuple[Pairing, ...]:
    return tuple(
        Pairing(remote_system_id=f"sys-{name}", remote_name=name, remote_url=f"https://{name}", status=_status(text))
        for name, text in states.items()
    )


def _meshes(_facts: ManagerFacts, given: Mapping[str, MeshGiven]) -> tuple[Mesh, ...]:
    return tuple(
        replace(
            build.mesh(name, CONNECTOR, CLOUD),
            services=tuple(one.services),
            state=_status(one.state),
            in_sync=one.in_sync,
            last_job=_job(f"{one.last_job} of-{name}") if one.last_job else None,
        )
        for name, one in given.items()
    )


def _appliances(facts: ManagerFacts, lines: list[str]) -> tuple[Appliance, ...]:
    return tuple(_appliance(facts, line) for line in lines)


def _appliance(facts: ManagerFacts, line: str) -> Appliance:
    name, kind, version, tunnel = line.split(maxsplit=3)
    standing = build.appliance(name, MESH, facts.manager.id, version, ApplianceKind(kind))
    return replace(standing, tunnel=_status(tunnel))


def _migrations(_facts: ManagerFacts, lines: list[str]) -> tuple[Migration, ...]:
    words = (line.split() for line in lines)
    return tuple(
        Migration(
            id=f"id-{name}",
            virtual_machine=name,
            kind=MigrationKind(kind),
            phase=MigrationPhase(phase),
            started_at=NOW - timedelta(hours=2),
        )
        for name, kind, phase in words
    )


def _replications(_facts: ManagerFacts, counts: Mapping[str, int]) -> ReplicationCounters:
    return replace(ReplicationCounters(active=0, configuring=0, recovering=0, syncing=0), **counts)


def _jobs(_facts: ManagerFacts, lines: list[str]) -> tuple[HcxJob, ...]:
    return tuple(map(_job, lines))


def _job(line: str) -> HcxJob:
    kind, state, entity = line.split()
    name = entity.removeprefix("of-")
    return HcxJob(id=f"job-{name}", type=kind, entity_id=name, state=JobState(state), percent=40, message="at work")


def _upgrade(facts: ManagerFacts, given: UpgradeGiven) -> UpgradeStatus:
    job = _job(f"upgrade {given.job.value} of-{facts.manager.id}") if given.job else None
    return UpgradeStatus(job=job, staged=Version(given.staged) if given.staged else None)


def _protection(_facts: ManagerFacts, given: ProtectionGiven) -> Protection:
    return Protection(backup_at=_ago(given.backup), snapshot_at=_ago(given.snapshot), text="as the site says")


def _ago(age: str | None) -> datetime | None:
    return None if age is None else NOW - duration(age)


_READERS: dict[str, Any] = {
    "version": _version,
    "alive": lambda _facts, value: value,
    "logged_in": lambda _facts, value: value,
    "services": _services,
    "vcenter": lambda _facts, text: _status(text),
    "nsx": lambda _facts, text: _status(text),
    "pairings": _pairings,
    "meshes": _meshes,
    "appliances": _appliances,
    "migrations": _migrations,
    "replications": _replications,
    "jobs": _jobs,
    "upgrade": _upgrade,
    "protection": _protection,
}


def _gap(section: str, reason: str) -> Gap:
    words = GapReason(reason).value.replace("-", " ")
    return Gap(section=section, reason=GapReason(reason), detail=words, remedy=f"mend: {words}", at=NOW)


def _cloud(name: str, state: str, tags: Mapping[str, str]) -> PrivateCloud:
    listed = tuple(Tag(name=tag, value=value) for tag, value in tags.items())
    return replace(build.private_cloud(name), provisioning_state=ProvisioningState(state), tags=listed)
