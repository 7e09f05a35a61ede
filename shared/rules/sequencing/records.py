"""What the managers and meshes of a fleet are to each other when their hops are put in order, and the order."""

from collections.abc import Mapping
from typing import Literal

from shared.model.plan import Requirement
from shared.model.record import record
from shared.model.version import Version
from shared.rules.path import NoPath

type Chain = tuple[Version, ...]
"""Releases that a manager goes through, the last one being its target."""


@record
class Mover:
    """One manager as far as the order of hops is concerned, whether it moves or stays."""

    id: str
    source: Version
    """Where it is. One that is not understood lets nothing paired with it move."""
    chains: tuple[Chain, ...] = ()
    """Ways to its target, preferred ones first; none, or an empty one: it stays where it is."""
    wave: int = 0
    """Movers of an earlier wave are done before those of a later one begin."""
    leads: bool = False
    """Whether it goes before partners that do not: a cloud manager where the order of pairs is cloud-first."""
    provider: bool = False
    """Whether the provider moves it, so that nobody else can choose when."""
    stays_because: str = ""
    """For the texts of its partners, where it stays."""


@record
class MeshMover:
    """One mesh as far as the order of hops is concerned."""

    id: str
    initiator: str
    """Id of the manager at the source side."""
    receiver: str
    version: Version | None
    """The oldest of its appliances at either side; None where it has none or nobody knows: it keeps nobody back."""
    wave: int = 0
    name: str = ""
    """What people call it; empty: its id."""
    stays_because: str = ""
    """Why it is not upgraded; empty where it goes to the release at which both its managers end."""

    @property
    def shown(self) -> str:
        """What it is called in texts."""
        return self.name or self.id


@record
class Way:
    """How one manager goes."""

    hops: Chain
    requires: tuple[tuple[Requirement, ...], ...]
    """What must be there before each hop; what an earlier hop asked for is not asked for again."""
    after: tuple[str, ...]
    """Ids of the managers that are completely done before its first hop."""


@record
class Stage:
    """One upgrade of a mesh."""

    version: Version
    wave: int
    """The wave in which it can go: its own, or the later one of a manager that it waits for."""
    requires: tuple[Requirement, ...]
    after: tuple[str, ...]
    """Ids of the managers that are completely done before."""


@record
class Moved:
    """One step of an order."""

    kind: Literal["manager", "mesh"]
    subject: str
    version: Version


@record
class Sequenced:
    """What came of every manager and mesh."""

    ways: Mapping[str, Way | NoPath]
    """By manager id, for those that were to move."""
    stages: Mapping[str, tuple[Stage, ...] | NoPath]
    """By mesh id, normally one; none where its appliances are there already.

    A mesh that has to follow in between, and whose managers then end apart, has those stages and not the last one.
    """
    order: tuple[Moved, ...]
    """One order of all hops that keeps every rule, with the upgrades of meshes in between and without their last ones.

    Group after group, since groups have nothing to do with each other; inside a group wave after wave.
    """
