"""The app: routes, problems, and the OpenAPI document at /v1/openapi.json."""

from collections.abc import Callable

from fastapi import APIRouter, FastAPI

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
from shared.api.bodies import HealthAnswer
from shared.api.document import DocumentedApi, refusals
from shared.api.limits import Limits, Spending
from shared.ports import Ports

ROUTES = (clouds, plans, plan_approvals, runs, control, reverts, reports, run_sheets, leases, today, calendar)
"""Every file with routes, in the order of the document."""

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
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        responses=refusals(),
    )
    app.state.ports = ports
    app.state.spending = Spending()
    app.add_middleware(Limits)
    problems.install(app)
    for router in (health, *(one.router for one in ROUTES)):
        app.include_router(router)
    return app
