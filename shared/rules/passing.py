"""What becomes of a mesh of which an appliance is passed over: who waits for it, and how its task ends."""

from collections.abc import Collection, Mapping

from shared.model.facts import ApplianceKind
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.record import record
from shared.rules.mode_now import PassedOver


@record
class End:
    """How a task ends that left appliances as they were."""

    reason: str
    """Stable code: that of the first one."""
    detail: str
    who_can_act: str


def bars(task: MeshTask, left: Mapping[str, PassedOver], item: ApplianceUpgrade) -> bool:
    """Whether an appliance waits for one that is left: none goes before the interconnect, and each other may.

    Args:
        task: as it was planned.
        left: what was passed over so far, by the id of the step that would have changed it.
        item: the one whose turn it is.
    """
    leading = (one for one in task.appliances if one.kind is ApplianceKind.INTERCONNECT)
    return item.upgrade.id not in left and any(one.upgrade.id in left for one in leading)


def end_of(task: MeshTask, left: Mapping[str, PassedOver], finished: Collection[str]) -> End:
    """How the task ends: everything that is left is named, and what somebody has to do.

    Args:
        task: as it was planned.
        left: what was passed over, by the id of the step that would have changed it.
        finished: ids of the steps that were seen to be done.
    """
    first = next(iter(left.values()))
    behind = [one.name for one in task.appliances if one.upgrade.id not in {*left, *finished}]
    behind += [one.name for one in task.by_hand if one.redeploy.id not in finished]
    waits = f"; not begun because of that: {', '.join(behind)}" if behind else ""
    return End(
        reason=first.reason,
        detail="; ".join(one.detail for one in left.values()) + waits,
        who_can_act="; ".join(dict.fromkeys(one.remedy for one in left.values())),
    )
