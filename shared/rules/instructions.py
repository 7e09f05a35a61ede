"""What a person, or the provider, is told to do: one next action, in the words of the HCX screens."""

from shared.model.ne_mode import ApplianceMode
from shared.model.plan import ApplianceUpgrade, Hop, ManagerTask, MeshTask
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
        f"{_mode(item)}Its peer goes with it; its tunnel is down for a short time."
    )


def _mode(item: ApplianceUpgrade) -> str:
    return "Choose the mode In-Service. " if item.mode.mode is ApplianceMode.IN_SERVICE else ""


def way_back(task: ManagerTask) -> str:
    """What protects the manager, and its peers, as the plan says it."""
    return "; ".join(one.text for one in task.way_back) or "nothing protects it: ask the site"
