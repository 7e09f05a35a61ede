"""From the read model of a run to the document that every file of its report is written from."""

from collections.abc import Mapping
from typing import Literal

from shared.model.finding import Finding
from shared.model.inventory import SubscriptionSeen
from shared.model.plan import Plan, Step, SubjectKind, Task
from shared.model.run import JournalKind, Placed, TaskResult
from shared.model.view import RunView, StepSpan, SubjectSeen, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.report.control_document import ControlPart
from shared.report.document import (
    SCHEMA_VERSION,
    CallsPart,
    EvidencePart,
    FindingPart,
    NeedPart,
    PlanPart,
    Report,
    ResultPart,
    RunPart,
    StepPart,
    SubjectPart,
    SubscriptionPart,
    TaskPart,
    WaitingPart,
)
from shared.report.headline import headline
from shared.report.needs import Need, needs
from shared.report.outage_json import outages_part
from shared.report.way_back_json import soaks_part, ways_back_part
from shared.rules import run_view


def report(view: RunView, calls: Mapping[str, int] | None = None, control: ControlPart | None = None) -> Report:
    """Everything a report of the run says.

    Args:
        view: the run as it stands.
        calls: number of calls to HCX managers by confidence of their route (`documented`, `seen`, `inferred`); None
            where nobody counted, which is not the same as none.
        control: commands in force and leases; None where nobody asked for them.
    """
    needed = needs(view)
    names = _names(view)
    planned = {task.id: task for task in view.plan.tasks} if view.plan else {}
    placed = {(one.kind, one.subject): one for one in view.placed}
    return Report(
        schema_version=SCHEMA_VERSION,
        as_of=view.now,
        headline=headline(view, len(needed)),
        run=_run(view),
        plan=_plan(view.plan) if view.plan else None,
        needs=tuple(_need(one, names) for one in needed),
        subjects=tuple(_subject(one, placed[one.kind, one.id]) for one in view.subjects),
        tasks=tuple(_task(task, planned.get(task.task)) for task in view.tasks),
        findings=tuple(map(_finding, view.findings)),
        subscriptions=tuple(map(subscription_part, view.subscriptions)),
        changes=sum(1 for entry in view.journal if entry.kind is JournalKind.CALLED),
        calls=_calls(calls) if calls is not None else None,
        control=control,
        outages=outages_part(view.outages),
        ways_back=ways_back_part(view.ways_back),
        soaks=soaks_part(view.soaks),
    )


def phase(view: RunView) -> Literal["finished", "running", "waitingForPeople"]:
    """Whether the run goes on, and whether by itself."""
    if run_view.has_ended(view.run, view.journal):
        return "finished"
    phases = {task.phase for task in view.tasks}
    in_line = any(task.waiting and task.waiting.reason is WaitingFor.SLOT for task in view.tasks)
    alone = TaskPhase.RUNNING not in phases and not in_line
    return "waitingForPeople" if TaskPhase.WAITING in phases and alone else "running"


def _run(view: RunView) -> RunPart:
    run, request = view.run, view.run.request
    return RunPart(
        id=request.id,
        kind=request.kind,
        trigger=request.trigger,
        requested_by=request.requested_by,
        requested_at=request.requested_at,
        private_cloud=request.private_cloud,
        subject=request.subject,
        state=run.state,
        phase=phase(view),
        percent=view.percent,
        started_at=run.started_at,
        ended_at=run.ended_at,
        problem=run.problem,
    )


def _plan(plan: Plan) -> PlanPart:
    return PlanPart(
        hash=plan.hash,
        name=plan.name,
        mode=plan.mode,
        target=run_view.short(plan.target),
        made_at=plan.made_at,
        policy_hash=plan.policy_hash,
        confirmations_hash=plan.confirmations_hash,
        concurrency=plan.concurrency,
    )


def _names(view: RunView) -> dict[tuple[SubjectKind, str], str]:
    """What people call a subject: ids of meshes and subscriptions mean nothing to a reader."""
    names = {(SubjectKind.SUBSCRIPTION, one.id): one.name for one in view.subscriptions}
    return names | {(one.kind, one.id): one.name for one in view.subjects}


def _need(need: Need, names: Mapping[tuple[SubjectKind, str], str]) -> NeedPart:
    return NeedPart(
        who=need.who,
        kind=need.kind,
        subject=need.subject,
        name=names.get((need.kind, need.subject)) or need.subject,
        clouds=need.clouds,
        bucket=need.bucket,
        reason=need.reason,
        detail=need.detail,
        since=need.since,
        until=need.until,
        next_look=need.next_look,
        remedy=need.remedy,
        link=need.link,
    )


def _subject(seen: SubjectSeen, placed: Placed) -> SubjectPart:
    return SubjectPart(
        kind=seen.kind,
        id=seen.id,
        name=seen.name,
        clouds=seen.clouds,
        version=run_view.short(seen.version) if seen.version else None,
        bucket=placed.bucket,
        reason=placed.reason,
        detail=placed.detail,
        who_acts_next=placed.who_acts_next,
    )


def _task(view: TaskView, task: Task | None) -> TaskPart:
    """A step of a revert is no task of a plan: it has nothing but itself."""
    spans = {span.step: span for span in view.spans}
    return TaskPart(
        id=view.task,
        subject=view.subject,
        kind=view.kind,
        title=view.title,
        owner=view.owner,
        owner_reason=task.owner_reason if task else "",
        clouds=view.clouds,
        depends_on=view.depends_on,
        phase=view.phase,
        percent=view.percent,
        waiting=waiting_part(view.waiting) if view.waiting else None,
        result=result_part(view.result) if view.result else None,
        steps=tuple(_step(step, spans.get(step.id), view.phase) for step in task.steps) if task else (),
    )


def waiting_part(waiting: Waiting) -> WaitingPart:
    """What a task waits for, as reports and the HTTP API show it."""
    return WaitingPart(
        reason=waiting.reason,
        detail=waiting.detail,
        since=waiting.since,
        who_can_act=waiting.who_can_act,
        next_look=waiting.next_look,
        due=waiting.due,
        lateness=waiting.lateness,
        expected=waiting.expected,
        pace=waiting.pace,
        next_action=waiting.next_action,
    )


def result_part(result: TaskResult) -> ResultPart:
    """How a task ended, as reports and the HTTP API show it."""
    return ResultPart(
        outcome=result.outcome,
        reason=result.reason,
        detail=result.detail,
        who_can_act=result.who_can_act,
        ended_at=result.ended_at,
    )


def _step(step: Step, span: StepSpan | None, phase: TaskPhase) -> StepPart:
    return StepPart(
        id=step.id,
        section=step.section,
        title=step.title,
        owner=step.owner,
        state=_state(span, phase),
        started_at=span.started_at if span else None,
        ended_at=span.ended_at if span else None,
    )


def _state(span: StepSpan | None, phase: TaskPhase) -> Literal["done", "running", "stopped", "not-started"]:
    if span is None:
        return "not-started"
    if span.ended_at is not None:
        return "done"
    return "stopped" if phase is TaskPhase.ENDED else "running"


def _finding(finding: Finding) -> FindingPart:
    return FindingPart(
        check=finding.check,
        subject=finding.subject,
        verdict=finding.verdict,
        blocks=finding.blocks,
        summary=finding.summary,
        remedy=finding.remedy,
        link=finding.link,
        evidence=tuple(EvidencePart(text=one.text, observed_at=one.observed_at) for one in finding.evidence),
    )


def subscription_part(seen: SubscriptionSeen) -> SubscriptionPart:
    """A subscription, as reports and the HTTP API show it."""
    return SubscriptionPart(
        id=seen.id, name=seen.name, state=seen.state, private_clouds=seen.private_clouds, detail=seen.detail
    )


def _calls(calls: Mapping[str, int]) -> CallsPart:
    return CallsPart(
        documented=calls.get("documented", 0), seen=calls.get("seen", 0), inferred=calls.get("inferred", 0)
    )
