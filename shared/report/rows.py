"""Plain rows for tables: what the command line draws and the API lists, already in words, never in colours."""

from datetime import datetime

from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Inventory, PrivateCloud
from shared.model.plan import Plan, SubjectKind
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.run import Bucket, Outcome, Placed
from shared.model.view import RunView, SubjectSeen, TaskPhase, TaskView
from shared.report.needs import undelivered
from shared.report.words import VERDICT, WAITS_FOR
from shared.rules.buckets import WORST_FIRST
from shared.rules.run_view import short, title


@record
class FleetRow:
    """One private cloud of the fleet."""

    cloud: str
    name: str
    subscription: str
    location: str
    version: str
    connectors: tuple[str, ...]
    """Each with its version, such as `con-lyon 4.11.3`."""
    meshes: tuple[str, ...]
    bucket: Bucket
    reason: str
    who_acts_next: str
    observed_at: datetime | None
    """When its manager was last looked at; None when it has none."""


@record
class ResultRow:
    """One subject in its bucket."""

    kind: SubjectKind
    subject: str
    name: str
    version: str
    bucket: Bucket
    reason: str
    detail: str
    who_acts_next: str


@record
class TaskRow:
    """One task as it stands, for progress."""

    task: str
    title: str
    owner: Owner
    state: Outcome | TaskPhase
    percent: int
    step: str
    """The step that runs, with its section; empty when none does."""
    waits: str
    """What it waits for and who can act; empty when it does not wait."""


@record
class PlanRow:
    """One task of a plan."""

    group: str
    task: str
    title: str
    owner: Owner
    owner_reason: str
    after: tuple[str, ...]
    """Tasks that come first."""
    steps: int
    clouds: tuple[str, ...]


@record
class RestRow:
    """One subject for which the plan holds no task."""

    kind: SubjectKind
    subject: str
    reason: str
    detail: str
    who_can_act: str


@record
class FindingRow:
    """One finding."""

    subject: str
    check: str
    verdict: Verdict
    said: str
    """The verdict in words."""
    blocks: bool
    summary: str
    remedy: str
    link: str
    observed_at: datetime | None
    """The oldest observation it rests on: a finding is as old as that."""


def fleet_rows(view: RunView, inventory: Inventory, facts: FleetFacts) -> tuple[FleetRow, ...]:
    """Every private cloud that the run covers, by name."""
    placed = {(one.kind, one.subject): one for one in view.placed}
    found = {cloud.id: cloud for cloud in inventory.private_clouds}
    clouds = [one for one in view.subjects if one.kind is SubjectKind.PRIVATE_CLOUD]
    rows = (_fleet_row(view, one, placed[one.kind, one.id], found.get(one.id), facts) for one in clouds)
    return tuple(sorted(rows, key=lambda row: (row.name, row.cloud)))


def _fleet_row(
    view: RunView, seen: SubjectSeen, placed: Placed, cloud: PrivateCloud | None, facts: FleetFacts
) -> FleetRow:
    manager = facts.of(seen.id)
    names = {one.id: one.name for one in view.subscriptions}
    return FleetRow(
        cloud=seen.id,
        name=seen.name,
        subscription=names.get(cloud.subscription_id, cloud.subscription_id) if cloud else "",
        location=cloud.location if cloud else "",
        version=short(seen.version),
        connectors=_around(view, seen.id, SubjectKind.CONNECTOR),
        meshes=_around(view, seen.id, SubjectKind.MESH),
        bucket=placed.bucket,
        reason=placed.reason,
        who_acts_next=placed.who_acts_next,
        observed_at=manager.observed_at if manager else None,
    )


def _around(view: RunView, cloud: str, kind: SubjectKind) -> tuple[str, ...]:
    members = (one for one in view.subjects if one.kind is kind and cloud in one.clouds)
    return tuple(f"{one.name} {short(one.version)}" for one in members)


def result_rows(view: RunView, *kinds: SubjectKind) -> tuple[ResultRow, ...]:
    """Every subject of these kinds (of all, when none is named) in its bucket, worst first."""
    seen = {(one.kind, one.id): one for one in view.subjects}
    rows = (
        ResultRow(
            kind=one.kind,
            subject=one.subject,
            name=seen[one.kind, one.subject].name,
            version=short(seen[one.kind, one.subject].version),
            bucket=one.bucket,
            reason=one.reason,
            detail=one.detail,
            who_acts_next=one.who_acts_next,
        )
        for one in view.placed
        if not kinds or one.kind in kinds
    )
    return tuple(sorted(rows, key=lambda row: (WORST_FIRST.index(row.bucket), row.name, row.subject)))


def task_rows(view: RunView) -> tuple[TaskRow, ...]:
    """Every task as it stands, in the order of the plan."""
    return tuple(
        TaskRow(
            task=task.task,
            title=task.title,
            owner=task.owner,
            state=task.result.outcome if task.result else task.phase,
            percent=task.percent,
            step=_running_step(task),
            waits=_waits(view, task),
        )
        for task in view.tasks
    )


def _running_step(task: TaskView) -> str:
    if task.phase is TaskPhase.ENDED:
        return ""
    return next((f"{span.section} {span.title}" for span in reversed(task.spans) if span.ended_at is None), "")


def _waits(view: RunView, task: TaskView) -> str:
    if task.waiting is None:
        return ""
    unsaid = undelivered(view, task)
    told = f"; {unsaid}" if unsaid else ""
    return f"for {WAITS_FOR[task.waiting.reason]}: {task.waiting.detail} ({task.waiting.who_can_act}){told}"


def plan_rows(plan: Plan) -> tuple[PlanRow, ...]:
    """Every task of the plan, group by group."""
    return tuple(
        PlanRow(
            group=group.id,
            task=task.id,
            title=title(task),
            owner=task.owner,
            owner_reason=task.owner_reason,
            after=task.depends_on,
            steps=len(task.steps),
            clouds=task.clouds,
        )
        for group in plan.groups
        for task in group.tasks
    )


def rest_rows(plan: Plan) -> tuple[RestRow, ...]:
    """Everything seen for which the plan holds no task, and why."""
    return tuple(
        RestRow(
            kind=rest.kind,
            subject=rest.subject,
            reason=rest.reason.value,
            detail=rest.detail,
            who_can_act=rest.who_can_act,
        )
        for rest in plan.rest
    )


def finding_rows(findings: tuple[Finding, ...]) -> tuple[FindingRow, ...]:
    """Findings, gravest first."""
    gravity = {verdict: rank for rank, verdict in enumerate(VERDICT)}
    rows = (
        FindingRow(
            subject=one.subject,
            check=one.check,
            verdict=one.verdict,
            said=VERDICT[one.verdict],
            blocks=one.blocks,
            summary=one.summary,
            remedy=one.remedy,
            link=one.link,
            observed_at=one.observed_at,
        )
        for one in findings
    )
    return tuple(sorted(rows, key=lambda row: (gravity[row.verdict], row.check, row.subject)))
