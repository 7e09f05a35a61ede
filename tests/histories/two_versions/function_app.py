"""An app in the middle of a change: an orchestration as it was, under its old name, beside the one that replaces it."""

from collections.abc import Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask.task import OrchestrationContext

from orchestrators.versions import name_of

type Steps = Generator[Any, Any, Any]

BEFORE = {"visit": "visit"}
"""The table of the release that knew the old one alone."""
NOW = {"visit": "visit_2"}

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.function_name("start")
@app.route(route="{release}/{instance}", methods=["PUT"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Start a visit as that release does."""
    name = name_of("visit", {"before": BEFORE, "now": NOW}[req.route_params["release"]])
    return await client.schedule_new_orchestration(name, instance_id=req.route_params["instance"])


@app.function_name("ring")
@app.route(route="ring/{instance}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def ring(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Ring the bell of a visit."""
    await client.raise_orchestration_event(req.route_params["instance"], "bell")
    return ""


def visit(ctx: OrchestrationContext, document: Any) -> Steps:
    """As it was: knock, wait for the bell, leave."""
    del document
    yield ctx.call_activity("do", input="knock")
    yield ctx.wait_for_external_event("bell")
    return (yield ctx.call_activity("do", input="leave"))


def visit_2(ctx: OrchestrationContext, document: Any) -> Steps:
    """As it is: wait for the bell, look around, stay."""
    del document
    yield ctx.wait_for_external_event("bell")
    yield ctx.call_activity("do", input="look around")
    return (yield ctx.call_activity("do", input="stay"))


def do(document: str) -> str:
    """Do what is asked for."""
    return f"did {document}"


for orchestrator in (visit, visit_2):
    app.orchestration_trigger(context_name="context")(orchestrator)
app.activity_trigger(input_name="document")(do)
