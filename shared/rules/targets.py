"""Which version a manager should reach, and whether there is a task in it."""

from collections.abc import Mapping

from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.plan import Unplanned
from shared.model.policy import ConnectorTarget, Policy
from shared.model.record import record
from shared.model.version import Version
from shared.rules import grouping


@record
class NoTask:
    """Why a manager gets no task."""

    reason: Unplanned
    detail: str
    who_can_act: str = "nobody needs to act"


def not_observed(facts: ManagerFacts) -> NoTask | None:
    """The reason to leave a manager out because its version was not observed or not understood."""
    if facts.identity is None:
        gap = facts.gap("identity")
        detail = gap.detail if gap else "it was not observed"
        return NoTask(reason=Unplanned.NOT_OBSERVED, detail=detail, who_can_act=gap.remedy if gap else "observe again")
    if not facts.identity.value.version.known:
        text = facts.identity.value.version.text
        return NoTask(
            reason=Unplanned.UNKNOWN_VERSION,
            detail=f"version {text!r} is not understood",
            who_can_act="the owner of hcx-fleet: add the shape to shared/model/version.py with its source",
        )
    return None


def reached(version: Version, target: Version) -> NoTask | None:
    """The reason for no task because the version is the target, or beyond it."""
    if version.same_release(target):
        return NoTask(reason=Unplanned.CURRENT, detail=f"already {version.release}")
    if target.older_than(version):
        return NoTask(reason=Unplanned.NEWER, detail=f"{version.release} is beyond the target {target.release}")
    return None


def connector_target(
    connector: ManagerFacts, fleet: FleetFacts, policy: Policy, after: Mapping[str, Version]
) -> Version | NoTask:
    """The version that a connector should reach.

    Args:
        connector: facts of the connector itself.
        fleet: facts of everything, for the other ends of its pairings.
        policy: whether connectors follow their cloud managers.
        after: release that each cloud manager will have after the plan, by manager id, where that can be said.
    """
    if policy.connector_target is ConnectorTarget.VERSION:
        return policy.target
    open_ends = grouping.open_ends(fleet, connector)
    if open_ends:
        names = ", ".join(sorted(end.remote_name or end.remote_url for end in open_ends))
        return NoTask(
            reason=Unplanned.PEER_NOT_OBSERVED,
            detail=f"it follows its cloud managers, and {names} could not be observed",
            who_can_act="see the finding on that manager",
        )
    partners = grouping.partners(fleet, connector)
    clouds = sorted(other.manager.id for other in partners if other.manager.kind is ManagerKind.CLOUD_MANAGER)
    unsaid = [name for name in clouds if name not in after]
    if unsaid:
        return NoTask(
            reason=Unplanned.NO_TARGET,
            detail=f"it follows its cloud managers, and nobody can say at which version {', '.join(unsaid)} will be",
            who_can_act=f"see what stands in the way of {unsaid[0]}",
        )
    releases = {after[name].release for name in clouds}
    if len(releases) == 1:
        return Version(releases.pop())
    detail = f"its cloud managers end at {', '.join(sorted(releases))}" if releases else "it has no cloud manager"
    return NoTask(
        reason=Unplanned.NO_TARGET,
        detail=f"it follows its cloud managers, but {detail}",
        who_can_act="the owner of fleet.yaml: give the connectors a version",
    )
