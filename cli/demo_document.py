"""The result of a demo for programs. docs/demo.md names every key; a key that goes or changes raises the version."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from cli.comparison import Compared, changing_calls
from cli.relay import Report
from cli.truth import Expectation, Truth
from shared.model.inventory import SubscriptionState
from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.run import Bucket, RunState
from shared.model.view import RunView, SubjectSeen
from shared.report.headline import headline
from shared.report.needs import needs
from shared.rules.buckets import WORST_FIRST
from shared.rules.run_view import short

SCHEMA_VERSION: Literal["1"] = "1"

PROGRESS = "progress-since-plan"
"""Key of the journal's entry on what others did since the plan that a run carries out."""


class _Part(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, frozen=True, extra="forbid", use_attribute_docstrings=True
    )


class WorldPart(_Part):
    """The world that was played."""

    file: str
    pace: str
    """`lockstep`, or how much faster than real time."""
    began: datetime
    """World time at which the plan was asked for."""
    ended: datetime
    """World time at which the run ended."""
    real_seconds: float
    """How long it took."""


class RunPart(_Part):
    """The run."""

    id: str
    status: RunState
    target: str | None
    headline: str
    problem: str


class PlanPart(_Part):
    """The plan that was shown before anything ran, and that the run carried out."""

    hash: str
    made_at: datetime
    """World time."""
    waves: tuple[str, ...]
    tasks: int
    ends_p50: datetime | None
    """When it was expected to be done; null where that cannot be said."""
    since: tuple[str, ...]
    """What others did between plan and run, as the run tells it: progress that the plan expects."""


class CloudPart(_Part):
    """One private cloud in its one bucket."""

    id: str
    version: str | None
    bucket: Bucket
    reason: str
    detail: str
    who_acts_next: str
    expected_outcome: str | None
    """What the world file expects; null where it says nothing."""
    expected_reason: str | None
    as_expected: bool | None


class SubscriptionPart(_Part):
    """One subscription."""

    id: str
    name: str
    state: SubscriptionState
    detail: str


class ReportPart(_Part):
    """Something that a simulated person reported."""

    at: datetime
    who: str
    about: str
    taken: bool
    """False when no task of the run waited for it."""


class ComparisonPart(_Part):
    """One comparison with the truth."""

    id: str
    claim: str
    holds: bool
    misfits: tuple[str, ...]
    """Everything that does not fit."""


class OutagePart(_Part):
    """A time during which a stretched network carried nothing."""

    network: str
    mesh: str
    appliance: str
    began: datetime
    ended: datetime | None
    seconds: float | None
    """In world time; null while it lasts."""


class Demo(_Part):
    """Everything a demo comes to."""

    schema_version: Literal["1"]
    holds: bool
    """Whether every expectation and every comparison holds: exit code 0."""
    world: WorldPart
    plan: PlanPart | None
    """Null where none could be made."""
    run: RunPart
    buckets: dict[Bucket, int]
    """Number of private clouds in each bucket."""
    clouds: tuple[CloudPart, ...]
    subscriptions: tuple[SubscriptionPart, ...]
    people: tuple[ReportPart, ...]
    comparison: tuple[ComparisonPart, ...]
    changing_calls: int
    """Changing calls that hcx-fleet sent, as the world counted them."""
    outages: tuple[OutagePart, ...]
    reports: tuple[str, ...]
    """Paths of the HTML and the JSON report."""


@record
class Played:
    """What a demo document is made from."""

    file: str
    pace: str
    real_seconds: float
    planned: RunView
    """The run that made the plan."""
    view: RunView
    """The run that carried it out."""
    truth: Truth
    compared: tuple[Compared, ...]
    said: tuple[Report, ...]
    reports: tuple[str, ...]


def demo_document(played: Played) -> Demo:
    """The document."""
    clouds = _clouds(played)
    found = [one.bucket for one in clouds]
    return Demo(
        schema_version=SCHEMA_VERSION,
        holds=all(one.holds for one in played.compared),
        world=_world(played),
        plan=_plan(played),
        run=_run(played.view),
        buckets={bucket: found.count(bucket) for bucket in WORST_FIRST if bucket in found},
        clouds=clouds,
        subscriptions=tuple(
            SubscriptionPart(id=one.id, name=one.name, state=one.state, detail=one.detail)
            for one in played.view.subscriptions
        ),
        people=tuple(ReportPart(at=one.at, who=one.who, about=one.about, taken=one.taken) for one in played.said),
        comparison=tuple(
            ComparisonPart(id=one.id, claim=one.claim, holds=one.holds, misfits=one.misfits) for one in played.compared
        ),
        changing_calls=len(changing_calls(played.truth)),
        outages=_outages(played.truth),
        reports=played.reports,
    )


def _world(played: Played) -> WorldPart:
    return WorldPart(
        file=played.file,
        pace=played.pace,
        began=played.planned.run.request.requested_at,
        ended=played.view.run.ended_at or played.view.now,
        real_seconds=round(played.real_seconds, 1),
    )


def _plan(played: Played) -> PlanPart | None:
    plan = played.planned.plan
    if plan is None:
        return None
    return PlanPart(
        hash=plan.hash,
        made_at=plan.made_at,
        waves=tuple(wave.name for wave in plan.waves),
        tasks=len(plan.tasks),
        ends_p50=plan.schedule.ends_p50,
        since=tuple(one.text for one in played.view.journal if one.key == PROGRESS),
    )


def _run(view: RunView) -> RunPart:
    return RunPart(
        id=view.run.request.id,
        status=view.run.state,
        target=short(view.plan.target) if view.plan else None,
        headline=headline(view, len(needs(view))),
        problem=view.run.problem,
    )


def _clouds(played: Played) -> tuple[CloudPart, ...]:
    view = played.view
    expected = {one.cloud: one for one in played.truth.expectations}
    clouds = [one for one in view.subjects if one.kind is SubjectKind.PRIVATE_CLOUD]
    return tuple(_cloud(view, one, expected.get(one.name)) for one in clouds)


def _cloud(view: RunView, cloud: SubjectSeen, expected: Expectation | None) -> CloudPart:
    placed = next(one for one in view.placed if (one.kind, one.subject) == (cloud.kind, cloud.id))
    ended = (placed.bucket.value, placed.reason)
    return CloudPart(
        id=cloud.id,
        version=short(cloud.version) if cloud.version else None,
        bucket=placed.bucket,
        reason=placed.reason,
        detail=placed.detail,
        who_acts_next=placed.who_acts_next,
        expected_outcome=expected.outcome if expected else None,
        expected_reason=expected.reason if expected else None,
        as_expected=ended == (expected.outcome, expected.reason) if expected else None,
    )


def _outages(truth: Truth) -> tuple[OutagePart, ...]:
    return tuple(
        OutagePart(
            network=one.network,
            mesh=one.mesh,
            appliance=one.appliance,
            began=one.began,
            ended=one.ended,
            seconds=(one.ended - one.began).total_seconds() if one.ended else None,
        )
        for one in truth.outages
    )
