"""How tasks, waves and times of a plan are said: the same in its text, in its comparison and on the terminal."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import Estimate, ManagerTask, Plan, Safeguard, SubjectKind, Task, Unplanned
from shared.model.policy import Approval, Mode, Owner, Soak, SoakCriterion, TimeOutAction
from shared.model.vcenter import PinnedMachine
from shared.model.version import Version
from shared.report.words import KINDS, listed, several, took
from shared.rules.run_view import short

HASH = 12
"""Characters of a hash that people compare."""

PERFORMS = {
    Owner.OURS: "hcx-fleet",
    Owner.PROVIDER: "the provider",
    Owner.ASSISTED: "a person at the site",
}
"""Who performs a task."""

MODE = {
    Mode.PLAN_ONLY: "the timer only plans",
    Mode.APPROVE_EACH: "the timer starts a run once its plan is approved",
    Mode.AUTO: "the timer starts a run by itself",
}
"""What the timer may do."""

APPLIANCE = {
    ApplianceKind.INTERCONNECT: "interconnect",
    ApplianceKind.NETWORK_EXTENSION: "network extension",
    ApplianceKind.WAN_OPTIMIZATION: "WAN optimization",
    ApplianceKind.SENTINEL_GATEWAY: "sentinel gateway",
    ApplianceKind.UNKNOWN: "of a kind that is not known",
}
"""Kinds of appliance."""

APPLIANCE_MODE = {
    ApplianceMode.IN_SERVICE: "in service",
    ApplianceMode.HA_GROUP: "HA group",
    ApplianceMode.STANDARD: "standard",
    ApplianceMode.REDEPLOY: "redeploy by hand",
    ApplianceMode.NONE: "no way open",
}
"""Ways in which an appliance is upgraded."""

SAFEGUARD = {
    Safeguard.AUTOMATIC_SNAPSHOT: "automatic snapshot",
    Safeguard.RUN_COMMAND_SNAPSHOT: "snapshot by run command",
    Safeguard.VCENTER_SNAPSHOT: "snapshot in vCenter",
    Safeguard.BACKUP: "backup",
    Safeguard.NONE: "no way back",
}
"""What can bring a manager back."""

UNPLANNED = {
    Unplanned.CURRENT: "current",
    Unplanned.NEWER: "newer than the target",
    Unplanned.NO_PATH: "no way there",
    Unplanned.NOT_OBSERVED: "could not be read",
    Unplanned.UNKNOWN_VERSION: "version not understood",
    Unplanned.PEER_NOT_OBSERVED: "its other side could not be read",
    Unplanned.NO_TARGET: "no target",
    Unplanned.EXCLUDED: "excluded",
    Unplanned.NO_HCX: "no HCX",
    Unplanned.SYSTEM_MESH: "the provider's own mesh",
    Unplanned.HELD: "held",
    Unplanned.NO_WAVE: "in no wave",
    Unplanned.NO_WINDOW: "no window",
    Unplanned.NO_MODE: "no way to upgrade an appliance",
    Unplanned.CAPPED: "kept back",
}
"""Why something has no task."""

_REQUIRED = {
    SoakCriterion.NO_FAILURES: "no task of it failed",
    SoakCriterion.ALL_UPGRADED: "every task of it succeeded",
    SoakCriterion.TUNNELS_UP: "the tunnels of its meshes are up",
    SoakCriterion.SERVICES_RUNNING: "the services of its managers run",
    SoakCriterion.PAIRS_HEALTHY: "its site pairings are healthy",
    SoakCriterion.NO_NEW_ALARMS: "no alarm is red that was not before",
    SoakCriterion.OUTAGE_WITHIN_LIMIT: "no network was without traffic for longer than is accepted",
}
_ON_TIME_OUT = {
    TimeOutAction.CANCEL_WAVE: "then the wave is cancelled",
    TimeOutAction.KEEP_WAITING: "and goes on waiting after that",
}


def name_of(task: Task) -> str:
    """What people call a task's subject."""
    return task.subject if isinstance(task, ManagerTask) else f"mesh {task.name}"


def way_of(task: Task) -> str:
    """From where to where, over which releases: `4.8.2 → 4.9.2 → 4.11.4`."""
    if isinstance(task, ManagerTask):
        return " → ".join(short(one) for one in (task.source, *(hop.target for hop in task.hops)))
    return f"{spread(one.source for one in task.appliances)} → {short(task.target)}".lstrip()


def spread(versions: Iterable[Version]) -> str:
    """The releases among these, oldest first; texts that were not understood come last."""
    found = set(versions)
    known = {one.release: one.order for one in found if one.known}
    return ", ".join([*sorted(known, key=lambda one: known[one]), *sorted(str(one) for one in found if not one.known)])


def subject_names(plan: Plan) -> dict[tuple[SubjectKind, str], str]:
    """What people call the meshes of a plan: their ids mean nothing to a reader."""
    return {(SubjectKind.MESH, mesh.mesh): mesh.name for mesh in plan.baseline.meshes}


def machine_words(machine: PinnedMachine) -> str:
    """A machine as people and vCenter call it, with the id by which it is known again."""
    return f"{machine.name} ({machine.reference}, instance {machine.instance_uuid})"


def about(kind: SubjectKind, subject: str, names: Mapping[tuple[SubjectKind, str], str]) -> str:
    """A subject with its kind, such as `mesh mesh-lyon`."""
    return f"{KINDS[kind][0]} {names.get((kind, subject), subject)}"


# --- waves ------------------------------------------------------------------------------------------------------------


def approval_words(approval: Approval) -> str:
    """Who lets a wave go."""
    people = " or ".join(approval.approvers) or "somebody"
    how_many = f"{approval.minimum} of {people}" if approval.minimum > 1 else people
    return f"approval by {how_many}, for which it waits {took(approval.time_out)}, {_ON_TIME_OUT[approval.on_time_out]}"


def soak_words(soak: Soak) -> str:
    """How long a wave is watched and what must be true then."""
    looks = f", with {several(soak.looks, 'look', 'looks')} at it" if soak.looks else ""
    watched = f"watched for {took(soak.span)} after its last task{looks}"
    asked = dict.fromkeys((*soak.require, *sorted(soak.asks)))
    required = listed([_REQUIRED[one] for one in asked])
    return f"{watched}; the next wave goes if {required}" if required else watched


def budget_words(max_failed: int | None, *, strict: bool) -> str:
    """When nothing new is started any more."""
    if max_failed is None:
        return "failures stop only what depends on them"
    after = f"after {several(max_failed, 'failure', 'failures')} nothing new starts"
    return f"{after}, and no more of ours run at a time than may still fail" if strict else after


# --- times ------------------------------------------------------------------------------------------------------------


def day_and_time(at: datetime, zone: str | None = None) -> str:
    """A time with day and zone, such as `Tue 24 Nov 2026 21:00 UTC (22:00 Europe/Paris)`."""
    utc = at.astimezone(UTC)
    told = f"{utc:%a} {utc.day} {utc:%b %Y %H:%M} UTC"
    if zone is None or zone == "UTC":
        return told
    local = at.astimezone(ZoneInfo(zone))
    day = f"{local:%a} {local.day} {local:%b} " if local.date() != utc.date() else ""
    return f"{told} ({day}{local:%H:%M} {zone})"


def brief_time(at: datetime | None, plan: Plan) -> str:
    """A time of a plan in the cell of a table: UTC, and the year only where it is another one than that of the plan.

    What may go at once may go at once, whenever the plan was made: so the same plan made an hour later reads the same.
    """
    if at is None:
        return "not known"
    if at <= plan.made_at:
        return "at once"
    utc = at.astimezone(UTC)
    year = f" {utc.year}" if utc.year != plan.made_at.astimezone(UTC).year else ""
    return f"{utc:%a} {utc.day} {utc:%b}{year} {utc:%H:%M}"


def zone_among(sites: Iterable[str], zones: Mapping[str, str]) -> str | None:
    """The zone in which people at these sites read a clock; None where they do not agree, or nobody knows."""
    found = {zones[site] for site in sites if site in zones}
    return found.pop() if len(found) == 1 else None


def estimate_words(estimate: Estimate) -> str:
    """How long something takes, and how that is known."""
    return f"{took(estimate.p50)}, nine times in ten within {took(estimate.p90)} ({estimate.basis})"
