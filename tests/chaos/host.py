"""The host process of the chaos suite: the real app, in lockstep with a world that lives elsewhere.

It starts a run or goes on with one, lets time pass until that is over, and ends. The watch may kill it anywhere.
"""

import faulthandler
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cli.environment import settings_from
from cli.local import ANY_STATE, Asked, Local, refuse_problems
from cli.places import ROOT
from embedded.clock import LockstepClock
from embedded.delivery import EXACTLY_ONCE, Delivery
from embedded.host import LocalHost
from embedded.lockstep import LockstepPump
from embedded.world_control import WorldControl
from shared import wiring
from shared.model.run import RunKind
from shared.settings import Settings
from tests.chaos.watch import Watch
from tests.chaos.watched import WatchedBackend, watched
from tests.chaos.words import People, Word
from tests.chaos.world import FORK, Living

RUN, ANSWER = "chaos", "chaos-answer"
UPGRADE = Asked(kind=RunKind.UPGRADE, private_cloud=None, include_shared=False, requested_by="chaos")
REAL_SECONDS_MAX = 150.0
JOIN_SECONDS = 170.0
"""Of a host that hangs in spite of its own limit."""


@dataclass(frozen=True)
class Sent:
    """What a host process is sent to do."""

    folder: Path
    """Where the world published itself, with the store."""
    living: Living
    kill_at: str | None = None
    answer: bool = False
    """Whether a person's answer is given first: the run is carried out once more where it stopped."""
    delivery: Delivery = EXACTLY_ONCE
    runs: tuple[str, ...] = (RUN,)
    """Ids of the upgrades that it starts, or goes on with."""
    words: tuple[Word, ...] = ()
    """What people say to the first of them."""


def told_in(folder: Path) -> Path:
    """Where the watch of a story writes."""
    return folder / "told.jsonl"


def settings_in(folder: Path) -> Settings:
    """The settings that the world published."""
    return settings_from(folder / "settings.env", {"HCX_FLEET_REPORTS": str(folder / "reports")})


def send(sent: Sent) -> int:
    """Run a host process to its end; gives its exit code, -9 where it was killed."""
    process = FORK.Process(target=_live, args=(sent,))
    process.start()
    process.join(JOIN_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        return 1
    assert process.exitcode is not None
    return process.exitcode


def _live(sent: Sent) -> None:
    """The whole life of a host process. It leaves without clean-up, as the fork of a process that goes on should."""
    os.close(sent.living.lifeline)
    log = (sent.folder / "host.log").open("a", buffering=1)
    faulthandler.enable(log)
    logging.basicConfig(stream=log, level=logging.WARNING, force=True)
    code = 1
    try:
        carry_on(sent)
        code = 0
    except Exception:
        logging.getLogger(__name__).exception("the host broke")
        raise
    finally:
        log.flush()
        sys.stdout.flush()
        os._exit(code)


def carry_on(sent: Sent) -> None:
    """Start the runs, or go on with them, and let time pass until they are over."""
    watch = Watch(told_in(sent.folder), sent.kill_at)
    with closing(watch), WorldControl(sent.living.control) as control:
        clock = LockstepClock.of(control)
        with opened(settings_in(sent.folder), clock, watch, sent.delivery) as local:
            runs = (_answer(local),) if sent.answer else _started(local, sent.runs)
            people = People(local, sent.runs[0], sent.words)
            pump = LockstepPump(local.host, control, clock)
            pump.run_until(lambda: _over(local, runs) or people.speak(), REAL_SECONDS_MAX)


def _over(local: Local, runs: tuple[str, ...]) -> bool:
    return all(map(local.is_over, runs))


def _started(local: Local, runs: tuple[str, ...]) -> tuple[str, ...]:
    for run in runs:
        local.start(run, UPGRADE)
    return runs


def _answer(local: Local) -> str:
    """What the question asks a person for, once they have looked: what failed and what was skipped, once more."""
    wanted = {"only": "both", "runId": ANSWER, "by": "a person"}
    refuse_problems(local.host.http("POST", f"/v1/runs/{RUN}:retry", wanted, ANY_STATE))
    return ANSWER


@contextmanager
def opened(settings: Settings, clock: LockstepClock, watch: Watch, delivery: Delivery) -> Iterator[Local]:
    """The app over these settings while inside, as `cli.local.opened` opens it, with its ports watched."""
    ports = watched(wiring.build(settings, clock), settings, watch)
    wiring.install(ports)
    with LocalHost(ROOT, clock, backend=partial(WatchedBackend, watch=watch, delivery=delivery)) as host:
        yield Local(host, ports)
