"""Status is a function: compare what is wanted with what was found, and remember nothing.

Each function answers for one step of docs/procedure.md whether it is done, still going, or cannot come to its end. None
of them asks what hcx-fleet did before: after a crash, or when somebody else pressed the button, the answer is the same.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.facts import Gap, GapReason, HcxJob, Health, JobState, NetworkExtension
from shared.model.plan import ApplianceUpgrade, ByHand, Hop, ManagerTask
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.vcenter import VcenterGap
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules.vcenter import Witness, versions_of, witness


class State(StrEnum):
    """What a look at a step shows."""

    DONE = "done"
    NOT_YET = "not-yet"
    STOP = "stop"


@record
class Progress:
    """The answer to one look."""

    state: State
    detail: str
    waiting_for: WaitingFor = WaitingFor.MANAGER
    percent: int | None = None
    """What HCX itself reports, where it does."""
    reason: str = ""
    """Stable code of a stop."""
    remedy: str = ""
    mark: str = ""
    """Everything that a running HCX job shows of itself; empty where none is seen."""
    unseeable: bool = False
    """Whether no look will ever show it, so that a person's report is all there is."""


STALLED_AFTER = timedelta(minutes=90)
"""How long a running HCX job may show the same. Public figures have half an hour for all of a manager's upgrade and 20
minutes for a mesh (weak sources), and field notes know jobs that stay RUNNING for weeks; that it is 90 minutes is our
own judgement. A manager that shows no job, such as one that reboots, is waited for as long as its step may take."""


_FINAL_GAPS = frozenset(
    {GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN, GapReason.SECRET_MISSING, GapReason.CERTIFICATE}
)
"""Gaps that no patience closes: somebody has to act first."""


def bundle_there(task: ManagerTask, hop: Hop, seen: ManagerSeen) -> Progress:
    """1.4: whether the bundle of the hop lies ready, or the hop needs none any more."""
    other = another_system(task, seen)
    if other:
        return other
    if _at(seen.version, hop.target):
        return _done(f"{hop.target.release} is already installed")
    if _upgrading(seen):
        return _done("the upgrade is already running")
    if seen.staged is not None and seen.staged.known and seen.staged.same_release(hop.target):
        return _done(f"the bundle {seen.staged} is on the manager")
    if task.owner is not Owner.OURS:
        return _done("whoever performs the upgrade brings the bundle along")
    return _stopped(task, seen) or _not_yet(f"{_lying(seen)}, {hop.target.release} is needed", WaitingFor.BUNDLE)


def upgrade_begun(task: ManagerTask, hop: Hop, seen: ManagerSeen) -> Progress:
    """1.5, performed by somebody else: whether the manager is at the hop's version or on its way."""
    other = another_system(task, seen)
    if other:
        return other
    if _at(seen.version, hop.target):
        return _done(f"{seen.version} is installed")
    if _upgrading(seen):
        return _done("the upgrade is running")
    stands = f"it is still {seen.version}" if seen.version else "it does not answer"
    who = WaitingFor.PROVIDER if task.owner is Owner.PROVIDER else WaitingFor.PERSON
    return _stopped(task, seen) or _not_yet(f"{stands}, {hop.target.release} is wanted", who)


def manager_answers(task: ManagerTask, hop: Hop, seen: ManagerSeen, job: str | None = None) -> Progress:
    """1.6: whether the manager answers with the hop's version after its reboot.

    Args:
        task: the task.
        hop: the hop under way.
        seen: a short look at the manager.
        job: the HCX job that was started for the hop, where one is known: the failure of another one is an old story.
    """
    other = another_system(task, seen)
    if other:
        return other
    if _at(seen.version, hop.target):
        return _done(f"it answers as {seen.version}")
    if seen.upgrade is not None and seen.upgrade.state is JobState.FAILED and job in {None, seen.upgrade.id}:
        return Progress(
            state=State.STOP,
            detail=f"HCX reports that the upgrade failed: {seen.upgrade.message}",
            reason="upgrade-failed",
            remedy="a person at the site: read the upgrade's sub-tasks on port 9443 and mend the cause",
        )
    return _stopped(task, seen) or _at_work(seen.upgrade, _not_yet(_where(seen), WaitingFor.MANAGER))


def manager_verified(task: ManagerTask, hop: Hop, seen: ManagerSeen) -> Progress:
    """1.7: whether version and services are as they should be, and vCenter does not say otherwise."""
    other = another_system(task, seen)
    if other:
        return other
    if not _at(seen.version, hop.target):
        return _stopped(task, seen) or _not_yet(_where(seen), WaitingFor.MANAGER)
    if seen.services is None and seen.gap is not None and seen.gap.reason is GapReason.NOT_OFFERED:
        return _unless_vcenter_differs(hop, seen, f"{seen.version}; services are not ours to see")
    if not seen.services:
        why = f": {seen.gap.detail}" if seen.gap else ""
        return _stopped(task, seen) or _not_yet(f"its services cannot be seen{why}", WaitingFor.MANAGER)
    down = [service.name for service in seen.services if not service.running]
    if down:
        return _not_yet(f"{', '.join(down)} not running yet", WaitingFor.MANAGER)
    return _unless_vcenter_differs(hop, seen, f"{seen.version}, services running")


def _unless_vcenter_differs(hop: Hop, seen: ManagerSeen, said: str) -> Progress:
    """Done, unless HCX's plug-ins in vCenter are of another version than HCX claims; unobserved they change nothing."""
    if seen.plugins is None or seen.version is None:
        return _done(f"{said}; plug-ins in vCenter not observed")
    if isinstance(seen.plugins, VcenterGap):
        return _done(f"{said}; plug-ins in vCenter not observed: {seen.plugins.detail}")
    match witness(seen.plugins, hop.source, seen.version):
        case Witness.MOVED:
            return _done(f"{said}, plug-ins in vCenter too")
        case Witness.NOT_OBSERVED:
            return _done(f"{said}; its vCenter shows no plug-ins of HCX")
        case Witness.NOT_YET | Witness.CONTRADICTS:
            shown = ", ".join(versions_of(seen.plugins))
            return _not_yet(f"{said}, but its plug-ins in vCenter are {shown}", WaitingFor.MANAGER)


def appliance_begun(task_owner: Owner, item: ApplianceUpgrade, target: Version, seen: ApplianceSeen) -> Progress:
    """2.3, performed by somebody else: whether the appliance is at the target or on its way."""
    if _at(seen.version, target):
        return _done(f"{item.name} is {seen.version}")
    if _job_running(seen.job):
        return _done(f"HCX is upgrading {item.name}")
    stands = f"{item.name} is still {seen.version}" if seen.version else f"{item.name} cannot be seen"
    who = WaitingFor.PROVIDER if task_owner is Owner.PROVIDER else WaitingFor.PERSON
    return _gap_stop(seen.gap) or _not_yet(f"{stands}, {target.release} is wanted", who)


def appliance_back(item: ApplianceUpgrade, target: Version, seen: ApplianceSeen) -> Progress:
    """2.4: whether the appliance and its peers run the target version."""
    both_seen = seen.version is not None and len(seen.peer_versions) >= len(item.peers)
    there = both_seen and all(_at(version, target) for version in (seen.version, *seen.peer_versions))
    late = _members_not_at(item, target, seen)
    if there and not late:
        return _done(f"{item.name} and its peer are {target.release}")
    if seen.job is not None and seen.job.state is JobState.FAILED:
        return Progress(
            state=State.STOP,
            detail=f"HCX reports that the upgrade of {item.name} failed: {seen.job.message}",
            reason="appliance-upgrade-failed",
            remedy="a person at the source site: read the mesh's tasks; the rest of the mesh was left as it is",
        )
    unsaid = f"{late} of its group not at the target yet" if there else "not at the target yet"
    message = seen.job.message if seen.job and seen.job.message else unsaid
    return _gap_stop(seen.gap) or _at_work(seen.job, _not_yet(f"{item.name}: {message}", WaitingFor.HCX_JOB))


def _members_not_at(item: ApplianceUpgrade, target: Version, seen: ApplianceSeen) -> str:
    """Other members of its group that do not show the target on both sides, in words; empty where all do."""
    there = {
        one.appliance
        for one in seen.others
        if one.peer_versions and all(_at(version, target) for version in (one.version, *one.peer_versions))
    }
    return ", ".join(name for name in item.together if name not in there)


def appliance_verified(item: ApplianceUpgrade, target: Version, seen: ApplianceSeen) -> Progress:
    """2.5: whether the change is over, versions and tunnels are right on both sides, and extended networks are well.

    New versions and tunnels that are up come in the middle of an HCX job, which may interrupt them again. One that has
    vanished is over: what is seen has to do.
    """
    back = appliance_back(item, target, seen)
    if back.state is not State.DONE:
        return back
    every = [(seen.tunnel, *seen.peer_tunnels), *((one.tunnel, *one.peer_tunnels) for one in seen.others)]
    tunnels = [status for ends in every for status in ends if status is not None]
    if not tunnels or any(status.health is not Health.UP for status in tunnels):
        words = ", ".join(sorted({status.text for status in tunnels})) or "not reported"
        return _at_work(seen.job, _not_yet(f"tunnels of {item.name}: {words}", WaitingFor.HCX_JOB))
    said = f"{item.name} and its peer are {target.release}, tunnels up"
    if _job_running(seen.job):
        return _at_work(seen.job, _not_yet(f"{said}, but the HCX job still runs", WaitingFor.HCX_JOB))
    return _unless_not_realized(item, seen, said)


def _unless_not_realized(item: ApplianceUpgrade, seen: ApplianceSeen, said: str) -> Progress:
    """Done, unless an extended network is known to be in another state than the good one.

    Which words HCX has for such states is not public, so that one nobody understands is told and keeps nobody waiting.
    """
    if not item.networks or seen.extensions is None:
        return _done(said)
    if isinstance(seen.extensions, Gap):
        unseen = f"{said}, but its extended networks cannot be seen: {seen.extensions.detail}"
        if seen.extensions.reason is GapReason.NOT_OFFERED:
            return _done(unseen)
        return _gap_stop(seen.extensions) or _not_yet(unseen, WaitingFor.HCX_JOB)
    bad, strange = (_of_health(seen.extensions, each) for each in (_NOT_WELL, {Health.UNKNOWN}))
    if bad:
        return _not_yet(f"{said}, but not yet its extended networks: {bad}", WaitingFor.HCX_JOB)
    return _done(f"{said}; extended networks in a state that is not understood: {strange}" if strange else said)


_NOT_WELL = frozenset({Health.DOWN, Health.DEGRADED})


def _of_health(extensions: Iterable[NetworkExtension], wanted: Collection[Health]) -> str:
    return ", ".join(f"{one.network or one.id} {one.state.text}" for one in extensions if one.state.health in wanted)


def gateway_redeployed(gateway: ByHand, target: Version, seen: ApplianceSeen) -> Progress:
    """2.6: whether a gateway is at the target. Where its version cannot be read, only a person can say so."""
    if _at(seen.version, target):
        return _done(f"{gateway.name} is {seen.version}")
    if seen.version is not None and seen.version.known:
        return _not_yet(f"{gateway.name} is still {seen.version}, {target.release} is wanted", WaitingFor.PERSON)
    if seen.gap is not None:
        return _gap_stop(seen.gap) or _not_yet(f"{gateway.name} cannot be seen: {seen.gap.detail}", WaitingFor.PERSON)
    unread = _not_yet(f"the version of {gateway.name} cannot be read, so that nothing shows it", WaitingFor.PERSON)
    return replace(unread, unseeable=True)


def stalled(progress: Progress, unchanged: timedelta) -> Progress | None:
    """The stop that a running HCX job comes to when it has shown the same for too long; None where it goes on.

    Its own state is no witness: a job that died midway says RUNNING for ever.
    """
    if not progress.mark or unchanged < STALLED_AFTER:
        return None
    minutes = int(unchanged.total_seconds() // 60)
    return Progress(
        state=State.STOP,
        detail=f"the HCX job has shown the same for {minutes} minutes: {progress.mark}",
        reason="stalled",
        remedy="a person at the site: see whether the job still works; HCX can call one RUNNING that is long gone",
    )


def _at_work(job: HcxJob | None, progress: Progress) -> Progress:
    """The same with what a running job shows."""
    if job is None:
        return progress
    shown = (job.type, job.id, job.state.value, f"{job.percent} %" if job.percent is not None else "", job.message)
    mark = " ".join(one for one in shown if one)
    return replace(progress, percent=job.percent, mark=mark if _job_running(job) else "")


def _at(version: Version | None, target: Version) -> bool:
    """At the target or beyond it: a provider that moved further than planned has done the step, too."""
    return version is not None and version.known and not version.older_than(target)


def _upgrading(seen: ManagerSeen) -> bool:
    return _job_running(seen.upgrade)


def _job_running(job: HcxJob | None) -> bool:
    return job is not None and job.state in {JobState.QUEUED, JobState.RUNNING}


def _lying(seen: ManagerSeen) -> str:
    if seen.staged:
        return f"the bundle on it is {seen.staged}"
    unseen = not seen.alive or seen.gap is not None
    return f"no bundle can be seen on it ({_where(seen)})" if unseen else "there is no bundle on it"


def _where(seen: ManagerSeen) -> str:
    if not seen.alive:
        return "it does not answer yet"
    if seen.version is None:
        return seen.gap.detail if seen.gap else "it answers, but does not say its version yet"
    running = f", HCX: {seen.upgrade.message}" if seen.upgrade and seen.upgrade.message else ""
    return f"it answers as {seen.version}{running}"


def _stopped(task: ManagerTask, seen: ManagerSeen) -> Progress | None:
    return another_system(task, seen) or _gap_stop(seen.gap)


def another_system(task: ManagerTask, seen: ManagerSeen) -> Progress | None:
    """That another system answers than the one the plan was made for; asked before anything it says is believed."""
    if seen.system_id is None or seen.system_id == task.system_id:
        return None
    return Progress(
        state=State.STOP,
        detail=f"another system answers: {seen.system_id} instead of {task.system_id}",
        reason="identity-changed",
        remedy="the owner of fleet.yaml: check the endpoint, then plan again",
    )


def _gap_stop(gap: Gap | None) -> Progress | None:
    if gap is None or gap.reason not in _FINAL_GAPS:
        return None
    return Progress(state=State.STOP, detail=gap.detail, reason=gap.reason.value, remedy=gap.remedy)


def _done(detail: str) -> Progress:
    return Progress(state=State.DONE, detail=detail)


def _not_yet(detail: str, waiting_for: WaitingFor) -> Progress:
    return Progress(state=State.NOT_YET, detail=detail, waiting_for=waiting_for)
