"""Plans: asked for, listed, read, compared."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.access import READING, Operator, named
from shared.api.bodies import PlanHash, RunAnswer
from shared.api.bodies_plans import DifferencePart, PlanBody, PlanDiffAnswer, PlansAnswer, PlanSummary
from shared.api.given import PortsOf
from shared.api.matching import IfNoneMatch, fits, tag
from shared.api.paging import TOP, After, Top, page
from shared.api.problems import Code, Problem
from shared.api.rendered import JSON, MARKDOWN, described, rendered
from shared.api.repeat import OnceOnly, RepeatableRoute
from shared.api.runs import accepted
from shared.api.starting import made_up_id, meant_cloud, meant_plan
from shared.model.caller import Caller
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunRequest, RunTrigger
from shared.model.version import Version
from shared.ports import Ports, Store
from shared.report.kept_plans import newest_plan, policy_of
from shared.report.markdown_sections import SUMMARY_BYTES, shortened
from shared.report.plan_diff import plan_diff
from shared.report.plan_json import plan_json
from shared.report.plan_text import plan_text, zones_of
from shared.rules.run_view import short

router = APIRouter(prefix="/v1", tags=["plans"], dependencies=[READING], route_class=RepeatableRoute)

_ELSEWHERE = "`GET /v1/plans/{hash}` has all."
_JSON: dict[int | str, dict[str, Any]] = {
    **described("The plan.", JSON),
    304: {"description": "It is the plan that the caller has."},
}

type PlanOf = Annotated[PlanHash, Path(description="Its whole hash.")]


@router.get("/plans")
def list_plans(
    ports: PortsOf,
    request: Request,
    prefix: Annotated[str, Query(pattern="^[0-9a-f]{0,64}$", description="How their hashes begin.")] = "",
    top: Top = TOP,
    after: After = None,
) -> PlansAnswer:
    """Plans in parts, the one that was kept last first, with the runs that made them and carry them out."""
    part = page(ports.store.plans(prefix), str, top, after, request)
    plans = (ports.store.plan(one) for one in part.value)
    runs = _by_plan(ports.store.runs())
    return PlansAnswer(
        value=tuple(_summary(plan, runs.get(plan.hash, [])) for plan in plans if plan), next_link=part.next_link
    )


@router.post("/plans", status_code=202)
async def make_plan(
    *,
    caller: Operator,
    ports: PortsOf,
    request: Request,
    response: Response,
    once: OnceOnly,
    body: PlanBody | None = None,
) -> RunAnswer:
    """Observe and plan, as a run; says where to follow it. It changes nothing. The run names its plan in `planHash`."""
    asked = await run_in_threadpool(_asked, ports, caller, body or PlanBody(), once.mark)
    return await accepted(ports, asked, request, response)


@router.get("/plans/{planHash}", response_class=Response, responses=_JSON)
def get_plan(planHash: PlanOf, ports: PortsOf, if_none_match: IfNoneMatch = None) -> Response:  # noqa: N803 -- the path's own word
    """One plan: the document that `hcx-fleet plan -o json` prints, in canonical JSON. Its hash is its ETag."""
    plan = meant_plan(ports.store, planHash)
    headers = {"ETag": tag(plan.hash)}
    if if_none_match is not None and fits(if_none_match, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(plan_json(plan), media_type=JSON, headers=headers)


@router.get("/plans/{planHash}/plan.md", response_class=Response, responses=described("The plan.", MARKDOWN))
def get_plan_markdown(planHash: PlanOf, ports: PortsOf) -> Response:  # noqa: N803
    """The plan for people, as Markdown that fits into the summary of a pipeline: whole sections, or none of them."""
    plan = meant_plan(ports.store, planHash)
    made = next((run for run in ports.store.runs() if run.plan_hash == plan.hash), None)
    policy = policy_of(ports.store, made.request.id) if made else None
    text = shortened(plan_text(plan, zones_of(policy) if policy else {}), SUMMARY_BYTES, _ELSEWHERE)
    return rendered(text.encode(errors="replace"), MARKDOWN)


@router.get("/plans/{planHash}/diff")
def get_diff(
    planHash: PlanOf,  # noqa: N803
    ports: PortsOf,
    against: Annotated[
        PlanHash | None, Query(description="The whole hash of the other one; absent: the newest.")
    ] = None,
) -> PlanDiffAnswer:
    """In what another plan differs from this one, line by line, in the words of people."""
    before = meant_plan(ports.store, planHash)
    after = meant_plan(ports.store, against) if against else _newest(ports.store)
    told = (
        DifferencePart(part=one.part, sign=one.sign, subject=one.subject, text=one.text)
        for one in plan_diff(before, after)
    )
    return PlanDiffAnswer(before=before.hash, after=after.hash, differences=tuple(told))


# --- how --------------------------------------------------------------------------------------------------------------


def _newest(store: Store) -> Plan:
    found = newest_plan(store)
    if found is None:
        raise Problem(409, Code.PLAN_NONE, "there is no newest plan to compare with", remedy="name one in `against`")
    return found[1]


def _by_plan(runs: Iterable[Run]) -> dict[str, list[Run]]:
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.plan_hash:
            found.setdefault(run.plan_hash, []).append(run)
    return found


def _summary(plan: Plan, runs: Sequence[Run]) -> PlanSummary:
    return PlanSummary(
        hash=plan.hash,
        name=plan.name,
        made_at=plan.made_at,
        target=short(plan.target),
        mode=plan.mode,
        private_cloud=plan.private_cloud,
        clouds=len(plan.private_clouds),
        waves=len(plan.waves),
        tasks=len(plan.tasks),
        ends_p50=plan.schedule.ends_p50,
        ends_p90=plan.schedule.ends_p90,
        made_by=tuple(run.request.id for run in runs if run.request.plan_hash is None),
        carried_out_by=tuple(run.request.id for run in runs if run.request.kind is RunKind.UPGRADE),
    )


def _asked(ports: Ports, caller: Caller, body: PlanBody, mark: str) -> RunRequest:
    now = ports.clock.now()
    cloud = meant_cloud(ports.store, body.private_cloud) if body.private_cloud else None
    return RunRequest(
        id=body.run_id or made_up_id(f"{cloud}-plan" if cloud else "plan", mark, now),
        kind=RunKind.PLAN,
        trigger=RunTrigger.HTTP,
        requested_by=named(caller, body.requested_by, "requestedBy"),
        requested_at=now,
        private_cloud=cloud,
        include_shared=body.include_shared,
        target=Version(body.target) if body.target else None,
    )
