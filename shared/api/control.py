"""Control of a run: let go, stop, go on, leave out, try again; and its journal.

What is said is kept in the ledger and the journal; the event that follows is only a bell.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.again import Again, NothingToRetryError, TasksUnknownError, child_of
from shared.api.answers import command_answer, journal_answer
from shared.api.bodies import (
    ApproveBody,
    CloudCommandBody,
    CommandAnswer,
    CommandBody,
    JournalAnswer,
    RejectBody,
    RetryBody,
    RevertBody,
    RunAnswer,
    TaskCommandBody,
)
from shared.api.calling import orchestrations
from shared.api.commanding import KINDS, CommandUnfitError, KeyTakenError, Taken, take_down
from shared.api.given import PortsOf
from shared.api.problems import Code, Problem
from shared.api.runs import created, known_run
from shared.api.starting import meant_cloud, unauthenticated
from shared.model.command import BELL, Command, CommandKind
from shared.model.run import RunKind, RunRequest, RunTrigger
from shared.ports import Ports
from shared.rules.commands import Unfit
from shared.rules.reverting.refusal import not_taken_back

PAGE = 500
"""Entries of the journal in one answer, where nobody says how many."""
PAGE_MAX = 5000

_CODES = {
    "run-ended": (409, Code.RUN_ENDED),
    "task-unknown": (404, Code.TASK_UNKNOWN),
    "cloud-ambiguous": (409, Code.CLOUD_AMBIGUOUS),
}
_UNFIT = (409, Code.COMMAND_UNFIT)

router = APIRouter(prefix="/v1", tags=["control"])

# --- a run ------------------------------------------------------------------------------------------------------------


@router.post("/runs/{runId}:approve", status_code=202)
async def approve(runId: str, body: ApproveBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803 -- the path's own word
    """Let a wave go, which asks for it. It counts from an approver, for the plan of the run, not from its requester."""
    return await _given(ports, runId, _of_wave(ports, CommandKind.APPROVE, body), request)


@router.post("/runs/{runId}:reject", status_code=202)
async def reject(runId: str, body: RejectBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803
    """Do not let a wave go, which asks for it: its tasks end as skipped."""
    return await _given(ports, runId, _of_wave(ports, CommandKind.REJECT, body), request)


@router.post("/runs/{runId}:pause", status_code=202)
async def pause(runId: str, body: CommandBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803
    """Begin nothing new, and stop what is under way before its next change."""
    return await _given(ports, runId, _scoped(ports, CommandKind.PAUSE, body), request)


@router.post("/runs/{runId}:resume", status_code=202)
async def resume(runId: str, body: CommandBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803
    """Go on with what is paused."""
    return await _given(ports, runId, _scoped(ports, CommandKind.RESUME, body), request)


@router.post("/runs/{runId}:cancel", status_code=202)
async def cancel(runId: str, body: CommandBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803
    """End it where nothing is half done; the answer says for each task what still happens."""
    return await _given(ports, runId, _scoped(ports, CommandKind.CANCEL, body), request)


@router.post("/runs/{runId}:skip", status_code=202)
async def skip(runId: str, body: CloudCommandBody, ports: PortsOf, request: Request) -> CommandAnswer:  # noqa: N803
    """Leave out the tasks of one private cloud that have changed nothing."""
    return await _given(ports, runId, _scoped(ports, CommandKind.SKIP, body), request)


# --- one task ---------------------------------------------------------------------------------------------------------


TASK_VERBS = {
    CommandKind.PAUSE: "Stop the task before its next change.",
    CommandKind.RESUME: "Go on with the task, whatever else stays paused.",
    CommandKind.CANCEL: "End the task where nothing is half done; the answer says what still happens.",
    CommandKind.SKIP: "Leave the task out, which has changed nothing.",
}
"""What can be said of one task, and what it means."""


def _add_task_verb(kind: CommandKind, about: str) -> None:
    async def command_task(
        runId: str,  # noqa: N803
        taskId: str,  # noqa: N803
        body: TaskCommandBody,
        ports: PortsOf,
        request: Request,
    ) -> CommandAnswer:
        return await _given(ports, runId, _scoped(ports, kind, body, taskId), request)

    path = f"/runs/{{runId}}/tasks/{{taskId}}:{kind.value}"
    name = f"{kind.value}_task"
    router.add_api_route(path, command_task, methods=["POST"], status_code=202, name=name, description=about)


for _kind, _about in TASK_VERBS.items():
    _add_task_verb(_kind, _about)


# --- once more, and what happened -------------------------------------------------------------------------------------


@router.post("/runs/{runId}:retry", status_code=201)
async def retry(runId: str, body: RetryBody, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """Carry out tasks of a run once more, by the same plan, as a new run: 201 when it is new, 200 when it was there."""
    return await created(ports, await run_in_threadpool(_again, ports, runId, body), request, response)


@router.post("/runs/{runId}:revert", status_code=201)
async def revert(runId: str, body: RevertBody, ports: PortsOf, request: Request, response: Response) -> RunAnswer:  # noqa: N803
    """Plan how a run is taken back for one private cloud, or follow people through a plan of that, as a new run."""
    return await created(ports, await run_in_threadpool(_taken_back, ports, runId, body), request, response)


@router.get("/runs/{runId}/journal")
def get_journal(
    runId: str,  # noqa: N803
    ports: PortsOf,
    request: Request,
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE,
) -> JournalAnswer:
    """What happened in a run, in order, from the entry after `after` on; `nextLink` leads on where there is more."""
    known_run(ports.store, runId)
    return journal_answer(ports.store.chain(runId), after, limit, request)


# --- how --------------------------------------------------------------------------------------------------------------


async def _given(ports: Ports, run_id: str, wanted: Command, request: Request) -> CommandAnswer:
    taken = await run_in_threadpool(_taken, ports, run_id, wanted)
    await orchestrations.get().raise_event(run_id, BELL, None)
    return command_answer(taken, request)


def _taken(ports: Ports, run_id: str, wanted: Command) -> Taken:
    try:
        return take_down(ports.store, known_run(ports.store, run_id), wanted)
    except CommandUnfitError as error:
        raise _unfit(error.unfit) from None
    except KeyTakenError as error:
        raise Problem(409, Code.COMMAND_OTHER, str(error), remedy="choose another key") from None


def _unfit(unfit: Unfit) -> Problem:
    status, code = _CODES.get(unfit.reason, _UNFIT)
    return Problem(status, code, f"{unfit.reason}: {unfit.detail}", remedy=unfit.who_can_act)


def _of_wave(ports: Ports, kind: CommandKind, body: RejectBody) -> Command:
    return Command(
        key=body.key or "",
        kind=kind,
        by=body.by,
        authenticated=False,
        at=ports.clock.now(),
        comment=body.comment,
        wave=body.wave,
        tasks=KINDS[body.tasks] if body.tasks else None,
        approver=body.approver or "",
        plan_hash=body.plan_hash if isinstance(body, ApproveBody) else None,
    )


def _scoped(
    ports: Ports, kind: CommandKind, body: CommandBody | CloudCommandBody | TaskCommandBody, task: str | None = None
) -> Command:
    return Command(
        key=body.key or "",
        kind=kind,
        by=body.by,
        authenticated=False,
        at=ports.clock.now(),
        comment=body.comment,
        task=task,
        cloud=None if isinstance(body, TaskCommandBody) else body.private_cloud,
    )


def _taken_back(ports: Ports, run_id: str, body: RevertBody) -> RunRequest:
    now, parent = ports.clock.now(), known_run(ports.store, run_id)
    why = not_taken_back(run_id, parent)
    if why:
        raise Problem(409, Code.REVERT_NOTHING, why, remedy=f"GET /v1/runs/{run_id} shows how it stands")
    return RunRequest(
        id=body.run_id or f"{run_id[:70]}-revert-{now:%Y%m%dT%H%M%S}",
        kind=RunKind.REVERT,
        trigger=RunTrigger.HTTP,
        requested_by=unauthenticated(body.by),
        requested_at=now,
        private_cloud=meant_cloud(ports.store, body.private_cloud),
        plan_hash=body.plan_hash,
        parent=run_id,
    )


def _again(ports: Ports, run_id: str, body: RetryBody) -> RunRequest:
    now, parent = ports.clock.now(), known_run(ports.store, run_id)
    wanted = Again(parent=run_id, only=body.only, tasks=body.tasks)
    name = body.run_id or f"{run_id[:70]}-retry-{now:%Y%m%dT%H%M%S}"
    try:
        return child_of(ports.store, parent, wanted, run_id=name, by=unauthenticated(body.by), now=now)
    except TasksUnknownError as error:
        remedy = f"GET /v1/runs/{run_id} lists its tasks"
        raise Problem(404, Code.TASK_UNKNOWN, str(error), remedy=remedy) from None
    except NothingToRetryError as error:
        remedy = f"GET /v1/runs/{run_id} shows how its tasks ended; `only` says which ends are meant"
        raise Problem(409, Code.RETRY_NOTHING, str(error), remedy=remedy) from None
