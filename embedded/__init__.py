"""A small Azure Functions host for one machine: it runs a real Durable Functions app in Python, unchanged.

What is real: the app (`function_app.py`), the worker library that Azure runs (`azure_functions_runtime`), the durable
SDK, the durable protocol between them. What is replaced: the Functions host and its durable extension (`host.py`,
`extension.py`) and the durable storage (`backend.py`, in memory, one clock).

    with LocalHost(app_dir, SystemClock()) as host:
        answer = host.http("POST", "/api/orders", body={"of": "tea"})
        state = host.wait_for_instance(answer.json()["id"], timeout=10)

Time is one clock (`clock.py`): the machine's, a faster one, or one in lockstep with a simulated world, where weeks of
durable timers take seconds and every run is the same (`lockstep.py`).

It promises: what works here is indexed, loaded, invoked and replayed as on Azure; a failure inside the app surfaces as
failure details and never as a hang; stopping takes less than two seconds. It does not have: keys and authorization
levels, entities, retries of whole functions, scale-out, or a memory of anything once it stops.
"""
