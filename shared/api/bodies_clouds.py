"""What one private cloud is over the API: how it stands, whether it is ready, and what belongs to it."""

from datetime import datetime

from shared.api.bodies import Body, RunId, Words
from shared.model.facts import ApplianceKind, GapReason, Health
from shared.model.inventory import ManagerKind
from shared.model.plan import SubjectKind
from shared.model.readiness import ReasonKind
from shared.model.run import Bucket
from shared.report.part import Part


class CheckBody(Body):
    """A check of one private cloud with what belongs to it."""

    requested_by: Words | None = None
    """Who asks, in the caller's own words; recorded as unauthenticated."""
    run_id: RunId | None = None
    """Id of the run, which makes the call safe to repeat; one is made up where it is absent."""


class ReasonPart(Part):
    """One thing that stands in the way."""

    kind: ReasonKind
    subject_kind: SubjectKind
    subject: str
    code: str
    """Id of the check, or another stable code."""
    detail: str
    who: str
    """Who can act."""
    remedy: str
    observed_at: datetime | None
    """The oldest observation that it rests on; null where nothing was observed."""


class ReadinessPart(Part):
    """Whether an upgrade is safe now, by the newest check, judged by how old its facts are by now."""

    run: str
    """The check or plan that it is taken from."""
    ready: bool
    verdict: str
    """The answer in one sentence, which begins with READY or NOT READY."""
    reasons: tuple[ReasonPart, ...]
    observed_from: datetime | None
    counts_until: datetime | None
    """When the first of its observations is too old to act on."""


class GapPart(Part):
    """Something of a manager that could not be observed."""

    section: str
    reason: GapReason
    detail: str
    remedy: str
    at: datetime


class ManagerPart(Part):
    """A cloud manager or a connector, as the newest facts say."""

    id: str
    kind: ManagerKind
    version: str | None
    """Null where it was not observed."""
    staged: str | None
    """Version of the upgrade bundle that lies ready on it; null where none does, or nobody knows."""
    answers: bool | None
    """Whether it answered; null where nobody asked."""
    observed_at: datetime
    gaps: tuple[GapPart, ...]


class PairPart(Part):
    """A site pairing, as one of its ends lists it."""

    manager: str
    """The end that lists it."""
    remote: str
    """Id of the manager at the other end, or its name in HCX where that manager is none of the fleet."""
    health: Health
    state: str
    """In the words of HCX."""
    observed_at: datetime


class AppliancePart(Part):
    """An appliance of a mesh, on the side of the manager that tells of it."""

    id: str
    name: str
    kind: ApplianceKind
    version: str
    tunnel: Health
    tunnel_state: str
    """In the words of HCX."""
    networks: int
    """Networks that are extended through it."""


class MeshPart(Part):
    """A service mesh, as the manager says where it begins."""

    id: str
    name: str
    manager: str
    """The manager that tells of it."""
    ends: tuple[str, ...]
    """Ids of the managers at its ends, the initiator first; the name in HCX of one that is none of the fleet."""
    services: tuple[str, ...]
    health: Health
    state: str
    """In the words of HCX."""
    in_sync: bool | None
    appliances: tuple[AppliancePart, ...]
    observed_at: datetime


class CloudAnswer(Part):
    """One private cloud as the newest run that looked at it saw it."""

    id: str
    name: str
    subscription: str
    location: str
    version: str | None
    """Release of its cloud manager; null where it was not observed."""
    bucket: Bucket
    reason: str
    detail: str
    who_acts_next: str
    observed_at: datetime | None
    """When its cloud manager was observed; null where it never was."""
    run: str
    """The run that says where it stands."""
    readiness: ReadinessPart | None
    """Null where it was not checked since the newest run that changes it began."""
    managers: tuple[ManagerPart, ...]
    """Its cloud manager first, then the connectors that are paired with it."""
    pairs: tuple[PairPart, ...]
    meshes: tuple[MeshPart, ...]


class WhyAnswer(Part):
    """What stands in the way of one private cloud."""

    cloud: str
    run: str
    """The run that it is read from."""
    why: tuple[str, ...]
    """Sentences: what is waited for, since when, until when, and who can act."""
    bucket: Bucket
    reason: str
    """Stable code."""
    who_can_act: str
    next_look: datetime | None
    """When hcx-fleet looks again by itself; null where nothing of it is under way."""
