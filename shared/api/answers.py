"""From records and the read model to the bodies of answers."""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from fastapi import Request

from shared.api.bodies import (
    CloudPart,
    CloudsAnswer,
    CommandAnswer,
    JournalAnswer,
    JournalPart,
    LinksPart,
    PlacedPart,
    RunAnswer,
    RunSummary,
    StepPart,
    TaskPart,
)
from shared.api.bodies_following import DetailPart, ProgressPart
from shared.api.commanding import Taken
from shared.api.paging import Page, onward_from
from shared.model.chain import Link
from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, PrivateCloud
from shared.model.plan import SubjectKind
from shared.model.run import JournalEntry, Placed, Run
from shared.model.same import Same
from shared.model.view import RunView, StepSpan, TaskView
from shared.report.content import result_part, subscription_part, waiting_part
from shared.report.control_document import ControlPart
from shared.report.control_json import command_part
from shared.report.run_standing import who_can_act, why_line
from shared.rules.chain import faults
from shared.rules.run_phase import RunStanding, goes_on_at
from shared.rules.run_progress import task_counts, time_left
from shared.rules.run_view import short


def summary_of(run: Run, request: Request) -> RunSummary:
    """One run in a list."""
    asked = run.request
    return RunSummary(
        id=asked.id,
        status=run.state,
        kind=asked.kind,
        trigger=asked.trigger,
        requested_by=asked.requested_by,
        requested_at=asked.requested_at,
        private_cloud=asked.private_cloud,
        subject=asked.subject,
        include_shared=asked.include_shared,
        target=str(asked.target) if asked.target else None,
        parent=asked.parent,
        retry=asked.retry,
        retry_tasks=asked.retry_tasks,
        plan_hash=run.plan_hash,
        started_at=run.started_at,
        ended_at=run.ended_at,
        problem=run.problem,
        links=links_of(asked.id, request),
    )


def run_answer(view: RunView, standing: RunStanding, control: ControlPart | None, request: Request) -> RunAnswer:
    """One run as it stands."""
    return RunAnswer(
        **summary_of(view.run, request).model_dump(),
        detail=DetailPart(phase=standing.phase),
        percent=view.percent,
        progress=_progress(view, standing),
        why=why_line(view, standing),
        who_can_act=who_can_act(view, standing),
        tasks=tuple(_task(Same(task)) for task in view.tasks),
        placed=tuple(map(_placed, view.placed)),
        control=control,
    )


def links_of(run_id: str, request: Request) -> LinksPart:
    """Absolute addresses, as Azure's clients want them."""
    run = f"{str(request.base_url).rstrip('/')}/v1/runs/{run_id}"
    return LinksPart(run=run, result=f"{run}/result")


def clouds_answer(view: RunView, inventory: Inventory, facts: FleetFacts, part: Page[PrivateCloud]) -> CloudsAnswer:
    """A part of the private clouds that the run of `view` saw."""
    placed = {one.subject: one for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD}
    names = {one.id: one.name for one in inventory.subscriptions}
    return CloudsAnswer(
        value=tuple(_cloud(one, placed[one.id], names.get(one.subscription_id), facts) for one in part.value),
        subscriptions=tuple(map(subscription_part, inventory.subscriptions)),
        run=view.run.request.id,
        next_link=part.next_link,
    )


def command_answer(taken: Taken, request: Request) -> CommandAnswer:
    """A command that is kept."""
    said = command_part(taken.command, taken.view, taken.given)
    return CommandAnswer(**said.model_dump(), links=links_of(said.run_id, request))


def journal_answer(links: Sequence[Link], after: int, top: int, request: Request) -> JournalAnswer:
    """The first `top` entries of these links behind `after`, and whether all of the links are whole."""
    behind = [one for one in links if one.sequence > after]
    shown = behind[:top]
    cursor, more = shown[-1].sequence if shown else after, len(behind) > len(shown)
    onward = onward_from(request, after=cursor, top=top)
    return JournalAnswer(
        value=tuple(_entry(one.sequence, one.entry) for one in shown),
        cursor=cursor,
        more=more,
        next_link=onward if more else None,
        faults=faults(links),
    )


def _progress(view: RunView, standing: RunStanding) -> ProgressPart:
    counts, begins = task_counts(view.tasks), goes_on_at(standing, view.now)
    left = time_left(view, begins) if begins is not None else None
    return ProgressPart(
        done=counts.done,
        running=counts.running,
        waiting=counts.waiting,
        failed=counts.failed,
        skipped=counts.skipped,
        total=counts.total,
        eta_p50=left.p50 if left else None,
        eta_p90=left.p90 if left else None,
        eta_basis=left.basis if left else None,
    )


def _entry(number: int, entry: JournalEntry) -> JournalPart:
    return JournalPart(
        sequence=number,
        key=entry.key,
        at=entry.at,
        kind=entry.kind,
        text=entry.text,
        task=entry.task,
        step=entry.step,
        section=entry.section,
        percent=entry.percent,
        waiting=waiting_part(entry.waiting) if entry.waiting else None,
        result=result_part(entry.result) if entry.result else None,
    )


def _cloud(cloud: PrivateCloud, placed: Placed, subscription: str | None, facts: FleetFacts) -> CloudPart:
    seen = facts.of(cloud.id)
    return CloudPart(
        id=cloud.id,
        name=cloud.name,
        subscription=subscription or cloud.subscription_id,
        location=cloud.location,
        version=short(seen.version) if seen and seen.version else None,
        bucket=placed.bucket,
        reason=placed.reason,
        who_acts_next=placed.who_acts_next,
        observed_at=seen.observed_at if seen else None,
    )


@lru_cache(maxsize=2048)
def _task(one: Same) -> TaskPart:
    """Remembered: most tasks are as they were when somebody looked last."""
    (task,) = cast("tuple[TaskView]", one.records)
    current = next((span for span in reversed(task.spans) if span.ended_at is None), None)
    return TaskPart(
        id=task.task,
        subject=task.subject,
        kind=task.kind,
        title=task.title,
        owner=task.owner,
        clouds=task.clouds,
        depends_on=task.depends_on,
        phase=task.phase,
        percent=task.percent,
        step=_step(current) if current and task.result is None else None,
        waiting=waiting_part(task.waiting) if task.waiting else None,
        result=result_part(task.result) if task.result else None,
    )


def _step(span: StepSpan) -> StepPart:
    return StepPart(id=span.step, section=span.section, title=span.title, owner=span.owner, started_at=span.started_at)


def _placed(placed: Placed) -> PlacedPart:
    return PlacedPart(
        kind=placed.kind,
        subject=placed.subject,
        bucket=placed.bucket,
        reason=placed.reason,
        detail=placed.detail,
        who_acts_next=placed.who_acts_next,
    )
