"""Is something else at work already?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.words import counted, names
from shared.model.facts import HcxJob, JobState, Seen, UpgradeStatus
from shared.model.finding import Evidence, Verdict
from shared.model.version import Version
from shared.rules.freshness import JOBS, UPGRADE, VERSION
from shared.rules.path import NoPath, hops

AT_WORK = frozenset({JobState.QUEUED, JobState.RUNNING})
BY_HAND = (
    "whoever has the account of port 9443 (the provider for its cloud managers): see that no upgrade of the manager is "
    "running"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No upgrade of the managers and no HCX job on their meshes is running.

    HCX refuses a second upgrade, and a reboot in the middle of an interconnect job leaves a mesh half done. For a mesh,
    only jobs on that mesh count. A running upgrade that is one of the task's own hops is a warning: it is adopted, not
    started again. The upgrade status is read on port 9443; where nobody gave us its account, a person looks. A mesh
    that still shows a job which is gone is no matter of this check.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    upgrade = look(context, manager, UPGRADE, by_hand=BY_HAND)
    jobs = look(context, manager, JOBS)
    found: list[Judgement] = []
    found += [upgrade] if isinstance(upgrade, Judgement) else _upgrading(context, manager, upgrade)
    found += [jobs] if isinstance(jobs, Judgement) else _jobs(context, manager, jobs)
    if found or isinstance(upgrade, Judgement) or isinstance(jobs, Judgement):
        return tuple(found)
    quiet = Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager}: no upgrade and no HCX job is running",
        evidence=(
            Evidence(text=f"{manager}: no upgrade running", observed_at=upgrade.at),
            Evidence(text=f"{manager}: {counted(len(jobs.value), 'HCX job')} listed", observed_at=jobs.at),
        ),
    )
    return (quiet,)


def _upgrading(context: CheckContext, manager: str, seen: Seen[UpgradeStatus]) -> Iterator[Judgement]:
    job = seen.value.job
    if job is None or job.state not in AT_WORK | {JobState.UNKNOWN}:
        return
    evidence = (Evidence(text=f"upgrade {job.state.value}: {job.message}", observed_at=seen.at),)
    if job.state is JobState.UNKNOWN:
        yield Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager} says something of its upgrade that is not understood: {job.message}",
            evidence=evidence,
            remedy=BY_HAND,
        )
    elif _is_on_the_way(context, manager, seen.value.staged):
        yield Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} is being upgraded to {seen.value.staged} already",
            evidence=evidence,
            remedy="nothing: the running upgrade is adopted, not started again",
        )
    else:
        yield Judgement(
            verdict=Verdict.UPGRADE_FAILURE,
            summary=f"{manager} is being upgraded already",
            evidence=evidence,
            remedy="wait until that upgrade has ended, then observe again",
        )


def _is_on_the_way(context: CheckContext, manager: str, staged: Version | None) -> bool:
    """Whether a running upgrade is one of the task's own hops. Once its release is there, it is one that must end."""
    seen = look(context, manager, VERSION)
    if context.mesh is not None or context.target is None or staged is None or isinstance(seen, Judgement):
        return False
    route = hops(seen.value.version, context.target, context.catalogue.paths)
    return not isinstance(route, NoPath) and staged.known and any(release.same_release(staged) for release in route)


def _jobs(context: CheckContext, manager: str, seen: Seen[tuple[HcxJob, ...]]) -> Iterator[Judgement]:
    running = [one for one in seen.value if one.state in AT_WORK and context.mesh in {None, one.entity_id}]
    if running:
        yield Judgement(
            verdict=Verdict.OUTAGE_RISK if context.mesh is None else Verdict.UPGRADE_FAILURE,
            summary=f"{manager}: {counted(len(running), 'HCX job')} running: {names(one.type for one in running)}",
            evidence=tuple(
                Evidence(text=f"HCX job {one.id}, {one.type}, {one.state.value}: {one.message}", observed_at=seen.at)
                for one in running
            ),
            remedy="wait until they have ended (Interconnect > Service Mesh > Tasks), then observe again",
        )
    strange = [one for one in seen.value if one.state is JobState.UNKNOWN and context.mesh in {None, one.entity_id}]
    if strange:
        yield Judgement(
            verdict=Verdict.UNKNOWN,
            summary=f"{manager}: the state of HCX jobs is not understood: {names(one.type for one in strange)}",
            evidence=tuple(Evidence(text=f"HCX job {one.id}: {one.message}", observed_at=seen.at) for one in strange),
            remedy="look at Interconnect > Service Mesh > Tasks",
        )


CHECK = Check(
    id="no-other-upgrade",
    title="No other upgrade or HCX job is running",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset(
        {
            Verdict.PASS,
            Verdict.WARN,
            Verdict.MANUAL,
            Verdict.OUTAGE_RISK,
            Verdict.UPGRADE_FAILURE,
            Verdict.UNKNOWN,
        }
    ),
    waivable=True,
    link=links.PLANNING,
    judge=judge,
)
