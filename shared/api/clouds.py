"""Private clouds: list them as last observed, upgrade one."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from shared.api.answers import clouds_answer, links_of
from shared.api.bodies import CloudsAnswer, RunAnswer, UpgradeBody
from shared.api.given import PortsOf
from shared.api.reading import newest_observation
from shared.api.runs import answered
from shared.api.starting import meant_cloud, start, unauthenticated
from shared.model.run import RunKind, RunRequest, RunTrigger
from shared.ports import Ports
from shared.report.stored import facts_of, inventory_of, view_of

router = APIRouter(prefix="/v1", tags=["clouds"])

NOTHING = CloudsAnswer(value=(), subscriptions=(), run=None)


@router.get("/clouds")
def list_clouds(ports: PortsOf) -> CloudsAnswer:
    """Every private cloud in exactly one bucket, and every subscription, as the newest fleet-wide run observed them."""
    run = newest_observation(ports.store)
    inventory = inventory_of(ports.store, run.request.id) if run else None
    if run is None or inventory is None:
        return NOTHING
    return clouds_answer(view_of(ports.store, run, ports.clock.now()), inventory, facts_of(ports.store, run.request.id))


@router.post("/privateClouds/{cloud}:upgrade", status_code=202)
async def upgrade_cloud(
    cloud: str, ports: PortsOf, request: Request, response: Response, body: UpgradeBody | None = None
) -> RunAnswer:
    """Start an upgrade of one private cloud with its connectors and their meshes; says where to follow it."""
    asked = await run_in_threadpool(_asked, ports, cloud, body or UpgradeBody())
    run, _ = await start(ports, asked)
    links = links_of(run.request.id, request)
    response.headers.update({"Operation-Location": links.run, "Location": links.result})
    return await run_in_threadpool(answered, ports, run, request, response)


def _asked(ports: Ports, cloud: str, body: UpgradeBody) -> RunRequest:
    now = ports.clock.now()
    meant = meant_cloud(ports.store, cloud)
    return RunRequest(
        id=body.run_id or f"{meant}-{now:%Y%m%dT%H%M%S}",
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by=unauthenticated(body.requested_by),
        requested_at=now,
        private_cloud=meant,
        include_shared=body.include_shared,
    )
