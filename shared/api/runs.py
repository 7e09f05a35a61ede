"""Runs: create, list, read, and tell that something is done."""

from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.access import READING, Operator, Starter, named
from shared.api.answers import links_of, summary_of
from shared.api.bodies import ReportDoneBody, ReportedAnswer, RunAnswer, RunBody, RunId, RunsAnswer
from shared.api.given import PortsOf
from shared.api.matching import ANY, IfNoneMatch
from shared.api.paging import TOP, After, Top, page
from shared.api.problems import Code, Problem
from shared.api.repeat import OnceOnly, RepeatableRoute
from shared.api.reporting import Report, reportable, ring, write_down
from shared.api.standing import answered
from shared.api.starting import meant_cloud, meant_plan, refuse_unapproved, start
from shared.model.caller import Caller
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunRequest, RunTrigger
from shared.model.version import Version
from shared.ports import Ports, Store
from shared.rules.run_view import ENDED

router = APIRouter(prefix="/v1", tags=["runs"], dependencies=[READING], route_class=RepeatableRoute)

THERE_ALREADY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": RunAnswer, "description": "The same was asked for before."}
}
NOT_ENDED: Final[dict[int | str, dict[str, Any]]] = {202: {"model": RunAnswer, "description": "It has not ended yet."}}


@router.put("/runs/{runId}", status_code=201, responses=THERE_ALREADY)
async def put_run(
    *,
    caller: Starter,
    runId: RunId,  # noqa: N803 -- the path's own word
    body: RunBody,
    ports: PortsOf,
    request: Request,
    response: Response,
    once: OnceOnly,
    if_none_match: IfNoneMatch = None,
) -> RunAnswer:
    """Create a run under an id of the caller's choice: 201 when it is new, 200 when the same was asked before.

    With `If-None-Match: *` only where there is none of that id.
    """
    asked = await run_in_threadpool(_asked, ports, caller, runId, body)
    return await created(ports, asked, request, response, only_new=if_none_match == ANY, mark=once.mark)


@router.get("/runs")
def list_runs(ports: PortsOf, request: Request, top: Top = TOP, after: After = None) -> RunsAnswer:
    """Every run, newest request first, in parts."""
    part = page(ports.store.runs(), lambda run: run.request.id, top, after, request)
    return RunsAnswer(value=tuple(summary_of(run, request) for run in part.value), next_link=part.next_link)


@router.get("/runs/{runId}")
def get_run(runId: str, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """One run as it stands; `ETag` says in which state, `Retry-After` when to look again while it has not ended."""
    return answered(ports, known_run(ports.store, runId), request, response)


@router.get("/runs/{runId}/result", responses=NOT_ENDED)
def get_result(runId: str, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """The same for clients that poll until they get a 200: 202 while the run has not ended."""
    run = known_run(ports.store, runId)
    if run.state not in ENDED:
        response.status_code = 202
        response.headers["Location"] = links_of(runId, request).result
    return answered(ports, run, request, response)


@router.post("/runs/{runId}/tasks/{taskId}:reportDone", status_code=202)
async def report_done(
    *,
    caller: Operator,
    runId: str,  # noqa: N803
    taskId: str,  # noqa: N803
    body: ReportDoneBody,
    ports: PortsOf,
    request: Request,
    once: OnceOnly,
) -> ReportedAnswer:
    """Say that what a task waits for is done. It wakes the task; only observation ends its step."""
    run = await run_in_threadpool(_running_with_task, ports.store, runId, taskId)
    who = named(caller, body.who, "who", required=True)
    report = Report(run=runId, task=taskId, who=who, comment=body.comment, mark=once.mark)
    number, awake = await run_in_threadpool(write_down, ports.store, report, ports.clock.now())
    if awake:
        await ring(report)
    return ReportedAnswer(run_id=runId, task=taskId, report=number, links=links_of(run.request.id, request))


async def created(
    ports: Ports, asked: RunRequest, request: Request, response: Response, *, only_new: bool = False, mark: str = ""
) -> RunAnswer:
    """Start a run under the id that it was asked for with, and answer with it: 201 when it is new, else 200.

    Raises:
        Problem: it cannot be started, or is there already where only a new one is wanted.
    """
    run, fresh = await start(ports, asked, only_new=only_new, mark=mark)
    response.status_code = 201 if fresh else 200
    links = links_of(asked.id, request)
    response.headers.update({"Location": links.run, "Operation-Location": links.run})
    return await run_in_threadpool(answered, ports, run, request, response)


async def accepted(ports: Ports, asked: RunRequest, request: Request, response: Response) -> RunAnswer:
    """Start a run for a call that is answered at once, and answer with the run and where to follow it.

    Raises:
        Problem: it cannot be started.
    """
    run, _ = await start(ports, asked)
    links = links_of(run.request.id, request)
    response.headers.update({"Operation-Location": links.run, "Location": links.result})
    return await run_in_threadpool(answered, ports, run, request, response)


def known_run(store: Store, run_id: str) -> Run:
    """The run of that id.

    Raises:
        Problem: there is none.
    """
    run = store.run(run_id)
    if run is None:
        raise Problem(404, Code.RUN_UNKNOWN, f"no run {run_id!r} is known", remedy="GET /v1/runs lists them")
    return run


def _asked(ports: Ports, caller: Caller, run_id: str, body: RunBody) -> RunRequest:
    now = ports.clock.now()
    refuse_unapproved(ports.store, caller, body.plan_hash, now)
    asked = RunRequest(
        id=run_id,
        kind=RunKind(body.kind),
        trigger=RunTrigger.HTTP,
        requested_by=named(caller, body.requested_by, "requestedBy"),
        requested_at=now,
        private_cloud=meant_cloud(ports.store, body.private_cloud) if body.private_cloud else None,
        include_shared=body.include_shared,
        plan_hash=body.plan_hash,
        target=Version(body.target) if body.target else None,
        subject=body.subject,
    )
    return _of_plan(asked, meant_plan(ports.store, body.plan_hash)) if body.plan_hash else asked


def _of_plan(asked: RunRequest, plan: Plan) -> RunRequest:
    """The scope is the plan's, shared connectors included: whoever made it for one private cloud has allowed them."""
    return replace(asked, private_cloud=plan.private_cloud, include_shared=plan.private_cloud is not None)


def _running_with_task(store: Store, run_id: str, task_id: str) -> Run:
    run = known_run(store, run_id)
    if task_id not in reportable(store, run):
        remedy = f"GET /v1/runs/{run_id} lists its tasks"
        raise Problem(404, Code.TASK_UNKNOWN, f"run {run_id} has no task {task_id!r}", remedy=remedy)
    if run.state in ENDED:
        detail = f"run {run_id} has ended as {run.state.value}"
        raise Problem(409, Code.RUN_ENDED, detail, remedy="start a run again: it observes what was done meanwhile")
    return run
