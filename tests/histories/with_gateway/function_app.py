"""The real task of a mesh whose only work is a gateway, of which nobody can read the version; all else is a stub."""

import json
import os
from dataclasses import replace
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func

from orchestrators.course import REPORTED
from orchestrators.mesh_task import mesh_task
from orchestrators.slot import SLOT
from shared.model.acts import ApplianceSeen
from shared.model.codec import to_json
from shared.model.command import Standing, TaskStanding
from shared.model.orders import Checked, Observed, OpenedTask, TaskOrder, TellTime
from tests.builders.fleet_facts import NOW
from tests.report.planned_fleet import MESH

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

TASK = replace(MESH, appliances=(), requires=(), depends_on=())
INSTANCE = "gateway"


@app.function_name("start")
@app.route(route="start", methods=["PUT"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Start the task, of which somebody reports something before it asks for anything."""
    del req
    order = TaskOrder(run="r", plan_hash="p", task=TASK.id)
    await client.schedule_new_orchestration("mesh_task", input=to_json(order), instance_id=INSTANCE)
    await client.raise_orchestration_event(INSTANCE, REPORTED, data={"who": "too-early"})
    return INSTANCE


@app.function_name("report")
@app.route(route="report/{who}", methods=["POST"])
@app.durable_client_input(client_name="client")
async def report(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Somebody reports that the gateway was redeployed; its run has a slot for the task whenever it asks."""
    await client.raise_orchestration_event(INSTANCE, REPORTED, data={"who": req.route_params["who"]})
    await client.raise_orchestration_event(INSTANCE, SLOT)
    return ""


def open_task(document: dict) -> dict:  # type: ignore[type-arg]  # the worker library takes no other annotation
    """The mesh."""
    del document
    return dict(to_json(OpenedTask(mesh=TASK)))


def observe(document: dict) -> dict:  # type: ignore[type-arg]
    """All is well."""
    return dict(to_json(Observed(manager=document["manager"], complete=True, ask_again=False)))


def check(document: dict) -> dict:  # type: ignore[type-arg]
    """Nothing blocks."""
    del document
    return dict(to_json(Checked(findings=())))


def held(document: dict) -> dict:  # type: ignore[type-arg]
    """Nobody holds it."""
    return check(document)


def look_at_appliance(document: dict) -> dict:  # type: ignore[type-arg]
    """It is there, and does not say its version."""
    del document
    return dict(to_json(ApplianceSeen(at=NOW)))


def tell_time(document: dict) -> dict:  # type: ignore[type-arg]
    """At once."""
    del document
    return dict(to_json(TellTime()))


def standing_of(document: dict) -> dict:  # type: ignore[type-arg]
    """Nobody commanded anything."""
    del document
    return dict(to_json(TaskStanding(standing=Standing.GO)))


def record(document: dict) -> str:  # type: ignore[type-arg]
    """Keep the journal where the test reads it."""
    with Path(os.environ["JOURNAL"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(entry)}\n" for entry in document["entries"])
    return ""


def observe_clouds(document: dict) -> str:  # type: ignore[type-arg]
    """Azure says nothing new."""
    del document
    return ""


def give_back_lease(document: dict) -> str:  # type: ignore[type-arg]
    """There is none."""
    del document
    return ""


app.orchestration_trigger(context_name="context")(mesh_task)
for activity in (
    open_task,
    observe,
    check,
    held,
    look_at_appliance,
    tell_time,
    standing_of,
    record,
    observe_clouds,
    give_back_lease,
):
    app.activity_trigger(input_name="document")(activity)
