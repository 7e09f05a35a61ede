"""Private clouds: listed as last observed, one with all that belongs to it, checked, upgraded."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.access import READING, Operator, Starter, named
from shared.api.answers import clouds_answer
from shared.api.bodies import CloudsAnswer, RunAnswer, UpgradeBody
from shared.api.bodies_clouds import CheckBody, CloudAnswer, WhyAnswer
from shared.api.cloud_answers import cloud_answer, why_answer
from shared.api.given import PortsOf
from shared.api.paging import TOP, After, Top, page
from shared.api.problems import Code, Problem
from shared.api.reading import newest_observation
from shared.api.repeat import OnceOnly, RepeatableRoute
from shared.api.runs import accepted
from shared.api.standing import commands_of
from shared.api.starting import made_up_id, meant_cloud, meant_plan, refuse_unapproved
from shared.model.caller import Caller
from shared.model.plan import Plan, SubjectKind
from shared.model.run import Placed, RunKind, RunRequest, RunTrigger
from shared.ports import Ports, Store
from shared.report.cloud_seen import CloudSeen, cloud_seen, newest_facts_of, readiness_of
from shared.report.control_text import control_lines
from shared.report.explain import tasks_about, why
from shared.report.plan_words import HASH
from shared.report.stored import facts_of, inventory_of, view_of

router = APIRouter(prefix="/v1", tags=["clouds"], dependencies=[READING], route_class=RepeatableRoute)

NOTHING = CloudsAnswer(value=(), subscriptions=(), run=None)


@router.get("/clouds")
def list_clouds(ports: PortsOf, request: Request, top: Top = TOP, after: After = None) -> CloudsAnswer:
    """Private clouds, each in exactly one bucket, and every subscription, as the newest fleet-wide run observed them.

    In parts, by id.
    """
    run = newest_observation(ports.store)
    inventory = inventory_of(ports.store, run.request.id) if run else None
    if run is None or inventory is None:
        return NOTHING
    view = view_of(ports.store, run, ports.clock.now())
    part = page(inventory.private_clouds, lambda cloud: cloud.id, top, after, request)
    return clouds_answer(view, inventory, facts_of(ports.store, run.request.id), part)


@router.get("/clouds/{cloud}")
def get_cloud(cloud: str, ports: PortsOf) -> CloudAnswer:
    """One private cloud: where it stands, whether the newest check calls it ready, its managers, pairs and meshes.

    Nothing is observed by this call: `:check` looks anew.
    """
    now = ports.clock.now()
    seen, placed = _known(ports.store, cloud, now)
    return cloud_answer(seen, placed, readiness_of(ports.store, seen, now), newest_facts_of(ports.store, seen))


@router.get("/clouds/{cloud}/why")
def get_why(cloud: str, ports: PortsOf) -> WhyAnswer:
    """What stands in the way of one private cloud, in sentences, and who can act."""
    seen, placed = _known(ports.store, cloud, ports.clock.now())
    return why_answer(seen, placed, _sentences(ports.store, seen))


@router.post("/clouds/{cloud}:check", status_code=202)
async def check_cloud(
    *,
    caller: Operator,
    cloud: str,
    ports: PortsOf,
    request: Request,
    response: Response,
    once: OnceOnly,
    body: CheckBody | None = None,
) -> RunAnswer:
    """Observe and check one private cloud with its pairing group; says where to follow it. It changes nothing."""
    asked = await run_in_threadpool(_check, ports, caller, cloud, body or CheckBody(), once.mark)
    return await accepted(ports, asked, request, response)


@router.post("/clouds/{cloud}:upgrade", status_code=202)
async def upgrade_cloud(
    *,
    caller: Starter,
    cloud: str,
    ports: PortsOf,
    request: Request,
    response: Response,
    once: OnceOnly,
    body: UpgradeBody | None = None,
) -> RunAnswer:
    """Start an upgrade of one private cloud with its connectors and their meshes; says where to follow it."""
    asked = await run_in_threadpool(_upgrade, ports, caller, cloud, body or UpgradeBody(), once.mark)
    return await accepted(ports, asked, request, response)


# --- how --------------------------------------------------------------------------------------------------------------


def _known(store: Store, text: str, now: datetime) -> tuple[CloudSeen, Placed]:
    """The private cloud that is meant, and where it stands.

    Raises:
        Problem: none is in scope, several have that name, or nobody has looked at anything yet.
    """
    cloud = meant_cloud(store, text)
    seen = cloud_seen(store, cloud, now)
    placed = seen.placed if seen else None
    if seen is None or placed is None:
        remedy = f"POST /v1/clouds/{cloud}:check looks at it"
        raise Problem(404, Code.CLOUD_UNKNOWN, f"no private cloud {cloud!r} was observed yet", remedy=remedy)
    return seen, placed


def _sentences(store: Store, seen: CloudSeen) -> Iterator[str]:
    about = f"{SubjectKind.PRIVATE_CLOUD.value}:{seen.cloud.id}"
    yield from why(seen.view, about).splitlines()
    yield from control_lines(seen.view, tasks_about(seen.view, about), commands_of(store, seen.run.request.id) or ())


def _check(ports: Ports, caller: Caller, cloud: str, body: CheckBody, mark: str) -> RunRequest:
    now, meant = ports.clock.now(), meant_cloud(ports.store, cloud)
    return RunRequest(
        id=body.run_id or made_up_id(f"{meant}-check", mark, now),
        kind=RunKind.CHECK,
        trigger=RunTrigger.HTTP,
        requested_by=named(caller, body.requested_by, "requestedBy"),
        requested_at=now,
        subject=meant,
    )


def _upgrade(ports: Ports, caller: Caller, cloud: str, body: UpgradeBody, mark: str) -> RunRequest:
    now = ports.clock.now()
    refuse_unapproved(ports.store, caller, body.plan_hash, now)
    meant = meant_cloud(ports.store, cloud)
    if body.plan_hash:
        _refuse_other_cloud(meant_plan(ports.store, body.plan_hash), meant)
    return RunRequest(
        id=body.run_id or made_up_id(meant, mark, now),
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by=named(caller, body.requested_by, "requestedBy"),
        requested_at=now,
        private_cloud=meant,
        include_shared=body.include_shared or body.plan_hash is not None,
        plan_hash=body.plan_hash,
    )


def _refuse_other_cloud(plan: Plan, cloud: str) -> None:
    """A plan that covers more than that private cloud is carried out as a whole, at another address.

    Raises:
        Problem: it does, or is about another one.
    """
    if plan.private_cloud != cloud:
        about = f"private cloud {plan.private_cloud}" if plan.private_cloud else "the whole scope"
        remedy = f'POST /v1/plans with privateCloud "{cloud}" makes one; PUT /v1/runs/{{runId}} carries out any plan'
        raise Problem(409, Code.PLAN_OTHER_CLOUD, f"plan {plan.hash[:HASH]} is of {about}", remedy=remedy)
