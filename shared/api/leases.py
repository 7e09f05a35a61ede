"""Leases: who may change what right now, and a person's word that somebody may not any more."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from shared.api.access import READING, Administrator, named
from shared.api.bodies import BreakBody, LeasesAnswer
from shared.api.breaking import break_lease, held_on
from shared.api.calling import orchestrations
from shared.api.given import PortsOf
from shared.api.matching import IfMatch, refuse_other, tag
from shared.api.problems import Code, Problem
from shared.api.repeat import OnceOnly, RepeatableRoute
from shared.model.command import BELL
from shared.model.ledger import Lease
from shared.model.record import record
from shared.ports import Ports
from shared.report.control_document import LeasePart
from shared.report.control_json import lease_part

router = APIRouter(prefix="/v1", tags=["leases"], dependencies=[READING], route_class=RepeatableRoute)


@record
class Word:
    """Somebody takes a lease away."""

    by: str
    """As it is recorded."""
    reason: str
    if_match: str | None


@router.get("/leases")
def list_leases(ports: PortsOf) -> LeasesAnswer:
    """Every lease that is held, by subject."""
    return LeasesAnswer(value=tuple(map(lease_part, ports.store.leases(ports.clock.now()))))


@router.post("/leases/{subject:path}:break")
async def break_held(
    *,
    caller: Administrator,
    subject: str,
    body: BreakBody,
    ports: PortsOf,
    once: OnceOnly,
    if_match: IfMatch = None,
) -> LeasePart:
    """Take a lease away from its holder, whose next change is refused then; answers with the lease that was broken.

    `If-Match` names it by its token.
    """
    del once  # the token names what it takes away
    by = named(caller, body.by, "by", required=True)
    broken = await run_in_threadpool(_broken, ports, subject, Word(by=by, reason=body.reason, if_match=if_match))
    await orchestrations.get().raise_event(broken.run, BELL, None)
    return lease_part(broken)


def _broken(ports: Ports, subject: str, word: Word) -> Lease:
    now = ports.clock.now()
    held = held_on(ports.store, subject, now)
    if held is None:
        raise _nobody(subject)
    holder = f"task {held.task} of run {held.run}"
    changed = f"{holder} has another lease on {subject}, number {held.token}"
    refuse_other(word.if_match, tag(held.token), lambda: changed)
    broken = break_lease(ports.store, subject, word.by, word.reason, now, token=held.token)
    if broken is None:  # it was given back a moment ago
        raise _nobody(subject)
    return broken


def _nobody(subject: str) -> Problem:
    detail = f"nobody has a lease on {subject!r}"
    return Problem(404, Code.LEASE_UNKNOWN, detail, remedy="GET /v1/leases lists those that are held")
