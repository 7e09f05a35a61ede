"""What the timer does through the durable client at each firing, before and beside deciding whether a run is wanted.

It compares the record with the engine and never relies on having seen an event: a run that an engine forgot is started
again, every bell is rung once more, and what has ended long ago is purged, as are answers to calls that nobody repeats
any more. Kept free of FastAPI, which timers do not pay for.
"""

from asyncio import to_thread
from datetime import datetime

from shared.model.codec import to_json
from shared.model.command import BELL
from shared.model.run import Run
from shared.policy.problems import PolicyInvalidError
from shared.ports import Engine, Ports
from shared.rules.reconcile import forgotten, purgeable, watch_instance, watch_of
from shared.store.calls import KEPT


async def reconcile(ports: Ports, engine: Engine, fired: datetime) -> None:
    """Bring back runs that nobody drives, ring the bells of the others, watch, and purge.

    Args:
        ports: the adapters.
        engine: the durable client.
        fired: when the timer fired; another firing in the same minute is the same.
    """
    for run in reversed(await to_thread(ports.store.active_runs)):
        await _attend(engine, run, fired)
    await engine.start("watch", watch_instance(fired), fired.isoformat())
    await to_thread(ports.store.forget_calls, fired - KEPT)
    await _purge(ports, engine, fired)


async def _attend(engine: Engine, run: Run, fired: datetime) -> None:
    """Ring its bell, or start it where it has no instance and nobody is about to give it one."""
    name = run.request.id
    alive = await engine.alive(name)
    if alive:
        await engine.raise_event(name, BELL, None)
    elif alive is None and forgotten(run, fired) and not await _watched(engine, run, fired):
        await engine.start("fleet", name, to_json(run.request))


async def _watched(engine: Engine, run: Run, fired: datetime) -> bool:
    """Whether the orchestration that asked for this run starts it: two of them must never meet under one id."""
    watch = watch_of(run)
    return watch is not None and (watch == watch_instance(fired) or await engine.alive(watch) is True)


async def _purge(ports: Ports, engine: Engine, now: datetime) -> None:
    try:
        kept = (await to_thread(ports.configuration.policy)).retention.instances
    except PolicyInvalidError:  # whoever watches says so; nothing is forgotten by a rule that cannot be read
        return
    ended = await engine.ended_before(now - kept)
    for name in purgeable(ended, await to_thread(ports.store.active_runs)):
        await engine.purge(name)
