"""The real meter beside a task that does nothing but change one appliance; its looks are stubs that a setting names."""

import os
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask.task import OrchestrationContext

from orchestrators.meter import Meters, meter
from shared.model.codec import from_json, to_json
from shared.model.orders import MeasureOrder, RecordOrder, Sampled, SampleOrder, TaskOrder
from tests.report.planned_fleet import MESH

CHANGE, EVERY = timedelta(minutes=1), timedelta(seconds=10)
IX, NE = MESH.appliances

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)


@app.function_name("start")
@app.route(route="start", methods=["PUT"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Start the task."""
    del req
    order = TaskOrder(run="r", plan_hash="p", task=MESH.id)
    return await client.schedule_new_orchestration("task", input=to_json(order), instance_id="task")


def task(ctx: OrchestrationContext, document: Any) -> Generator[Any, Any, Any]:
    """Both appliances change for a minute, one after the other; gives how long its end took, in seconds."""
    meters = Meters(ctx, from_json(TaskOrder, document))
    for item in (IX, NE):
        meters.start(item)
        meters.start(item)
        yield ctx.create_timer(CHANGE)
        meters.verified(item)
    changed = ctx.current_utc_datetime
    yield from meters.close()
    return (ctx.current_utc_datetime - changed).total_seconds()


def sample(document: dict) -> dict:  # type: ignore[type-arg]  # the worker library takes no other annotation
    """One look, or what the setting says instead."""
    order = from_json(SampleOrder, document)
    _write(f"look {order.step}")
    if os.environ["LOOKS"] == "nobody":
        return dict(to_json(Sampled(samples=0, next_at=None)))
    return dict(to_json(Sampled(samples=1, next_at=order.begin + EVERY)))


def measured(document: dict) -> dict:  # type: ignore[type-arg]
    """What all looks come to."""
    _write(f"measured {from_json(MeasureOrder, document).task}")
    return {}


def record(document: dict) -> dict:  # type: ignore[type-arg]
    """The journal."""
    for entry in from_json(RecordOrder, document).entries:
        _write(f"{entry.kind}: {entry.text}")
    return {}


def broken(name: str) -> Callable[..., Any]:
    """The same activity, where it breaks."""

    def breaks(document: dict) -> dict:  # type: ignore[type-arg]
        del document
        raise ConnectionRefusedError("the store is away")

    breaks.__name__ = name
    return breaks


def _write(line: str) -> None:
    with (Path(os.environ["FOLDER"]) / "told").open("a") as file:
        file.write(f"{line}\n")


for orchestrator in (task, meter):
    app.orchestration_trigger(context_name="context")(orchestrator)
for name, activity in {"sample": sample, "measured": measured, "record": record}.items():
    app.activity_trigger(input_name="document")(broken(name) if name in os.environ["BROKEN"].split() else activity)
