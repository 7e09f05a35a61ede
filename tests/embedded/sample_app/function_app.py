"""A small Durable Functions app, as the tests of the local host run it: one of each thing that the host serves.

Orchestrators are native two-argument ones; the HTTP API is one FastAPI app behind a single route; what activities are
told to wait for comes from the test, through files in the folder that the app setting SAMPLE_FOLDER names.
"""

import os
import time
from collections.abc import Generator
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from durabletask.entities import EntityInstanceId
from durabletask.task import ActivityContext, OrchestrationContext, RetryPolicy, Task, when_all, when_any
from fastapi import FastAPI, Request

from tests.embedded.sample_clock import Installed

type Steps = Generator[Any, Any, Any]

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
api = FastAPI()
asgi: Any = func.AsgiMiddleware(api)  # type: ignore[no-untyped-call]  # the SDK leaves it bare
durable: ContextVar[df.DurableFunctionsClient] = ContextVar("durable")


@app.function_name("api")
@app.route(route="{*path}", methods=["GET", "PUT", "POST"])
@app.durable_client_input(client_name="client")
async def http_api(
    req: func.HttpRequest, context: func.Context, client: df.DurableFunctionsClient
) -> func.HttpResponse:
    """Everything over HTTP."""
    durable.set(client)
    answer: func.HttpResponse = await asgi.handle_async(req, context)
    return answer


@app.function_name("plain")
@app.route(route="plain/{who}", methods=["GET"])
def plain(req: func.HttpRequest) -> str:
    """A synchronous HTTP function of its own, closer than the catch-all."""
    if req.route_params["who"] == "nobody":
        raise ValueError("nobody is there")
    return f"hello {req.route_params['who']}"


@app.function_name("tick")
@app.timer_trigger(arg_name="timer", schedule="%SAMPLE_SCHEDULE%")
@app.durable_client_input(client_name="client")
async def tick(timer: func.TimerRequest, client: df.DurableFunctionsClient) -> None:
    """Start an orchestration with each firing."""
    if (_folder() / "tick-fails").exists():
        raise OSError("told to fail")
    del timer
    ticks = len(await client.get_all_orchestration_states())
    await client.schedule_new_orchestration("chain", input=["tick"], instance_id=f"tick-{ticks}")


@api.put("/runs/{instance_id}")
async def start(instance_id: str, orchestrator: str, request: Request) -> dict[str, str]:
    """Start any orchestrator with the body as its input."""
    await durable.get().schedule_new_orchestration(orchestrator, input=await request.json(), instance_id=instance_id)
    return {"id": instance_id}


@api.get("/runs/{instance_id}")
async def status(instance_id: str) -> dict[str, Any]:
    """What the durable client says about an instance."""
    state = await durable.get().get_orchestration_state(instance_id)
    return {"status": state.runtime_status.name if state else None}


@api.post("/runs/{instance_id}/events/{name}")
async def ring(instance_id: str, name: str, request: Request) -> None:
    """Raise an event."""
    await durable.get().raise_orchestration_event(instance_id, name, data=await request.json())


@api.post("/runs/{instance_id}/terminate")
async def terminate(instance_id: str) -> None:
    """End an instance from outside."""
    await durable.get().terminate_orchestration(instance_id)


@api.put("/echo/{rest:path}")
async def echo(rest: str, request: Request) -> dict[str, Any]:
    """What came in."""
    return {
        "rest": rest,
        "query": request.query_params.multi_items(),
        "header": request.headers.get("x-sample"),
        "url": str(request.url),
        "body": (await request.body()).decode(),
    }


@app.activity_trigger(input_name="text")
def shout(_ctx: ActivityContext, text: str) -> str:
    """The simplest activity."""
    return text.upper()


@app.activity_trigger(input_name="text")
async def whisper(text: str) -> str:
    """An asynchronous activity."""
    return text.lower()


@app.activity_trigger(input_name="text")
def fail(_ctx: ActivityContext, text: str) -> str:
    """An activity that raises."""
    raise ConnectionRefusedError(text)


@app.activity_trigger(input_name="name")
def held(_ctx: ActivityContext, name: str) -> str:
    """An activity that says that it runs, and ends when the test lets it."""
    (_folder() / f"{name}-began").touch()
    while not (_folder() / f"{name}-go").exists():
        time.sleep(0.005)
    return name


@app.activity_trigger(input_name="seconds")
def dozing(_ctx: ActivityContext, seconds: Any) -> Any:
    """Sleep by the host's clock again and again; gives when it woke, and last whether it slept to the end."""
    clock, woke = Installed.clock, list[Any]()
    began = clock.now()
    for after in seconds:
        if not clock.wait_until(began + timedelta(seconds=after)):
            return [*woke, False]
        woke.append((clock.now() - began).total_seconds())
    return [*woke, True]


@app.orchestration_trigger(context_name="context")
def doze(ctx: OrchestrationContext, seconds: Any) -> Steps:
    """One activity that sleeps at these moments."""
    return (yield ctx.call_activity("dozing", input=seconds))


@app.orchestration_trigger(context_name="context")
def dozes(ctx: OrchestrationContext, number: Any) -> Steps:
    """So many activities that sleep a minute side by side; gives how many of them slept to the end."""
    ended = yield when_all([ctx.call_activity("dozing", input=[60]) for _ in range(number)])
    return sum(1 for one in ended if one[-1])


@app.orchestration_trigger(context_name="context")
def chain(ctx: OrchestrationContext, words: Any) -> Steps:
    """One activity after the other, with a custom status."""
    said = []
    for word in words:
        ctx.set_custom_status({"at": word})
        said.append((yield ctx.call_activity("shout", input=word)))
    said.append((yield ctx.call_activity("whisper", input="DONE")))
    return said


@app.orchestration_trigger(context_name="context")
def fan_out(ctx: OrchestrationContext, count: Any) -> Steps:
    """Many children side by side."""
    children: list[Task[Any]] = [ctx.call_sub_orchestrator("chain", input=[f"w{number}"]) for number in range(count)]
    results = yield when_all(children)
    return [result[0] for result in results]


@app.orchestration_trigger(context_name="context")
def long_wait(ctx: OrchestrationContext, days: Any) -> Steps:
    """A timer of days; gives when it began and ended by its own clock."""
    began = ctx.current_utc_datetime
    yield ctx.create_timer(timedelta(days=days))
    return [began.isoformat(), ctx.current_utc_datetime.isoformat()]


@app.orchestration_trigger(context_name="context")
def bell_or_timeout(ctx: OrchestrationContext, hours: Any) -> Steps:
    """The race of an event with a timer."""
    bell = ctx.wait_for_external_event("bell")
    patience = ctx.create_timer(timedelta(hours=hours))
    winner = yield when_any([bell, patience])
    return bell.get_result() if winner is bell else "timeout"


@app.orchestration_trigger(context_name="context")
def two_bells(ctx: OrchestrationContext, _: Any) -> Steps:
    """Wait for an event twice, without any timer."""
    first = yield ctx.wait_for_external_event("bell")
    second = yield ctx.wait_for_external_event("bell")
    return [first, second]


@app.orchestration_trigger(context_name="context")
def waits_for_command(ctx: OrchestrationContext, _: Any) -> Steps:
    """Wait for the bell that a command rings."""
    yield ctx.wait_for_external_event("command")
    return "heard"


@app.orchestration_trigger(context_name="context")
def sleepy(ctx: OrchestrationContext, seconds: Any) -> Steps:
    """A child that takes its time."""
    yield ctx.create_timer(timedelta(seconds=seconds))
    return "woke up"


@app.orchestration_trigger(context_name="context")
def parent(ctx: OrchestrationContext, call: Any) -> Steps:
    """One child, named by the input, and what became of it."""
    return (yield ctx.call_sub_orchestrator(call["name"], input=call["input"], instance_id=call.get("id")))


@app.orchestration_trigger(context_name="context")
def failing(ctx: OrchestrationContext, _: Any) -> Steps:
    """An activity fails, and nobody catches it."""
    yield ctx.call_activity("fail", input="no such host")


@app.orchestration_trigger(context_name="context")
def raising(_ctx: OrchestrationContext, _: Any) -> Steps:
    """The orchestrator itself raises, with nothing to say."""
    yield from ()
    raise KeyError


@app.orchestration_trigger(context_name="context")
def calls_nobody(ctx: OrchestrationContext, _: Any) -> Steps:
    """Call an activity that there is not."""
    yield ctx.call_activity("no_such_activity", input=None)


@app.orchestration_trigger(context_name="context")
def calls_entity(ctx: OrchestrationContext, _: Any) -> Steps:
    """Use an entity, which the local host does not serve."""
    yield ctx.call_entity(EntityInstanceId("counter", "one"), "add", 1)


@app.orchestration_trigger(context_name="context")
def retrying(ctx: OrchestrationContext, _: Any) -> Steps:
    """An activity that fails each time, retried within a day of the orchestration's own time."""
    policy = RetryPolicy(
        first_retry_interval=timedelta(hours=6), max_number_of_attempts=99, retry_timeout=timedelta(hours=20)
    )
    yield ctx.call_activity("fail", input="still no such host", retry_policy=policy)


@app.orchestration_trigger(context_name="context")
def holding(ctx: OrchestrationContext, name: Any) -> Steps:
    """An activity that the test holds, beside a timer that would be due."""
    tasks: list[Task[Any]] = [ctx.call_activity("held", input=name), ctx.create_timer(timedelta(days=1))]
    yield when_all(tasks)
    return ctx.current_utc_datetime.isoformat()


@app.orchestration_trigger(context_name="context")
def leaves_behind(ctx: OrchestrationContext, name: Any) -> Steps:
    """End while an activity still runs and a timer is still pending."""
    ctx.call_activity("held", input=name)
    ctx.create_timer(timedelta(days=30))
    yield ctx.call_activity("shout", input="bye")
    return "left"


@app.orchestration_trigger(context_name="context")
def renews(ctx: OrchestrationContext, rounds: Any) -> Steps:
    """Continue as new with a timer left behind, whose number the next round uses again."""
    began = ctx.current_utc_datetime
    first = ctx.create_timer(timedelta(days=3) if rounds == 0 else timedelta(hours=1))
    if rounds:
        yield ctx.create_timer(timedelta(minutes=1))
        ctx.continue_as_new(rounds - 1)
        return None
    yield first
    return (ctx.current_utc_datetime - began).total_seconds()


@app.orchestration_trigger(context_name="context")
def held_twice(ctx: OrchestrationContext, names: Any) -> Steps:
    """Continue as new while an activity runs, and wait for one with the same number."""
    held_now: Task[Any] = ctx.call_activity("held", input=names[0])
    if len(names) == 1:
        return (yield held_now)
    yield ctx.create_timer(timedelta(milliseconds=1))
    ctx.continue_as_new(names[1:])
    return None


def _folder() -> Path:
    return Path(os.environ["SAMPLE_FOLDER"])
