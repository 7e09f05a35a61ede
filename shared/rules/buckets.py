"""Count in = count out: every subject of a run in exactly one bucket, with a reason and who acts next.

A connector and a mesh stand where their own task, or their entry in the plan's rest, puts them. A private cloud stands
where the worst of its manager, its connectors and its meshes stands, and says which of them decided. Nothing in here
raises: a report about a broken run is needed most of all.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.model.facts import FleetFacts, Gap
from shared.model.finding import Finding, Verdict
from shared.model.plan import Plan, Rest, SubjectKind, Unplanned
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Bucket, Outcome, Placed, Run, RunKind, TaskResult
from shared.model.view import SubjectSeen, TaskPhase, TaskView
from shared.model.waiting import WaitingFor
from shared.rules.meshes import meshes_seen
from shared.rules.subjects import Key

WORST_FIRST = (
    Bucket.FAILED,
    Bucket.UNKNOWN,
    Bucket.BLOCKED,
    Bucket.WAITING,
    Bucket.CANCELED,
    Bucket.RUNNING,
    Bucket.PLANNED,
    Bucket.REVERTED,
    Bucket.UPGRADED,
    Bucket.CURRENT,
    Bucket.EXCLUDED,
)
"""What decides where a private cloud stands, and the order in which reports list buckets. `unknown` comes before
`blocked`: a cloud nobody can see may be in any state. `upgraded` comes before `current`: a cloud whose manager needed
nothing and whose connector was upgraded has been worked on."""

NEEDS_SOMEBODY = frozenset({Bucket.FAILED, Bucket.UNKNOWN, Bucket.BLOCKED, Bucket.WAITING})
"""Buckets out of which hcx-fleet cannot bring anything by itself."""

NOBODY = "nobody needs to act"

HCX_FLEET = "hcx-fleet"
"""Who acts where nobody else has to."""

DEPENDENCY = "dependency"
"""Reason of whatever did not start because something before it did not come to its end."""

OTHERS_MUST_ACT = frozenset({WaitingFor.PROVIDER, WaitingFor.PERSON, WaitingFor.REPORT_NOT_OBSERVED, WaitingFor.BUNDLE})
"""Waits that only somebody else can end; in all others HCX or hcx-fleet itself is at work."""

BY_OUTCOME = {
    Outcome.SUCCEEDED: Bucket.UPGRADED,
    Outcome.BLOCKED: Bucket.BLOCKED,
    Outcome.FAILED: Bucket.FAILED,
    Outcome.WAITING: Bucket.WAITING,
    Outcome.UNKNOWN: Bucket.UNKNOWN,
    Outcome.CANCELED: Bucket.CANCELED,
}
"""Where the end of a task puts its subject; a skipped task stands where what it depends on stands."""

BY_REST = {
    Unplanned.CURRENT: Bucket.CURRENT,
    Unplanned.NEWER: Bucket.CURRENT,
    Unplanned.NO_PATH: Bucket.BLOCKED,
    Unplanned.NO_TARGET: Bucket.BLOCKED,
    Unplanned.NOT_OBSERVED: Bucket.UNKNOWN,
    Unplanned.UNKNOWN_VERSION: Bucket.UNKNOWN,
    Unplanned.PEER_NOT_OBSERVED: Bucket.UNKNOWN,
    Unplanned.EXCLUDED: Bucket.EXCLUDED,
    Unplanned.NO_HCX: Bucket.EXCLUDED,
    Unplanned.SYSTEM_MESH: Bucket.EXCLUDED,
    Unplanned.HELD: Bucket.BLOCKED,
    Unplanned.CAPPED: Bucket.BLOCKED,
    Unplanned.NO_WAVE: Bucket.BLOCKED,
    Unplanned.NO_WINDOW: Bucket.BLOCKED,
    Unplanned.NO_MODE: Bucket.BLOCKED,
}
"""Where the plan's reason for having no task puts a subject."""

WHO_PERFORMS = {
    Owner.OURS: HCX_FLEET,
    Owner.PROVIDER: "the provider",
    Owner.ASSISTED: "a person at the site",
}
"""Who acts next where no wait or result names somebody in particular."""


@record
class Material:
    """What placing looks at, indexed once."""

    run: Run
    ended: bool
    planned: bool
    tasks: Mapping[str, TaskView]
    task_of: Mapping[Key, TaskView]
    rest_of: Mapping[Key, Rest]
    gap_of: Mapping[Key, Gap]
    blocking: Mapping[str, Finding]
    """The gravest blocking finding of each subject; only a check run is placed by findings."""


def place(
    *,
    run: Run,
    ended: bool,
    subjects: Sequence[SubjectSeen],
    plan: Plan | None,
    tasks: Sequence[TaskView],
    facts: FleetFacts,
    findings: Sequence[Finding],
) -> tuple[Placed, ...]:
    """Every one of `subjects` in its bucket, in the order given."""
    material = Material(
        run=run,
        ended=ended,
        planned=plan is not None,
        tasks={task.task: task for task in tasks},
        task_of={(task.kind, task.subject): task for task in tasks},
        rest_of={(rest.kind, rest.subject): rest for rest in plan.rest} if plan else {},
        gap_of=_gaps(facts),
        blocking=_gravest(findings),
    )
    own = {(one.kind, one.id): _own(one, material) for one in subjects}
    members = _members(subjects)
    return tuple(_with_members(one, own, members) for one in subjects)


def deciders(placed: Iterable[Placed], subjects: Iterable[SubjectSeen]) -> dict[str, SubjectSeen]:
    """Of every private cloud that its own manager did not put where it stands: the connector or mesh that did."""
    by_key = {(one.kind, one.subject): one for one in placed}
    found: dict[str, SubjectSeen] = {}
    for cloud, members in _members(subjects).items():
        stands = by_key.get((SubjectKind.PRIVATE_CLOUD, cloud))
        for one in members:
            there = by_key.get((one.kind, one.id))
            if there and _told_for(cloud, one, there) == stands:
                found.setdefault(cloud, one)
    return found


# --- one subject by itself ------------------------------------------------------------------------------------------


def _own(subject: SubjectSeen, material: Material) -> Placed:
    key = (subject.kind, subject.id)
    if key in material.task_of:
        return _by_task(key, material.task_of[key], material)
    if key in material.rest_of:
        return _by_rest(key, material.rest_of[key], material)
    return _unplanned(key, material)


def _by_task(key: Key, task: TaskView, material: Material) -> Placed:
    if task.result is not None:
        return _by_result(key, task, task.result, material)
    if material.ended and task.phase is not TaskPhase.PLANNED:
        return _placed(key, Bucket.UNKNOWN, "not-ended", f"the run ended while {_doing(task)}", "observe again")
    if task.phase is TaskPhase.PLANNED:
        return _by_plan(key, task, material)
    bucket = Bucket.WAITING if task.phase is TaskPhase.WAITING else Bucket.RUNNING
    if task.waiting is not None:
        return _placed(key, bucket, task.waiting.reason.value, task.waiting.detail, task.waiting.who_can_act)
    return _placed(key, bucket, bucket.value, _doing(task), HCX_FLEET)


def _by_result(key: Key, task: TaskView, result: TaskResult, material: Material) -> Placed:
    if result.outcome is Outcome.SUCCEEDED:
        return _placed(key, Bucket.UPGRADED, Bucket.UPGRADED.value, task.title, NOBODY)
    bucket = BY_OUTCOME.get(result.outcome) or _bucket_of_skipped(task, material, frozenset())
    return _placed(key, bucket, result.reason, result.detail, result.who_can_act or WHO_PERFORMS[task.owner])


def _bucket_of_skipped(task: TaskView, material: Material, met: frozenset[str]) -> Bucket:
    """The worst bucket among what it depends on; blocked where that says nothing, since nothing was changed."""
    stands = [
        _bucket_of(material.tasks[name], material, met | {task.task})
        for name in (*task.depends_on, *(hop.task for hop in task.after_hops))
        if name in material.tasks and name not in met
    ]
    return worst([bucket for bucket in stands if bucket is not Bucket.UPGRADED], otherwise=Bucket.BLOCKED)


def _bucket_of(task: TaskView, material: Material, met: frozenset[str]) -> Bucket:
    if task.result is not None and task.result.outcome is Outcome.SKIPPED:
        return _bucket_of_skipped(task, material, met)
    return _by_task((task.kind, task.subject), task, material).bucket


def _by_plan(key: Key, task: TaskView, material: Material) -> Placed:
    found = material.blocking.get(task.subject)
    if found and material.run.request.kind is RunKind.CHECK:
        bucket = Bucket.UNKNOWN if found.verdict is Verdict.UNKNOWN else Bucket.BLOCKED
        return _placed(key, bucket, found.check, found.summary, found.remedy or WHO_PERFORMS[Owner.ASSISTED])
    if material.run.request.kind is not RunKind.UPGRADE:
        return _placed(key, Bucket.PLANNED, Bucket.PLANNED.value, task.title, _once_started(task.owner))
    if material.ended:
        return _placed(
            key, Bucket.PLANNED, "not-started", f"{task.title}: not started by this run", "start a run again"
        )
    if task.waiting is not None:
        return _placed(key, Bucket.PLANNED, task.waiting.reason.value, task.waiting.detail, task.waiting.who_can_act)
    return _placed(key, Bucket.PLANNED, Bucket.PLANNED.value, task.title, WHO_PERFORMS[task.owner])


def _once_started(owner: Owner) -> str:
    return f"{HCX_FLEET}, once an upgrade is started" if owner is Owner.OURS else WHO_PERFORMS[owner]


def _by_rest(key: Key, rest: Rest, material: Material) -> Placed:
    gap = material.gap_of.get(key) if rest.reason is Unplanned.NOT_OBSERVED else None
    reason = gap.reason.value if gap else rest.reason.value
    return _placed(key, BY_REST[rest.reason], reason, rest.detail, rest.who_can_act)


def _unplanned(key: Key, material: Material) -> Placed:
    if material.planned:
        return _placed(key, Bucket.UNKNOWN, "not-in-plan", "seen, but not when the plan was made", "plan again")
    if not material.ended:
        return _placed(key, Bucket.PLANNED, "not-planned-yet", "the run has not come to planning", HCX_FLEET)
    gap = material.gap_of.get(key)
    if gap:
        return _placed(key, Bucket.UNKNOWN, gap.reason.value, gap.detail, gap.remedy)
    problem = material.run.problem or "the run ended before there was a plan"
    return _placed(key, Bucket.UNKNOWN, "not-planned", problem, "see the problem of the run")


def _doing(task: TaskView) -> str:
    span = next((span for span in reversed(task.spans) if span.ended_at is None), None)
    return f"{span.section} {span.title}" if span else task.title


def _placed(key: Key, bucket: Bucket, reason: str, detail: str, who: str) -> Placed:
    kind, subject = key
    return Placed(kind=kind, subject=subject, bucket=bucket, reason=reason, detail=detail, who_acts_next=who)


# --- a private cloud with all that belongs to it --------------------------------------------------------------------


def worst(buckets: Iterable[Bucket], *, otherwise: Bucket) -> Bucket:
    """The worst of `buckets`, `otherwise` where there are none."""
    return min(buckets, key=WORST_FIRST.index, default=otherwise)


def _with_members(subject: SubjectSeen, own: Mapping[Key, Placed], members: Mapping[str, list[SubjectSeen]]) -> Placed:
    mine = own[subject.kind, subject.id]
    if subject.kind is not SubjectKind.PRIVATE_CLOUD:
        return mine
    told = [_told_for(subject.id, one, own[one.kind, one.id]) for one in members.get(subject.id, [])]
    return min((mine, *told), key=_gravity)


def _gravity(placed: Placed) -> tuple[int, bool]:
    """Among equally bad ones the cause decides, not what was skipped because of it."""
    return WORST_FIRST.index(placed.bucket), placed.reason == DEPENDENCY


def _told_for(cloud: str, member: SubjectSeen, placed: Placed) -> Placed:
    """What a member says of its cloud: the same, and who said it unless that is plain."""
    key = (SubjectKind.PRIVATE_CLOUD, cloud)
    named = placed.detail.startswith((f"{member.name} ", f"{member.name}: "))
    detail = placed.detail if named else f"{member.name}: {placed.detail}"
    return _placed(key, placed.bucket, placed.reason, detail, placed.who_acts_next)


def _members(subjects: Iterable[SubjectSeen]) -> dict[str, list[SubjectSeen]]:
    """Connectors before meshes: where both are equally bad, the manager is what to look at first."""
    ranks = {kind: rank for rank, kind in enumerate(SubjectKind)}
    members: dict[str, list[SubjectSeen]] = {}
    for one in sorted(subjects, key=lambda one: ranks[one.kind]):
        for cloud in one.clouds:
            if _is_member(one, cloud):
                members.setdefault(cloud, []).append(one)
    return members


def _is_member(subject: SubjectSeen, cloud: str) -> bool:
    return subject.kind is not SubjectKind.PRIVATE_CLOUD and cloud in subject.clouds


# --- what facts and findings add ------------------------------------------------------------------------------------


def _gaps(facts: FleetFacts) -> dict[Key, Gap]:
    """Why a manager's identity, or a mesh's appliances, could not be read."""
    gaps: dict[Key, Gap] = {}
    for one in facts.managers:
        gap = one.gap("identity")
        if gap and one.identity is None:
            gaps[_manager_key(one.manager.cloud_resource_id, one.manager.id)] = gap
    for mesh, reporter in meshes_seen(facts):
        gap = reporter.gap("appliances")
        if gap and reporter.appliances is None:
            gaps[SubjectKind.MESH, mesh.id] = gap
    return gaps


def _manager_key(cloud_resource_id: str | None, manager: str) -> Key:
    return (SubjectKind.PRIVATE_CLOUD if cloud_resource_id else SubjectKind.CONNECTOR), manager


def _gravest(findings: Iterable[Finding]) -> dict[str, Finding]:
    """What was observed to be wrong counts before what could not be observed."""
    gravest: dict[str, Finding] = {}
    for finding in sorted((one for one in findings if one.blocks), key=lambda one: one.verdict is Verdict.UNKNOWN):
        gravest.setdefault(finding.subject, finding)
    return gravest
