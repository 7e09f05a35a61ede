"""The app: routes, problems, and the OpenAPI document at /v1/openapi.json."""

from collections.abc import Callable, Iterator

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from shared.api import (
    RELEASE,
    calendar,
    clouds,
    control,
    leases,
    plan_approvals,
    plans,
    problems,
    reports,
    reverts,
    run_sheets,
    runs,
    today,
)
from shared.api.access import Needs
from shared.api.addresses import Addresses, OtherMethods
from shared.api.bodies import HealthAnswer
from shared.api.document import DocumentedApi
from shared.api.limits import Limits, Spending
from shared.model.caller import Role
from shared.ports import Ports

ROUTES = (clouds, plans, plan_approvals, runs, control, reverts, reports, run_sheets, leases, today, calendar)
"""Every file with routes, in the order of the document."""

DOCUMENT = "/v1/openapi.json"

health = APIRouter(prefix="/v1", tags=["health"])


@health.get("/health")
def get_health() -> HealthAnswer:
    """The app answers. It looks at nothing else: a broken setting must not take the app out of rotation."""
    return HealthAnswer(status="ok", version=RELEASE)


def create_api(ports: Callable[[], Ports]) -> FastAPI:
    """The app over these ports, which are asked for at each call."""
    app = DocumentedApi(
        title="hcx-fleet",
        version=RELEASE,
        description="Upgrades VMware HCX on a fleet of Azure VMware Solution private clouds.",
        openapi_url=DOCUMENT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.needs = {one.name: needs for one in _own_routes() if (needs := _needs(one))}
    app.state.ports = ports
    app.state.spending = Spending()
    app.add_middleware(OtherMethods, addresses=Addresses(_routes()))
    app.add_middleware(Limits)
    problems.install(app)
    for router in (health, *(one.router for one in ROUTES)):
        app.include_router(router)
    return app


def _routes() -> Iterator[tuple[str, set[str]]]:
    yield DOCUMENT, {"GET"}
    yield from ((one.path, one.methods or set()) for one in _own_routes())


def _own_routes() -> Iterator[APIRoute]:
    for router in (health, *(one.router for one in ROUTES)):
        yield from (one for one in router.routes if isinstance(one, APIRoute))


def _needs(route: APIRoute) -> Needs | None:
    """What a route takes; of a router's word and its own, its own."""
    found = [one.call for one in route.dependant.dependencies if isinstance(one.call, Needs)]
    return next((one for one in found if one.role is not Role.READ), found[0] if found else None)
