"""The real driver of a run over as many tasks as a setting says, each of them a stub that ends by itself."""

import os
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask.task import OrchestrationContext

from orchestrators.fleet import fleet
from orchestrators.look_around import look_around
from orchestrators.slot import Slot
from shared.model.codec import from_json, to_json
from shared.model.orders import (
    Admission,
    Discovered,
    Finished,
    ManagerBrief,
    Observed,
    ObserveOrder,
    Planned,
    TaskBrief,
    TaskEnd,
    TaskOrder,
    WaveBrief,
)
from shared.model.policy import Owner
from shared.model.run import Outcome, RunKind, RunRequest, RunTrigger, TaskResult

AT = datetime(2026, 11, 24, 6, tzinfo=UTC)

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)


def _number(name: str) -> int:
    return int(os.environ[name])


SPREAD = _number("SPREAD")


@app.function_name("start")
@app.route(route="start", methods=["PUT"])
@app.durable_client_input(client_name="client")
async def start(req: func.HttpRequest, client: df.DurableFunctionsClient) -> str:
    """Start the run."""
    del req
    request = RunRequest(
        id="many", kind=RunKind.UPGRADE, trigger=RunTrigger.HTTP, requested_by="nobody", requested_at=AT
    )
    return await client.schedule_new_orchestration("fleet", input=to_json(request), instance_id="many")


def manager_task(ctx: OrchestrationContext, document: Any) -> Generator[Any, Any, Any]:
    """A task that waits for a while without its slot, does one thing and succeeds: each in a turn of its own."""
    order = from_json(TaskOrder, document)
    slot = Slot(ctx, order, takes_one=True)
    yield ctx.call_activity("record", input={})
    if SPREAD:
        slot.give_back(changed=False)
        yield ctx.create_timer(timedelta(milliseconds=97 * int(order.task[-5:]) % 1009))
        yield slot.ask()
        slot.answer()
    result = TaskResult(
        task=order.task, outcome=Outcome.SUCCEEDED, reason="upgraded", detail="", who_can_act="", ended_at=AT
    )
    return to_json(TaskEnd(result=result))


def discover(document: dict) -> dict:  # type: ignore[type-arg]  # the worker library takes no other annotation
    """So many managers with one account."""
    del document
    names = [f"m-{number:05}" for number in range(_number("MANAGERS"))]
    return dict(to_json(Discovered(managers=tuple(ManagerBrief(id=name, account="one") for name in names))))


def observe(document: dict) -> dict:  # type: ignore[type-arg]
    """All is well."""
    return dict(to_json(Observed(manager=from_json(ObserveOrder, document).manager, complete=True, ask_again=False)))


def plan(document: dict) -> dict:  # type: ignore[type-arg]
    """One wave over all tasks."""
    del document
    names = tuple(f"manager:m-{number:05}" for number in range(_number("TASKS")))
    tasks = tuple(TaskBrief(id=name, owner=Owner.OURS, depends_on=(), mesh=False) for name in names)
    waves = (WaveBrief(name="all", tasks=names, concurrency=_number("WIDTH")),)
    return dict(
        to_json(Planned(plan_hash="p", admission=Admission(tasks=tasks, waves=waves, concurrency=_number("WIDTH"))))
    )


def record(document: dict) -> dict:  # type: ignore[type-arg]
    """Written down."""
    del document
    return {}


def told_commands(document: dict) -> dict:  # type: ignore[type-arg]
    """Nobody tells the run anything."""
    del document
    return {"heard": []}


def finish(document: dict) -> dict:  # type: ignore[type-arg]
    """Closed."""
    del document
    return dict(to_json(Finished(state="succeeded", reports=())))


for orchestrator in (fleet, look_around, manager_task):
    app.orchestration_trigger(context_name="context")(orchestrator)
for activity in (discover, observe, plan, record, told_commands, finish):
    app.activity_trigger(input_name="document")(activity)
