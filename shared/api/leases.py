"""Leases: who may change what right now, and a person's word that somebody may not any more."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool

from shared.api.bodies import BreakBody, LeasesAnswer
from shared.api.breaking import break_lease
from shared.api.calling import orchestrations
from shared.api.given import PortsOf
from shared.api.problems import Code, Problem
from shared.api.starting import unauthenticated
from shared.model.command import BELL
from shared.report.control_document import LeasePart
from shared.report.control_json import lease_part

router = APIRouter(prefix="/v1", tags=["leases"])


@router.get("/leases")
def list_leases(ports: PortsOf) -> LeasesAnswer:
    """Every lease that is held, by subject."""
    return LeasesAnswer(value=tuple(map(lease_part, ports.store.leases(ports.clock.now()))))


@router.post("/leases/{subject:path}:break")
async def break_held(subject: str, body: BreakBody, ports: PortsOf) -> LeasePart:
    """Take a lease away from its holder, whose next change is refused then; answers with the lease that was broken."""
    now = ports.clock.now()
    broken = await run_in_threadpool(break_lease, ports.store, subject, unauthenticated(body.by), body.reason, now)
    if broken is None:
        detail = f"nobody has a lease on {subject!r}"
        raise Problem(404, Code.LEASE_UNKNOWN, detail, remedy="GET /v1/leases lists those that are held")
    await orchestrations.get().raise_event(broken.run, BELL, None)
    return lease_part(broken)
