"""Whether a change that had begun is gone: its HCX job is not found any more, and its subject is as it was before.

Interconnect tasks are known to vanish midway without any end, while the mesh goes on to say RUNNING. Where the change
goes on without its job, the subject shows it: something moves, and this counts anew with each move. Where nothing moves
for long enough, nothing is at work, and nobody has to wait for the end of the time that the step may take.
"""

from datetime import timedelta

from shared.model.acts import ApplianceSeen, ManagerSeen, MemberSeen
from shared.model.facts import HcxJob, JobState
from shared.model.plan import ApplianceUpgrade, Hop
from shared.rules.progress import Progress, State

GRACE = timedelta(minutes=15)
"""How long a subject must show the same, with no job at work, until its change counts as gone. As long as a mesh of one
pair of appliances takes by one weak source; that it is 15 minutes is our own judgement."""

VANISHED = "job-vanished"
"""Reason of a task whose change is gone."""


def manager_rests(hop: Hop, seen: ManagerSeen, job: str | None) -> str:
    """What a manager shows that answers as before the hop and upgrades nothing; empty where it is not so.

    Args:
        hop: the hop under way.
        seen: a short look at the manager.
        job: the HCX job that was started for the hop, where one is known: that of an earlier upgrade is an old story.
    """
    if not seen.alive or seen.gap is not None or seen.version is None or _is_of(seen.upgrade, job):
        return ""
    return f"it answers as {seen.version}" if seen.version.same_release(hop.source) else ""


def appliance_rests(item: ApplianceUpgrade, seen: ApplianceSeen) -> str:
    """What an appliance shows that is of the version before and has no job any more; empty where it is not so."""
    members: tuple[ApplianceSeen | MemberSeen, ...] = (seen, *seen.others)
    if seen.job is not None or not all(_as_before(item, one) for one in members):
        return ""
    return "; ".join(_shown(item, one) for one in members)


def _as_before(item: ApplianceUpgrade, seen: ApplianceSeen | MemberSeen) -> bool:
    return seen.gap is None and seen.version is not None and seen.version.same_release(item.source)


def _shown(item: ApplianceUpgrade, seen: ApplianceSeen | MemberSeen) -> str:
    name = seen.appliance if isinstance(seen, MemberSeen) else item.name
    peers = ", ".join(str(one) for one in seen.peer_versions) or "not seen"
    tunnels = ", ".join(one.text for one in (seen.tunnel, *seen.peer_tunnels) if one is not None) or "not reported"
    return f"{name} is {seen.version}, its peer {peers}, tunnels {tunnels}"


def unless_vanished(progress: Progress, rests: str, unchanged: timedelta, remedy: str) -> Progress:
    """The same progress, or the stop that it comes to where a change has vanished.

    Args:
        progress: what the last look means for the step.
        rests: what the subject shows while nothing works on it; empty where something may.
        unchanged: for how long it has shown just that.
        remedy: what a person does about it.
    """
    if progress.state is not State.NOT_YET or not rests or unchanged < GRACE:
        return progress
    minutes = int(unchanged.total_seconds() // 60)
    return Progress(
        state=State.STOP,
        detail=f"its HCX job is not found any more, and nothing has changed for {minutes} minutes: {rests}",
        reason=VANISHED,
        remedy=remedy,
    )


def _is_of(shown: HcxJob | None, job: str | None) -> bool:
    """Whether the job that a manager shows may be that of the hop, or anybody's that still works."""
    if shown is None:
        return False
    return shown.state in {JobState.QUEUED, JobState.RUNNING} or job in {None, shown.id}
