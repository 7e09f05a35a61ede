"""From records and the read model to the bodies of answers."""

from collections.abc import Sequence

from fastapi import Request

from shared.api.bodies import (
    CloudPart,
    CloudsAnswer,
    CommandAnswer,
    DetailPart,
    JournalAnswer,
    JournalPart,
    LinksPart,
    PlacedPart,
    RunAnswer,
    RunSummary,
    StepPart,
    TaskPart,
)
from shared.api.commanding import Taken
from shared.model.chain import Link
from shared.model.facts import FleetFacts
from shared.model.inventory import Inventory, PrivateCloud
from shared.model.plan import SubjectKind
from shared.model.run import JournalEntry, Placed, Run
from shared.model.view import RunView, StepSpan, TaskView
from shared.report.content import phase, result_part, subscription_part, waiting_part
from shared.report.control_document import ControlPart
from shared.report.control_json import command_part
from shared.rules.chain import faults
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


def run_answer(view: RunView, control: ControlPart | None, request: Request) -> RunAnswer:
    """One run as it stands."""
    return RunAnswer(
        **summary_of(view.run, request).model_dump(),
        detail=DetailPart(phase=phase(view)),
        percent=view.percent,
        tasks=tuple(map(_task, view.tasks)),
        placed=tuple(map(_placed, view.placed)),
        control=control,
    )


def links_of(run_id: str, request: Request) -> LinksPart:
    """Absolute addresses, as Azure's clients want them."""
    run = f"{str(request.base_url).rstrip('/')}/v1/runs/{run_id}"
    return LinksPart(run=run, result=f"{run}/result")


def clouds_answer(view: RunView, inventory: Inventory, facts: FleetFacts) -> CloudsAnswer:
    """Every private cloud that the run of `view` saw."""
    placed = {one.subject: one for one in view.placed if one.kind is SubjectKind.PRIVATE_CLOUD}
    names = {one.id: one.name for one in inventory.subscriptions}
    clouds = inventory.private_clouds
    return CloudsAnswer(
        value=tuple(_cloud(one, placed[one.id], names.get(one.subscription_id), facts) for one in clouds),
        subscriptions=tuple(map(subscription_part, inventory.subscriptions)),
        run=view.run.request.id,
    )


def command_answer(taken: Taken, request: Request) -> CommandAnswer:
    """A command that is kept."""
    said = command_part(taken.command, taken.view, taken.given)
    return CommandAnswer(**said.model_dump(), links=links_of(said.run_id, request))


def journal_answer(links: Sequence[Link], after: int, limit: int, request: Request) -> JournalAnswer:
    """The first `limit` entries of these links behind `after`, and whether all of the links are whole."""
    behind = [one for one in links if one.sequence > after]
    shown = behind[:limit]
    cursor, more = shown[-1].sequence if shown else after, len(behind) > len(shown)
    onward = str(request.url.include_query_params(after=cursor, limit=limit))
    return JournalAnswer(
        value=tuple(_entry(one.sequence, one.entry) for one in shown),
        cursor=cursor,
        more=more,
        next_link=onward if more else None,
        faults=faults(links),
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


def _task(task: TaskView) -> TaskPart:
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
