"""What somebody decided against the rule: exclusions, holds, accepted risks and waivers, each with owner and reason."""

from shared.model.policy import AcceptedRisk, Exclusion, Hold, Waiver
from shared.policy.edge import Edge, Text
from shared.policy.edge_time import Day


class ExclusionPart(Edge):
    """A private cloud that is left alone: not observed and not planned."""

    cloud: Text
    """Its name, or its id where the name is not unique."""
    reason: Text
    """Why it is left alone."""
    owner: Text
    """Who can let it in."""
    until: Day | None = None
    """The last day of it; afterwards it goes on, and is reported."""


class HoldPart(Edge):
    """Something that is not touched until its owner lets it go; beats everything else."""

    subject: Text
    """Name of a private cloud, connector or mesh; "*" for the whole fleet."""
    reason: Text
    """Why it is not touched."""
    owner: Text
    """Who can let it go."""
    until: Day | None = None
    """The last day of it; afterwards it goes on, and is reported."""


class AcceptedRiskPart(Edge):
    """A known risk that somebody takes."""

    id: Text
    """Id of the risk."""
    owner: Text
    """Who takes it."""
    reason: Text
    """Why it may be taken."""
    until: Day
    """The last day on which it is taken."""
    subjects: tuple[Text, ...] = ()
    """Managers and meshes for which it is taken; left out: all."""


class RisksPart(Edge):
    """Known risks."""

    accept: tuple[AcceptedRiskPart, ...] = ()
    """Those that somebody takes."""


class WaiverPart(Edge):
    """A finding that somebody lets pass."""

    check: Text
    """Id of the check, or peer-not-observed."""
    subject: Text
    """Name of the manager or mesh that it was found at."""
    owner: Text
    """Who lets it pass."""
    reason: Text
    """Why it may pass."""
    until: Day
    """The last day on which it may pass."""


def exclusion_of(part: ExclusionPart) -> Exclusion:
    """The record of an exclusion."""
    return Exclusion(cloud=part.cloud, reason=part.reason, owner=part.owner, until=part.until)


def hold_of(part: HoldPart) -> Hold:
    """The record of a hold."""
    return Hold(subject=part.subject, reason=part.reason, owner=part.owner, until=part.until)


def accepted_risk_of(part: AcceptedRiskPart) -> AcceptedRisk:
    """The record of an accepted risk."""
    return AcceptedRisk(id=part.id, owner=part.owner, reason=part.reason, until=part.until, subjects=part.subjects)


def waiver_of(part: WaiverPart) -> Waiver:
    """The record of a waiver."""
    return Waiver(check=part.check, subject=part.subject, owner=part.owner, reason=part.reason, until=part.until)
