"""What a person, or the provider, is told to do: one next action, in the words of the HCX screens."""

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import ApplianceUpgrade, ByHand, Hop, ManagerTask, MeshTask
from shared.model.policy import Owner

V9 = 9


def for_manager(task: ManagerTask, hop: Hop) -> str:
    """What to do for one hop of a manager."""
    if task.owner is Owner.PROVIDER:
        return (
            f"Microsoft upgrades {task.subject} from {hop.source.release} to {hop.target.release}. "
            "Nothing to press: answer the announcement if you want another slot."
        )
    return (
        f"Upgrade {task.subject} from {hop.source.release} to {hop.target.release}: open https://<manager>:9443, "
        f"{_menu(hop)}, upload the {hop.target.release} bundle and start. The manager reboots; no data-plane outage."
    )


def _menu(hop: Hop) -> str:
    if hop.source.major >= V9:
        return "Administration > System Management > Upgrade > Begin Upgrade > Continue > Confirm & Start Upgrade"
    return "Administration > Upgrade"


def for_appliance(task: MeshTask, item: ApplianceUpgrade) -> str:
    """What to do for one appliance of a mesh."""
    return (
        f"Upgrade {item.name} of {task.name} to {task.target.release}: at the source site {task.initiator}, open "
        f"Interconnect > Service Mesh > {task.name} > View Appliances, select {item.name}, Update Appliance. "
        f"{_mode(item)}Its peer goes with it; its tunnel is down for a short time.{_at_once(task, item)}"
    )


def _at_once(task: MeshTask, item: ApplianceUpgrade) -> str:
    others = [one.name for one in task.round_of(item.upgrade.id) if one.name != item.name]
    return f" At the same time may go: {', '.join(others)}." if others else ""


def _mode(item: ApplianceUpgrade) -> str:
    return _MODE.get(item.mode.mode, "") if item.kind is ApplianceKind.NETWORK_EXTENSION else ""


_MODE = {
    ApplianceMode.IN_SERVICE: "Choose the mode In-Service. ",
    ApplianceMode.STANDARD: "Choose the mode Standard. ",
    ApplianceMode.HA_GROUP: "It is in a high availability group: HCX upgrades the standby, switches over and upgrades "
    "the other. ",
}


def for_gateway(task: MeshTask, gateway: ByHand) -> str:
    """What to do for a gateway, which no update reaches."""
    return (
        f"Redeploy {gateway.name} of {task.name}: at the source site {task.initiator}, open "
        f"Interconnect > Service Mesh > {task.name} > View Appliances, select {gateway.name}, Redeploy. It never shows "
        f"an update. Its version must be {task.target.release} afterwards; report it where that cannot be seen."
    )


def way_back(task: ManagerTask) -> str:
    """What protects the manager, and its peers, as the plan says it."""
    return "; ".join(one.text for one in task.way_back) or "nothing protects it: ask the site"
