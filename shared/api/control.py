"""Control of a run: let go, stop, go on, leave out, try again; and its journal.

What is said is kept in the ledger and the journal; the event that follows is only a bell.
"""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.access import READING, Approver, Operator, named
from shared.api.again import Again, NothingToRetryError, TasksUnknownError, child_of
from shared.api.answers import command_answer, journal_answer
from shared.api.bodies import (
    AnyCommandBody,
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
from shared.api.commanding import KINDS, CommandUnfitError, KeyTakenError, StateMovedError, Taken, take_down
from shared.api.given import PortsOf
from shared.api.matching import fits, moved_on, needed, tag
from shared.api.paging import Top
from shared.api.problems import Code, Problem
from shared.api.repeat import RepeatableRoute
from shared.api.runs import THERE_ALREADY, created, known_run
from shared.api.said import Said, SaidOf, spoken
from shared.api.standing import refuse_other_state, told_since
from shared.api.starting import meant_cloud
from shared.model.caller import Caller, Way
from shared.model.command import BELL, Command, CommandKind
from shared.model.run import RunKind, RunRequest, RunTrigger
from shared.ports import Ports
from shared.report.stored import plan_of
from shared.rules.callers import approver_for, speaks_for
from shared.rules.commands import Unfit
from shared.rules.reverting.refusal import not_taken_back

PAGE = 500
"""Entries of the journal in one answer, where nobody says how many."""

_CODES = {
    "run-ended": (409, Code.RUN_ENDED),
    "task-unknown": (404, Code.TASK_UNKNOWN),
    "cloud-ambiguous": (409, Code.CLOUD_AMBIGUOUS),
}
_UNFIT = (409, Code.COMMAND_UNFIT)

router = APIRouter(prefix="/v1", tags=["control"], dependencies=[READING], route_class=RepeatableRoute)


# --- a run ------------------------------------------------------------------------------------------------------------


@router.post("/runs/{runId}:approve", status_code=202)
async def approve(
    caller: Approver,
    runId: str,  # noqa: N803 -- the path's own word
    body: ApproveBody,
    ports: PortsOf,
    said: SaidOf,
) -> CommandAnswer:
    """Let a wave go, which asks for it. It counts from an approver, for the plan of the run, not from its requester."""
    wanted = await run_in_threadpool(_of_wave, ports, caller, runId, CommandKind.APPROVE, body)
    return await _given(ports, runId, wanted, said)


@router.post("/runs/{runId}:reject", status_code=202)
async def reject(
    caller: Approver,
    runId: str,  # noqa: N803
    body: RejectBody,
    ports: PortsOf,
    said: SaidOf,
) -> CommandAnswer:
    """Do not let a wave go, which asks for it: its tasks end as skipped."""
    wanted = await run_in_threadpool(_of_wave, ports, caller, runId, CommandKind.REJECT, body)
    return await _given(ports, runId, wanted, said)


RUN_VERBS = {
    CommandKind.PAUSE: "Begin nothing new, and stop what is under way before its next change.",
    CommandKind.RESUME: "Go on with what is paused.",
    CommandKind.CANCEL: "End it where nothing is half done; the answer says for each task what still happens.",
}
"""What can be said of a whole run, or of the tasks of one private cloud, and what it means."""


def _add_run_verb(kind: CommandKind, about: str) -> None:
    async def command_run(
        caller: Operator,
        runId: str,  # noqa: N803
        body: CommandBody,
        ports: PortsOf,
        said: SaidOf,
    ) -> CommandAnswer:
        return await _given(ports, runId, _scoped(ports, caller, kind, body), said)

    path = f"/runs/{{runId}}:{kind.value}"
    router.add_api_route(path, command_run, methods=["POST"], status_code=202, name=kind.value, description=about)


for _kind, _about in RUN_VERBS.items():
    _add_run_verb(_kind, _about)


@router.post("/runs/{runId}:skip", status_code=202)
async def skip(
    caller: Operator,
    runId: str,  # noqa: N803
    body: CloudCommandBody,
    ports: PortsOf,
    said: SaidOf,
) -> CommandAnswer:
    """Leave out the tasks of one private cloud that have changed nothing."""
    return await _given(ports, runId, _scoped(ports, caller, CommandKind.SKIP, body), said)


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
        *,
        caller: Operator,
        runId: str,  # noqa: N803
        taskId: str,  # noqa: N803
        body: TaskCommandBody,
        ports: PortsOf,
        said: SaidOf,
    ) -> CommandAnswer:
        return await _given(ports, runId, _scoped(ports, caller, kind, body, taskId), said)

    path = f"/runs/{{runId}}/tasks/{{taskId}}:{kind.value}"
    name = f"{kind.value}_task"
    router.add_api_route(path, command_task, methods=["POST"], status_code=202, name=name, description=about)


for _kind, _about in TASK_VERBS.items():
    _add_task_verb(_kind, _about)


# --- once more, and what happened -------------------------------------------------------------------------------------


@router.post("/runs/{runId}:retry", status_code=201, responses=THERE_ALREADY)
async def retry(
    *,
    caller: Operator,
    runId: str,  # noqa: N803
    body: RetryBody,
    ports: PortsOf,
    response: Response,
    said: SaidOf,
) -> RunAnswer:
    """Carry out tasks of a run once more, by the same plan, as a new run: 201 when it is new, 200 when it was there."""
    by = named(caller, body.by, "by", required=True)
    asked = await run_in_threadpool(_again, ports, runId, body, by, said)
    return await created(ports, asked, said.request, response)


@router.post("/runs/{runId}:revert", status_code=201, responses=THERE_ALREADY)
async def revert(
    *,
    caller: Operator,
    runId: str,  # noqa: N803
    body: RevertBody,
    ports: PortsOf,
    response: Response,
    said: SaidOf,
) -> RunAnswer:
    """Plan how a run is taken back for one private cloud, or follow people through a plan of that, as a new run."""
    by = named(caller, body.by, "by", required=True)
    asked = await run_in_threadpool(_taken_back, ports, runId, body, by, said)
    return await created(ports, asked, said.request, response)


@router.get("/runs/{runId}/journal")
def get_journal(
    runId: str,  # noqa: N803
    ports: PortsOf,
    request: Request,
    after: Annotated[int, Query(ge=0)] = 0,
    top: Top = PAGE,
) -> JournalAnswer:
    """What happened in a run, in order, from the entry after `after` on; `nextLink` leads on where there is more."""
    known_run(ports.store, runId)
    return journal_answer(ports.store.chain(runId), after, top, request)


# --- how --------------------------------------------------------------------------------------------------------------


async def _given(ports: Ports, run_id: str, wanted: Command, said: Said) -> CommandAnswer:
    taken = await run_in_threadpool(_taken, ports, run_id, wanted, said)
    await orchestrations.get().raise_event(run_id, BELL, None)
    return command_answer(taken, said.request)


def _taken(ports: Ports, run_id: str, wanted: Command, said: Said) -> Taken:
    run, if_match = known_run(ports.store, run_id), needed(said.if_match)
    if said.mark and not wanted.key:
        wanted = replace(wanted, key=f"by-key/{said.mark}")
    try:
        return take_down(ports.store, run, wanted, lambda present: fits(if_match, tag(present)))
    except StateMovedError as error:
        raise moved_on(tag(error.present), told_since(run_id, error.journal, error.present, if_match)) from None
    except CommandUnfitError as error:
        raise _unfit(error.unfit) from None
    except KeyTakenError as error:
        raise Problem(409, Code.COMMAND_OTHER, str(error), remedy="choose another key") from None


def _unfit(unfit: Unfit) -> Problem:
    status, code = _CODES.get(unfit.reason, _UNFIT)
    return Problem(status, code, f"{unfit.reason}: {unfit.detail}", remedy=unfit.who_can_act)


def _of_wave(ports: Ports, caller: Caller, run_id: str, kind: CommandKind, body: RejectBody) -> Command:
    return replace(
        _command(ports, caller, kind, body),
        wave=body.wave,
        tasks=KINDS[body.tasks] if body.tasks else None,
        approver=_approver(ports, caller, run_id, body),
        plan_hash=body.plan_hash if isinstance(body, ApproveBody) else None,
    )


def _approver(ports: Ports, caller: Caller, run_id: str, body: RejectBody) -> str:
    """Which of the wave's approvers speaks. With a token that is what it says, whatever the caller would like.

    Raises:
        Problem: the token says nothing of the approver that is named.
    """
    if caller.way is not Way.PLATFORM:
        return body.approver or ""
    if body.approver is None:
        plan = plan_of(ports.store, known_run(ports.store, run_id))
        asked = (wave.approval for wave in (plan.waves if plan else ()) if wave.name == body.wave)
        return approver_for(caller, (one for approval in asked if approval for one in approval.approvers))
    if not speaks_for(caller, body.approver):
        detail = f"the token of {caller.name} does not say that they are {body.approver}, or in such a group"
        raise Problem(403, Code.CALLER_NOT_APPROVER, detail, remedy="leave approver out, or ask one of them")
    return body.approver


def _scoped(
    ports: Ports,
    caller: Caller,
    kind: CommandKind,
    body: CommandBody | CloudCommandBody | TaskCommandBody,
    task: str | None = None,
) -> Command:
    cloud = None if isinstance(body, TaskCommandBody) else body.private_cloud
    return replace(_command(ports, caller, kind, body), task=task, cloud=cloud)


def _command(ports: Ports, caller: Caller, kind: CommandKind, body: AnyCommandBody) -> Command:
    return replace(spoken(ports, caller, kind, body), key=body.key or "")


def _taken_back(ports: Ports, run_id: str, body: RevertBody, by: str, said: Said) -> RunRequest:
    now, parent = ports.clock.now(), known_run(ports.store, run_id)
    refuse_other_state(ports.store, parent, said.if_match)
    why = not_taken_back(run_id, parent)
    if why:
        raise Problem(409, Code.REVERT_NOTHING, why, remedy=f"GET /v1/runs/{run_id} shows how it stands")
    return RunRequest(
        id=body.run_id or f"{run_id[:70]}-revert-{said.mark or f'{now:%Y%m%dT%H%M%S}'}",
        kind=RunKind.REVERT,
        trigger=RunTrigger.HTTP,
        requested_by=by,
        requested_at=now,
        private_cloud=meant_cloud(ports.store, body.private_cloud),
        plan_hash=body.plan_hash,
        parent=run_id,
    )


def _again(ports: Ports, run_id: str, body: RetryBody, by: str, said: Said) -> RunRequest:
    now, parent = ports.clock.now(), known_run(ports.store, run_id)
    refuse_other_state(ports.store, parent, said.if_match)
    wanted = Again(parent=run_id, only=body.only, tasks=body.tasks)
    name = body.run_id or f"{run_id[:70]}-retry-{said.mark or f'{now:%Y%m%dT%H%M%S}'}"
    try:
        return child_of(ports.store, parent, wanted, run_id=name, by=by, now=now)
    except TasksUnknownError as error:
        remedy = f"GET /v1/runs/{run_id} lists its tasks"
        raise Problem(404, Code.TASK_UNKNOWN, str(error), remedy=remedy) from None
    except NothingToRetryError as error:
        remedy = f"GET /v1/runs/{run_id} shows how its tasks ended; `only` says which ends are meant"
        raise Problem(409, Code.RETRY_NOTHING, str(error), remedy=remedy) from None
