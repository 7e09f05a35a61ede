"""Starting a run: put it on record, then start its orchestration. Safe to repeat at any point of it."""

import re
from datetime import datetime

from starlette.concurrency import run_in_threadpool

from shared.api.calling import orchestrations
from shared.api.pre_approving import pre_approval_of
from shared.api.problems import Code, Problem
from shared.api.reading import clouds_known, newest_plan_with
from shared.model.caller import Caller, Way
from shared.model.codec import to_json
from shared.model.plan import Plan
from shared.model.run import JournalEntry, JournalKind, Retry, Run, RunKind, RunRequest, RunState
from shared.ports import Ports, Store
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.plan_parts import shared_connectors
from shared.rules.pre_approval import not_approved
from shared.rules.run_view import ENDED

_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._~-]")
_ABOUT_MAX = 70
_MADE_BY = "made-by"
"""Document of a run with the mark of the call that made it. A host that dies before it is kept is one that the caller
has to look after: then the run is there, and the same call is told so."""
_HASH = 12
"""Characters of a hash that people compare."""


async def start(ports: Ports, request: RunRequest, *, only_new: bool = False, mark: str = "") -> tuple[Run, bool]:
    """Start the run, or find it under way; the flag says whether it is new.

    A run that has not ended is started again: after a crash between record and start, or of a host whose engine
    forgets, the same call brings it back. An instance that is there already is left alone. A call with a `mark` finds
    what it made itself the time before, where only a new run is wanted.

    Raises:
        Problem: a run of that id was asked for something else; or there is one at all, and only a new one is wanted.
    """
    run, fresh = await run_in_threadpool(_keep, ports.store, request, mark if only_new else None)
    await run_in_threadpool(ports.store.append, run.request.id, _requested(run.request))
    if run.state not in ENDED:
        await orchestrations.get().start("fleet", run.request.id, to_json(run.request))
    return run, fresh


def meant_cloud(store: Store, text: str) -> str:
    """The id of the private cloud that a caller means; as given while nothing was ever observed: the run itself tells.

    Raises:
        Problem: it is not in scope, or several have that name.
    """
    clouds = clouds_known(store)
    if clouds is None:
        return text
    try:
        return cloud_named(text, clouds)
    except CloudUnknownError:
        remedy = "GET /v1/clouds lists those in scope, as of the newest observation"
        raise Problem(404, Code.CLOUD_UNKNOWN, f"no private cloud {text!r} is in scope", remedy=remedy) from None
    except CloudAmbiguousError as error:
        raise Problem(409, Code.CLOUD_AMBIGUOUS, str(error), remedy="use one of these ids") from None


def meant_plan(store: Store, plan_hash: str) -> Plan:
    """The plan of that hash.

    Raises:
        Problem: none is kept under it.
    """
    plan = store.plan(plan_hash)
    if plan is None:
        detail = f"no plan {plan_hash[:_HASH]} is kept"
        raise Problem(404, Code.PLAN_UNKNOWN, detail, remedy="a run of kind plan makes one, and names its planHash")
    return plan


def refuse_shared(store: Store, request: RunRequest) -> None:
    """Stop an upgrade that would change a connector of other clouds unasked, as far as the newest plan knows.

    Raises:
        Problem: it would; the detail names the other private clouds.
    """
    cloud = request.private_cloud
    if cloud is None or request.include_shared or request.kind is not RunKind.UPGRADE:
        return
    plan = newest_plan_with(store, cloud)
    shared = shared_connectors(plan, cloud) if plan else {}
    if shared:
        detail = "; ".join(f"{name} also serves {', '.join(others)}" for name, others in shared.items())
        remedy = "set includeShared to true if it may be changed for all of them"
        raise Problem(409, Code.SHARED_CONNECTOR, detail, remedy=remedy)


def made_up_id(about: str, mark: str, now: datetime) -> str:
    """The id of a run whose caller has none for it: what it is about, then the mark of its call, or the time."""
    begin = _NOT_IN_IDS.sub("-", about)[:_ABOUT_MAX].lstrip("._~-") or "run"
    return f"{begin}-{mark or f'{now:%Y%m%dT%H%M%S}'}"


def refuse_unapproved(store: Store, caller: Caller, plan_hash: str | None, now: datetime) -> None:
    """Go on for whoever may start a run, and by key with a plan alone that was let go beforehand.

    Raises:
        Problem: the caller came by key, and names no such plan.
    """
    if caller.way is not Way.KEY:
        return
    remedy = "POST /v1/plans/{planHash}:approve, by somebody with the role Fleet.Approve; then name the plan"
    if plan_hash is None:
        raise Problem(403, Code.CALLER_KEY, "by key nothing but a plan that was let go is started", remedy=remedy)
    plan = meant_plan(store, plan_hash)
    why = not_approved(plan, pre_approval_of(store, plan), now)
    if why:
        raise Problem(403, Code.PLAN_NOT_APPROVED, why, remedy=remedy)


def _keep(store: Store, request: RunRequest, only_by: str | None) -> tuple[Run, bool]:
    """The run, and whether it is new; `only_by` is the mark of a call that wants a new one, None of any other."""
    standing = store.run(request.id)
    if standing is None:
        refuse_shared(store, request)
        fresh = Run(request=request, state=RunState.NOT_STARTED)
        if store.put_run(fresh):
            if only_by:
                store.put_document(request.id, _MADE_BY, only_by)
            return fresh, True
        standing = store.run(request.id) or fresh  # somebody else put it in between
    if only_by is not None and not (only_by and store.document(request.id, _MADE_BY) == only_by):
        detail = f"there is a run {request.id} already"
        raise Problem(412, Code.MATCH_FAILED, detail, remedy="choose another id, or leave If-None-Match out")
    if not _same(standing.request, request):
        detail = f"run {request.id} was asked for {_asks(standing.request)}, not for {_asks(request)}"
        raise Problem(409, Code.RUN_OTHER_REQUEST, detail, remedy="choose another id")
    return standing, False


def _same(one: RunRequest, other: RunRequest) -> bool:
    """Who asks and when make no other run: a repeated call keeps the first requester on record."""
    return _wanted(one) == _wanted(other)


def _wanted(request: RunRequest) -> tuple[object, ...]:
    scope = request.private_cloud, request.subject, request.include_shared
    again = request.parent, request.retry, request.retry_tasks
    return request.kind, *scope, request.plan_hash, request.target, *again


def _asks(request: RunRequest) -> str:
    scope = request.subject or request.private_cloud or "the whole scope"
    if request.retry:
        tasks = ", ".join(request.retry_tasks) or "tasks"
        which = {Retry.FAILED: "that failed", Retry.SKIPPED: "that were skipped", Retry.BOTH: "that did not succeed"}
        return f"{tasks} {which[request.retry]} in run {request.parent} once more"
    if request.kind is RunKind.REVERT:
        by = f" by plan {request.plan_hash[:_HASH]}" if request.plan_hash else ""
        return f"revert of {scope}, which takes back run {request.parent}{by}"
    if request.plan_hash:
        return f"{request.kind.value} of {scope} by plan {request.plan_hash[:_HASH]}"
    shared = " with shared connectors" if request.include_shared else ""
    target = f" to {request.target}" if request.target else ""
    return f"{request.kind.value} of {scope}{shared}{target}"


def _requested(request: RunRequest) -> JournalEntry:
    return JournalEntry(
        key="run-requested",
        at=request.requested_at,
        kind=JournalKind.RUN_REQUESTED,
        text=f"{_asks(request)}, requested by {request.requested_by}",
    )
