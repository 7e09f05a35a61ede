"""Who should get where: the wanted version of each manager, before anybody asks whether there is a way."""

from collections.abc import Mapping

from shared.model.facts import ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.plan import Unplanned
from shared.model.policy import ConnectorEntry, ConnectorTarget
from shared.model.version import Version
from shared.rules.planning.scene import Scene
from shared.rules.targets import NoTask

NO_VALIDATED = NoTask(
    reason=Unplanned.NO_TARGET,
    detail="the catalogue knows no release that is validated with Azure VMware Solution",
    who_can_act="the owner of fleet.yaml: name a version, or add the validation with its source to the catalogue",
)


def fleet_target(scene: Scene) -> Version | NoTask:
    """The wanted version of cloud managers."""
    return scene.policy.target or _latest_validated(scene)


def connector_target(scene: Scene, facts: ManagerFacts, ends: Mapping[str, Version]) -> Version | NoTask:
    """The wanted version of a connector.

    Args:
        scene: everything there is.
        facts: of the connector.
        ends: the release at which each cloud manager ends, by manager id, where that can be said.
    """
    entry = scene.entries.get(facts.manager.id)
    if isinstance(entry, ConnectorEntry) and entry.target:
        return entry.target
    match scene.policy.connector_target:
        case ConnectorTarget.VERSION:
            return scene.policy.connector_version or fleet_target(scene)
        case ConnectorTarget.LATEST_VALIDATED:
            return _latest_validated(scene)
        case ConnectorTarget.FOLLOW_CLOUD_MANAGER:
            return _followed(scene, facts, ends)


def follows(scene: Scene, facts: ManagerFacts) -> bool:
    """Whether a connector goes where its cloud managers are."""
    entry = scene.entries.get(facts.manager.id)
    own = isinstance(entry, ConnectorEntry) and entry.target is not None
    return not own and scene.policy.connector_target is ConnectorTarget.FOLLOW_CLOUD_MANAGER


def _latest_validated(scene: Scene) -> Version | NoTask:
    found = scene.catalogue.latest_validated
    return found.release if found else NO_VALIDATED


def _followed(scene: Scene, facts: ManagerFacts, ends: Mapping[str, Version]) -> Version | NoTask:
    leaders = leaders_of(scene, facts)
    if not leaders:
        return NoTask(
            reason=Unplanned.NO_TARGET,
            detail="it follows its cloud managers, but it has no cloud manager",
            who_can_act="the owner of fleet.yaml: give the connector a version, or pair it",
        )
    unsaid = [name for name in leaders if name not in ends]
    if unsaid:
        return NoTask(
            reason=Unplanned.NO_TARGET,
            detail=f"it follows its cloud managers, and nobody can say at which version {', '.join(unsaid)} will be",
            who_can_act=f"see what stands in the way of {unsaid[0]}",
        )
    releases = {ends[name].release for name in leaders}
    if len(releases) == 1:
        return Version(releases.pop())
    told = ", ".join(f"{name} at {ends[name].release}" for name in leaders)
    return NoTask(
        reason=Unplanned.NO_TARGET,
        detail=f"it follows its cloud managers, but they end apart: {told}",
        who_can_act="the owner of fleet.yaml: let its private clouds end at one version, or give the connector its own",
    )


def leaders_of(scene: Scene, facts: ManagerFacts) -> tuple[str, ...]:
    """Ids of the cloud managers that a connector is paired with, sorted."""
    partners = scene.pairings.partners(facts)
    return tuple(sorted(one.manager.id for one in partners if one.manager.kind is ManagerKind.CLOUD_MANAGER))
