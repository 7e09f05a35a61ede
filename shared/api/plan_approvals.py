"""Letting a plan go before anybody starts it: what a function key may start then, until the word is too old."""

from collections.abc import Sequence
from datetime import datetime

from fastapi import APIRouter, Response

from shared.api.access import READING, Approver
from shared.api.bodies import SpokenBody
from shared.api.given import PortsOf
from shared.api.matching import refuse_other, tag
from shared.api.plans import PlanOf
from shared.api.pre_approving import is_said, keep_word, words_on
from shared.api.problems import Code, Problem
from shared.api.repeat import RepeatableRoute
from shared.api.said import Said, SaidOf, spoken
from shared.api.starting import meant_plan
from shared.model.command import Command, CommandKind
from shared.model.plan import Plan
from shared.model.run import Run
from shared.ports import Ports, Store
from shared.report.part import Part
from shared.report.plan_words import HASH
from shared.rules.commands import named, person
from shared.rules.pre_approval import not_approved, pre_approval

router = APIRouter(prefix="/v1", tags=["plans"], dependencies=[READING], route_class=RepeatableRoute)


class PreApprovalBody(SpokenBody):
    """Somebody's word on a plan."""


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
    said: SaidOf,
    body: PreApprovalBody | None = None,
) -> PreApprovalAnswer:
    """Let the plan go: it may be started by key from now on. Whoever asked for the plan cannot, and waves still ask."""
    word = spoken(ports, caller, CommandKind.APPROVE, body or PreApprovalBody())
    return _answer(ports, _kept(ports, planHash, word, said), response)


@router.post("/plans/{planHash}:reject")
def reject_plan(
    *,
    caller: Approver,
    planHash: PlanOf,  # noqa: N803
    ports: PortsOf,
    response: Response,
    said: SaidOf,
    body: PreApprovalBody | None = None,
) -> PreApprovalAnswer:
    """Take back that the plan was let go. A run that was started already goes on: cancel that."""
    word = spoken(ports, caller, CommandKind.REJECT, body or PreApprovalBody())
    return _answer(ports, _kept(ports, planHash, word, said), response)


# --- how --------------------------------------------------------------------------------------------------------------


def _kept(ports: Ports, plan_hash: str, word: Command, said: Said) -> Plan:
    plan = meant_plan(ports.store, plan_hash)
    words = words_on(ports.store, plan)
    if not is_said(words, word.kind, said.mark):
        refuse_other(said.if_match, tag(len(words)), lambda: _moved(plan, words))
    if word.kind is CommandKind.APPROVE:
        _refuse_own(ports.store, plan, named(word.by, authenticated=word.authenticated))
    keep_word(ports.store, plan, word, said.mark)
    return plan


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


def _moved(plan: Plan, words: Sequence[Command]) -> str:
    found = pre_approval(plan, words)
    latest = f"{found.by} let it go" if found else "it is not let go"
    return f"somebody said something of plan {plan.hash[:HASH]} since; the latest: {latest}"


def _answer(ports: Ports, plan: Plan, response: Response) -> PreApprovalAnswer:
    words = words_on(ports.store, plan)
    response.headers["ETag"] = tag(len(words))
    found = pre_approval(plan, words)
    return PreApprovalAnswer(
        plan_hash=plan.hash,
        approved=not (why := not_approved(plan, found, ports.clock.now())),
        by=found.by if found else None,
        at=found.at if found else None,
        until=found.until if found else None,
        why_not=why,
    )
