"""Letting a plan go before anybody starts it: what a function key may start then, until the word is too old."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Response

from shared.api.access import READING, Approver, speaker
from shared.api.bodies import Body, Comment, PlanHash, Words
from shared.api.given import PortsOf
from shared.api.matching import IfMatch, refuse_other, tag
from shared.api.pre_approving import is_said, pre_approval_of, pre_approve, words_on
from shared.api.problems import Code, Problem
from shared.api.repeat import OnceOnly, RepeatableRoute
from shared.api.starting import meant_plan
from shared.model.caller import Caller, Way
from shared.model.command import CommandKind
from shared.model.plan import Plan
from shared.model.record import record
from shared.model.run import Run
from shared.ports import Ports, Store
from shared.report.part import Part
from shared.report.plan_words import HASH
from shared.rules.callers import recorded
from shared.rules.commands import person
from shared.rules.pre_approval import not_approved

router = APIRouter(prefix="/v1", tags=["plans"], dependencies=[READING], route_class=RepeatableRoute)

type PlanOf = Annotated[PlanHash, Path(description="Its whole hash.")]


class PreApprovalBody(Body):
    """Somebody's word on a plan."""

    by: Words | None = None
    """Who says it, in the caller's own words, where no token says it; recorded as unauthenticated."""
    comment: Comment = ""


class PreApprovalAnswer(Part):
    """Whether a plan may be started by key."""

    plan_hash: str
    approved: bool
    by: str | None
    """Who let it go last; null where nobody has, or where it was taken back."""
    at: datetime | None
    until: datetime | None
    """How long that counts."""
    why_not: str
    """Empty where it may be started."""


@router.get("/plans/{planHash}/approval")
def get_approval(planHash: PlanOf, ports: PortsOf, response: Response) -> PreApprovalAnswer:  # noqa: N803 -- the path's own word
    """Whether somebody let the plan go beforehand, so that a function key may start it, and until when.

    `ETag` moves with each word on the plan.
    """
    return _answer(ports, meant_plan(ports.store, planHash), response)


@router.post("/plans/{planHash}:approve")
def approve_plan(
    *,
    caller: Approver,
    planHash: PlanOf,  # noqa: N803
    ports: PortsOf,
    response: Response,
    once: OnceOnly,
    if_match: IfMatch = None,
    body: PreApprovalBody | None = None,
) -> PreApprovalAnswer:
    """Let the plan go: it may be started by key from now on. Whoever asked for the plan cannot, and waves still ask."""
    wanted = _Word(kind=CommandKind.APPROVE, body=body or PreApprovalBody(), mark=once.mark, if_match=if_match)
    return _said(ports, caller, planHash, wanted, response)


@router.post("/plans/{planHash}:reject")
def reject_plan(
    *,
    caller: Approver,
    planHash: PlanOf,  # noqa: N803
    ports: PortsOf,
    response: Response,
    once: OnceOnly,
    if_match: IfMatch = None,
    body: PreApprovalBody | None = None,
) -> PreApprovalAnswer:
    """Take back that the plan was let go. A run that was started already goes on: cancel that."""
    wanted = _Word(kind=CommandKind.REJECT, body=body or PreApprovalBody(), mark=once.mark, if_match=if_match)
    return _said(ports, caller, planHash, wanted, response)


# --- how --------------------------------------------------------------------------------------------------------------


@record
class _Word:
    """What somebody says of a plan."""

    kind: CommandKind
    body: PreApprovalBody
    mark: str
    if_match: str | None


def _said(ports: Ports, caller: Caller, plan_hash: str, word: _Word, response: Response) -> PreApprovalAnswer:
    by = speaker(caller, word.body.by, "by", required=True)
    plan = meant_plan(ports.store, plan_hash)
    if not is_said(ports.store, plan, word.kind, word.mark):
        refuse_other(word.if_match, tag(words_on(ports.store, plan)), lambda: _moved(ports, plan))
    if word.kind is CommandKind.APPROVE:
        _refuse_own(ports.store, plan, recorded(caller, word.body.by))
    pre_approve(
        ports.store,
        plan,
        word.kind,
        by=by,
        at=ports.clock.now(),
        authenticated=caller.way is Way.PLATFORM,
        comment=word.body.comment,
        mark=word.mark,
    )
    return _answer(ports, plan, response)


def _refuse_own(store: Store, plan: Plan, by: str) -> None:
    """Two people have to look at a plan before a key carries it out.

    Raises:
        Problem: whoever says it asked for the plan themselves.
    """
    own = [run.request.id for run in _that_made(store, plan) if person(run.request.requested_by) == person(by)]
    if own:
        detail = f"{by} asked for this plan by run {own[0]}, and nobody lets their own plan go"
        raise Problem(403, Code.CALLER_NOT_APPROVER, detail, remedy="another person with the role Fleet.Approve")


def _that_made(store: Store, plan: Plan) -> list[Run]:
    return [run for run in store.runs() if run.plan_hash == plan.hash and run.request.plan_hash is None]


def _moved(ports: Ports, plan: Plan) -> str:
    found = pre_approval_of(ports.store, plan)
    latest = f"{found.by} let it go" if found else "it is not let go"
    return f"somebody said something of plan {plan.hash[:HASH]} since; the latest: {latest}"


def _answer(ports: Ports, plan: Plan, response: Response) -> PreApprovalAnswer:
    response.headers["ETag"] = tag(words_on(ports.store, plan))
    found = pre_approval_of(ports.store, plan)
    return PreApprovalAnswer(
        plan_hash=plan.hash,
        approved=not (why := not_approved(plan, found, ports.clock.now())),
        by=found.by if found else None,
        at=found.at if found else None,
        until=found.until if found else None,
        why_not=why,
    )
