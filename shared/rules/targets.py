"""Why a manager gets no task by what is known of it alone."""

from shared.model.facts import ManagerFacts
from shared.model.plan import Unplanned
from shared.model.record import record
from shared.model.version import Version


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
