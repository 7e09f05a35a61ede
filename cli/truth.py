"""What a simulated world says about itself: where it listens, and what really happened in it.

docs/simulator.md explains both. Read here and nowhere else, for the demo's last comparison only; what is not compared
is not read.
"""

from datetime import datetime, timedelta
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, frozen=True, extra="ignore")


class WorldCloud(BaseModel):
    """A private cloud of the world."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    subscription: str
    subscription_id: str


class WorldManager(BaseModel):
    """A manager of the world and where it listens."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: Literal["cloud-manager", "connector"]
    host: str
    address: str
    service_port: int
    appliance_port: int


class WorldArm(BaseModel):
    """Where the world's Azure Resource Manager listens."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    address: str


class World(BaseModel):
    """What a world publishes once it listens; its settings stay in its settings file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    control: str
    arm: WorldArm
    managers: tuple[WorldManager, ...]
    clouds: tuple[WorldCloud, ...]
    approved_after: timedelta = timedelta()
    """How long people look at the plan of a demo before it is carried out."""
    without_effect: tuple[str, ...] = ()
    """What of the world file comes to nothing here, in sentences."""


class TrueManager(_Part):
    """A manager as it really is."""

    id: str
    release: str


class TrueAppliance(_Part):
    """A mesh appliance as it really is."""

    id: str
    name: str
    type: str
    release: str
    tunnel: str


class TrueMesh(_Part):
    """A mesh as it really is."""

    id: str
    name: str
    initiator: str
    receiver: str
    appliances: tuple[TrueAppliance, ...]


class Mutation(_Part):
    """A call that changed something, or tried to."""

    at: datetime
    route: str
    subject: str
    body: dict[str, Any]
    caller: Literal["api", "person", "provider"]


class LogIns(_Part):
    """What log-ins an account saw."""

    secret: str
    failed: int
    locked: bool


class Outage(_Part):
    """A time during which a stretched network carried nothing."""

    network: str
    mesh: str
    appliance: str
    began: datetime = Field(alias="from")
    ended: datetime | None = Field(alias="to")


class Expectation(_Part):
    """Where the world file expects a private cloud to end."""

    cloud: str
    outcome: str
    reason: str


class Truth(_Part):
    """What really happened."""

    now: datetime
    managers: tuple[TrueManager, ...]
    meshes: tuple[TrueMesh, ...]
    mutations: tuple[Mutation, ...]
    logins: tuple[LogIns, ...]
    outages: tuple[Outage, ...]
    expectations: tuple[Expectation, ...]


def read_truth(control: str) -> Truth:
    """What really happened until now in the world of that control endpoint."""
    answer = httpx.get(f"{control}/truth", timeout=60, trust_env=False)
    return Truth.model_validate(answer.raise_for_status().json())
