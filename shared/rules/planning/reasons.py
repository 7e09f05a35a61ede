"""Why something gets no task, each reason with the words for it in one place."""

from shared.model.facts import ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.plan import SubjectKind, Unplanned
from shared.model.policy import Exclusion, Policy
from shared.rules.calendar.wall_time import day_text
from shared.rules.path import NoPath
from shared.rules.targets import NoTask

SETTLED = frozenset({Unplanned.CURRENT, Unplanned.NEWER})
"""A manager with one of these reasons stays where it is because it should."""

UNSEEN = NoTask(reason=Unplanned.NOT_OBSERVED, detail="it was not observed", who_can_act="observe again")


def subject_kind(facts: ManagerFacts) -> SubjectKind:
    """What a manager counts as."""
    is_cloud = facts.manager.kind is ManagerKind.CLOUD_MANAGER
    return SubjectKind.PRIVATE_CLOUD if is_cloud else SubjectKind.CONNECTOR


def held_back(reason: str, source: str, owner: str) -> NoTask:
    """The reason of what somebody holds."""
    return NoTask(
        reason=Unplanned.HELD, detail=f"{reason} ({source})", who_can_act=f"{owner}: let it go" if owner else source
    )


def left_out(out: Exclusion) -> NoTask:
    """The reason of a private cloud that `fleet.yaml` leaves alone."""
    until = f", until {day_text(out.until)}" if out.until else ""
    return NoTask(
        reason=Unplanned.EXCLUDED,
        detail=f"excluded by fleet.yaml: {out.reason}{until}",
        who_can_act=out.owner or "the owner of fleet.yaml",
    )


def no_path(found: NoPath) -> NoTask:
    """The reason of what has no way."""
    return NoTask(reason=Unplanned.NO_PATH, detail=f"{found.rule}: {found.detail}", who_can_act=found.what_would_open)


def no_window(why: str, policy: Policy, *, opens: bool) -> NoTask:
    """The reason of what fits into no window."""
    ways = ["widen the windows", *(["end a freeze"] if policy.freezes else [])]
    ways += ["allow tasks to be split"] if opens and not policy.split else []
    return NoTask(reason=Unplanned.NO_WINDOW, detail=why, who_can_act=f"the owner of fleet.yaml: {', or '.join(ways)}")
