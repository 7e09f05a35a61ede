"""Runs: create, list, read, and tell that something is done."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.answers import links_of, run_answer, summary_of
from shared.api.bodies import ReportDoneBody, ReportedAnswer, RunAnswer, RunBody, RunId, RunsAnswer
from shared.api.given import PortsOf
from shared.api.problems import Code, Problem
from shared.api.reporting import reportable, ring, write_down
from shared.api.starting import meant_cloud, meant_plan, start, unauthenticated
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunRequest, RunTrigger
from shared.model.version import Version
from shared.model.view import RunView
from shared.ports import Ports, Store
from shared.report.control_document import ControlPart
from shared.report.control_json import stored_control
from shared.report.stored import view_of
from shared.rules.run_view import ENDED
from shared.store.errors import TamperedError

RETRY_AFTER = {"running": 15, "waitingForPeople": 300}
"""Seconds between two looks at a run: a step takes minutes, a person hours."""

router = APIRouter(prefix="/v1", tags=["runs"])


@router.put("/runs/{runId}", status_code=201)
async def put_run(runId: RunId, body: RunBody, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803 -- the path's own word
    """Create a run under an id of the caller's choice: 201 when it is new, 200 when the same was asked before."""
    return await created(ports, await run_in_threadpool(_asked, ports, runId, body), request, response)


@router.get("/runs")
def list_runs(ports: PortsOf, request: Request) -> RunsAnswer:
    """Every run, newest request first."""
    return RunsAnswer(value=tuple(summary_of(run, request) for run in ports.store.runs()))


@router.get("/runs/{runId}")
def get_run(runId: str, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """One run as it stands; `Retry-After` says when to look again while it has not ended."""
    return answered(ports, known_run(ports.store, runId), request, response)


@router.get("/runs/{runId}/result")
def get_result(runId: str, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """The same for clients that poll until they get a 200: 202 while the run has not ended."""
    run = known_run(ports.store, runId)
    if run.state not in ENDED:
        response.status_code = 202
        response.headers["Location"] = links_of(runId, request).result
    return answered(ports, run, request, response)


@router.post("/runs/{runId}/tasks/{taskId}:reportDone", status_code=202)
async def report_done(
    runId: str,  # noqa: N803
    taskId: str,  # noqa: N803
    body: ReportDoneBody,
    ports: PortsOf,
    request: Request,
) -> ReportedAnswer:
    """Say that what a task waits for is done. It wakes the task; only observation ends its step."""
    run = await run_in_threadpool(_running_with_task, ports.store, runId, taskId)
    number, awake = await run_in_threadpool(write_down, ports.store, runId, taskId, body, ports.clock.now())
    if awake:
        await ring(runId, taskId, body)
    return ReportedAnswer(run_id=runId, task=taskId, report=number, links=links_of(run.request.id, request))


async def created(ports: Ports, asked: RunRequest, request: Request, response: Response) -> RunAnswer:
    """Start a run under the id that it was asked for with, and answer with it: 201 when it is new, else 200."""
    run, fresh = await start(ports, asked)
    response.status_code = 201 if fresh else 200
    links = links_of(asked.id, request)
    response.headers.update({"Location": links.run, "Operation-Location": links.run})
    return await run_in_threadpool(answered, ports, run, request, response)


def answered(ports: Ports, run: Run, request: Request, response: Response) -> RunAnswer:
    """The run as the answer to a request, with the header that says when to look again."""
    view = view_of(ports.store, run, ports.clock.now())
    answer = run_answer(view, _control(ports.store, view), request)
    if answer.detail.phase != "finished":
        response.headers["Retry-After"] = str(RETRY_AFTER[answer.detail.phase])
    return answer


def _control(store: Store, view: RunView) -> ControlPart | None:
    """None where a command was changed behind our back: the rest of the run has to be read all the more then."""
    try:
        return stored_control(store, view)
    except TamperedError:
        return None


def known_run(store: Store, run_id: str) -> Run:
    """The run of that id.

    Raises:
        Problem: there is none.
    """
    run = store.run(run_id)
    if run is None:
        raise Problem(404, Code.RUN_UNKNOWN, f"no run {run_id!r} is known", remedy="GET /v1/runs lists them")
    return run


def _asked(ports: Ports, run_id: str, body: RunBody) -> RunRequest:
    asked = RunRequest(
        id=run_id,
        kind=RunKind(body.kind),
        trigger=RunTrigger.HTTP,
        requested_by=unauthenticated(body.requested_by),
        requested_at=ports.clock.now(),
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
