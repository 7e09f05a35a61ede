"""The shape of `fleet.yaml`. Its docstrings are the descriptions that an editor shows by the JSON Schema."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from shared.model.policy import (
    CloudManagerSnapshots,
    ConnectorSnapshots,
    ExtensionMode,
    Mode,
    PairOrder,
    SharedConnectors,
)
from shared.policy.edge import Edge, Name, Text
from shared.policy.edge_time import Duration, Zone
from shared.policy.exceptions import ExclusionPart, HoldPart, RisksPart, WaiverPart
from shared.policy.freezes import FreezePart
from shared.policy.managers import CloudManagersPart, OwnersPart
from shared.policy.notices import NoticesPart
from shared.policy.probes import ProbePart, SampleStep
from shared.policy.sites import SitePart
from shared.policy.targets import TargetPart
from shared.policy.waves import BudgetPart, WavePart
from shared.policy.windows import WindowPart


class Metadata(Edge):
    """What the fleet is called."""

    name: Name
    """Name of the fleet, shown in plans and reports."""


class ScopePart(Edge):
    """Which private clouds are meant."""

    subscriptions: tuple[Text, ...] = ()
    """Subscription ids; empty means every subscription that the identity can read."""
    exclude: tuple[ExclusionPart, ...] = ()
    """Private clouds that are left alone."""


class PatiencePart(Edge):
    """How long a run waits for others before it closes a task as still waiting."""

    provider: Duration = timedelta(days=14)
    """How long it waits for the provider."""
    person: Duration = timedelta(days=14)
    """How long it waits for people at a site."""


class ExtensionPart(Edge):
    """What is accepted for extended networks."""

    mode: ExtensionMode = ExtensionMode.AUTO
    """How network extension appliances are upgraded where there is a choice."""
    outage_limit: Duration | None = None
    """The longest outage of a network that is acceptable; left out: any. A network's own entry goes before it."""
    at_risk: Annotated[int, Field(ge=1, le=10000)] | None = None
    """How many extended networks may be in change at once; left out: any number."""
    together: Annotated[int, Field(ge=1, le=100)] = 1
    """How many network extension appliances of a mesh may be in change at once; more than one needs as many spare
    addresses."""
    sample_every: SampleStep = timedelta(seconds=5)
    """How often one looks at the networks of an appliance while it changes, from PT1S to PT1M."""


class SnapshotsPart(Edge):
    """Which snapshots hcx-fleet takes before an upgrade and removes after it."""

    cloud_managers: CloudManagerSnapshots = CloudManagerSnapshots.NONE
    """Of cloud managers, unless the provider upgrades them: none, or by the run command of Azure VMware Solution."""
    connectors: ConnectorSnapshots = ConnectorSnapshots.NONE
    """Of connectors, unless the provider upgrades them: none, or in the vCenter that their entry names."""


class RetentionPart(Edge):
    """How long runs and their evidence are kept."""

    runs: Duration = timedelta(days=400)
    """How long runs are kept."""
    evidence: Duration = timedelta(days=2555)
    """How long evidence is kept."""
    instances: Duration = timedelta(days=30)
    """How long durable instances that have ended are kept; the journal of a run, which is its record, stays."""


class FleetChoices(Edge):
    """What the owner of the fleet chooses; everything can be left out."""

    time_zone: Zone = "UTC"
    """Time zone of every wall time in this file that names none."""
    mode: Mode = Mode.PLAN_ONLY
    """What the timer may do by itself; runs by HTTP or command line need their own request."""
    scope: ScopePart = ScopePart()
    """Which private clouds are meant."""
    owners: OwnersPart = OwnersPart()
    """Who performs a step where the manager's own entry does not say."""
    pair_order: PairOrder = PairOrder.CLOUD_FIRST
    """Whether the managers of a pair follow each other or go together."""
    concurrency: Annotated[int, Field(ge=1, le=100)] = 4
    """How many tasks of ours may change something at the same time."""
    shared_connectors: SharedConnectors = SharedConnectors.EARLIEST
    """Which wave a connector belongs to that serves private clouds of several waves."""
    patience: PatiencePart = PatiencePart()
    """How long a run waits for others."""
    waves: tuple[WavePart, ...] = ()
    """Private clouds that go together, in the order in which they go; none: everything is one wave."""
    budget: BudgetPart | None = None
    """How many tasks of a run may fail; left out: failures stop only what depends on them."""
    holds: tuple[HoldPart, ...] = ()
    """What is not touched until its owner lets it go."""
    windows: tuple[WindowPart, ...] = ()
    """When work may go on at sites that have no windows of their own; none: at any time."""
    freezes: tuple[FreezePart, ...] = ()
    """Times in which nothing is changed."""
    split: bool = False
    """Whether a task that does not fit into a window may be split at its hops or appliances."""
    network_extension: ExtensionPart = ExtensionPart()
    """What is accepted for extended networks."""
    snapshots: SnapshotsPart = SnapshotsPart()
    """Which snapshots hcx-fleet takes before an upgrade and removes after it."""
    notices: NoticesPart = NoticesPart()
    """How whoever performs a step is told of it."""
    risks: RisksPart = RisksPart()
    """Known risks that somebody takes."""
    waivers: tuple[WaiverPart, ...] = ()
    """Findings that somebody lets pass."""
    probes: tuple[ProbePart, ...] = ()
    """What is asked while networks are in change."""
    retention: RetentionPart = RetentionPart()
    """How long runs and their evidence are kept."""


class FleetFile(FleetChoices):
    """What the owner of the fleet wants."""

    api_version: Literal["hcxfleet/v1"]
    """Version of this format."""
    kind: Literal["Fleet"]
    """What this file describes."""
    metadata: Metadata
    """What the fleet is called."""
    target: TargetPart
    """The wanted version."""
    cloud_managers: CloudManagersPart = CloudManagersPart()
    """How cloud managers are reached."""
    sites: tuple[SitePart, ...] = ()
    """Where managers live and people work; every connector of the fleet stands at one."""
