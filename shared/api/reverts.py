"""The plan of a revert: what goes back, until when, and who does what. Its hash is what somebody approves."""

import json

from fastapi import APIRouter, Response

from shared.api.access import READING
from shared.api.given import PortsOf
from shared.api.matching import tag
from shared.api.problems import Code, Problem
from shared.api.rendered import JSON, MARKDOWN, described, rendered
from shared.api.repeat import RepeatableRoute
from shared.api.runs import known_run
from shared.model.revert import RevertPlan
from shared.ports import Store
from shared.report.camel_json import camel_json
from shared.report.revert_text import revert_text
from shared.report.stored import REVERT, document_of

router = APIRouter(prefix="/v1/runs/{runId}", tags=["reverts"], dependencies=[READING], route_class=RepeatableRoute)


@router.get("/revertPlan", response_class=Response, responses=described("The plan of the revert.", JSON))
def get_revert_plan(runId: str, ports: PortsOf) -> Response:  # noqa: N803 -- the path's own word
    """How a run of kind revert takes another one back: what `hcx-fleet revert -o json` prints. Its hash is its ETag."""
    plan = _plan(ports.store, runId)
    content = json.dumps(camel_json(plan), ensure_ascii=True).encode()
    return Response(content, media_type=JSON, headers={"ETag": tag(plan.hash)})


@router.get("/revertPlan.md", response_class=Response, responses=described("The plan of the revert.", MARKDOWN))
def get_revert_plan_page(runId: str, ports: PortsOf) -> Response:  # noqa: N803
    """The same for people, with the request for support at its end."""
    text = revert_text(_plan(ports.store, runId), ports.clock.now())
    return rendered(text.encode(errors="replace"), MARKDOWN)


def _plan(store: Store, run_id: str) -> RevertPlan:
    """The plan that a run made.

    Raises:
        Problem: there is no such run, or it has none.
    """
    known_run(store, run_id)
    plan = document_of(store, run_id, REVERT, RevertPlan)
    if plan is None:
        remedy = f"GET /v1/runs/{run_id} shows what it is, and how far"
        raise Problem(404, Code.PLAN_UNKNOWN, f"run {run_id} has no plan of a revert", remedy=remedy)
    return plan
