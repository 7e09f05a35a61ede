"""The real app over a simulated world, served; commands that speak to it over its address; tells what each answered.

A process of its own, since the worker library holds one app in a process. Time moves in lockstep while a command runs,
and stands still in between.

    python -m tests.cli.far_play WORLD OUT
"""

import json
import logging
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from cli.environment import settings_from
from cli.world_process import Pace, simulated
from embedded.clock import LockstepClock
from embedded.front import serve_front
from embedded.lockstep import LockstepPump
from embedded.world_control import WorldControl
from shared.model.codec import to_json
from shared.model.record import record
from shared.model.run import JournalKind, RunKind
from tests.app.play import SECONDS_MAX, Stage
from tests.cli.command import LAUNCHER

ASKED = "wave/canary/asked"
WAVES = [{"name": "canary", "approval": {"approvers": ["bob"]}}]


@record
class Begun:
    """A command that runs, and where it prints."""

    process: subprocess.Popen[str]
    out: IO[str]
    err: IO[str]


class Played:
    """Commands to the app that is served at an address, and what each of them answered."""

    def __init__(self, stage: Stage, control: WorldControl, clock: LockstepClock, url: str) -> None:
        self.told: dict[str, Any] = {}
        self._stage = stage
        self._control = control
        self._clock = clock
        self._url = url

    def call(self, name: str, *words: str) -> str:
        """Carry a command out while time stands still; gives what it printed."""
        return self.end(name, self.begin(*words))

    def call_in_time(self, name: str, *words: str) -> str:
        """The same while time passes."""
        process = self.begin(*words)
        self.let_time_pass(process, lambda: False)
        return self.end(name, process)

    def begin(self, *words: str) -> Begun:
        """Start a command. What it prints goes into files: nobody reads it while time passes."""
        out, err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")  # noqa: SIM115 -- read at its end
        line = [str(LAUNCHER), "--endpoint", self._url, *words]
        return Begun(process=subprocess.Popen(line, stdout=out, stderr=err, text=True), out=out, err=err)  # noqa: S603

    def end(self, name: str, begun: Begun) -> str:
        """Wait for its end; gives what it printed."""
        code = begun.process.wait(SECONDS_MAX)
        said = [_all_of(file) for file in (begun.out, begun.err)]
        self.told[name] = {"code": code, "out": said[0], "err": said[1]}
        return said[0]

    def let_time_pass(self, begun: Begun, done: Callable[[], bool]) -> None:
        """Lockstep until something has happened, or the command has ended."""
        host = self._stage.local.host
        pump = LockstepPump(host, self._control, self._clock)

        def stop_at_its_end() -> None:
            begun.process.wait()
            pump.stop()

        threading.Thread(target=stop_at_its_end, daemon=True).start()
        pump.run_until(done, SECONDS_MAX)

    def newest(self) -> str:
        """The id of the newest run."""
        return self._stage.local.ports.store.runs()[0].request.id

    def has_asked(self, upgrades: int) -> bool:
        """Whether there are so many upgrades, and the newest of them asks somebody to let its wave go."""
        begun = [one for one in self._stage.local.ports.store.runs() if one.request.kind is RunKind.UPGRADE]
        return len(begun) == upgrades and any(one.key == ASKED for one in self._stage.told(begun[0].request.id))

    def has_called(self) -> bool:
        """Whether it has changed anything."""
        return any(one.kind is JournalKind.CALLED for one in self._stage.told(self.newest()))


def _all_of(file: IO[str]) -> str:
    with file:
        file.seek(0)
        return file.read()


def play(far: Played) -> None:
    """Plan, carry the plan out, look at it, let it go, cancel it at work, and try once more what is left."""
    plan = json.loads(far.call_in_time("plan", "-o", "json", "plan"))["hash"]
    run = far.begin("run", "--plan", plan[:8], "--watch", "--as", "ann", "--idempotency-key", "build-7")
    far.let_time_pass(run, lambda: far.has_asked(1))
    name = far.newest()
    far.call("status", "-o", "json", "status")
    far.call("why", "why", "pc-weu-01")
    far.call("requester", "approve", name, "--wave", "canary", "--as", "ann")
    far.call("approve", "approve", name, "--wave", "canary", "--as", "bob", "--comment", "go")
    far.let_time_pass(run, far.has_called)
    far.call("leases", "-o", "json", "leases")
    far.call("pause", "-o", "json", "pause", name, "--as", "cy", "--key", "storm")
    far.call("pause again", "-o", "json", "pause", name, "--as", "cy", "--key", "storm")
    far.call("cancel", "cancel", name, "--as", "cy")
    far.let_time_pass(run, lambda: False)
    far.end("run", run)
    far.call("same run", "-o", "json", "run", "--plan", plan, "--as", "ann", "--idempotency-key", "build-7")
    retry = far.begin("-o", "json", "retry", name, "--only", "both", "--as", "ann")
    far.let_time_pass(retry, lambda: far.has_asked(2))
    far.call("approve retry", "approve", far.newest(), "--wave", "canary", "--as", "bob")
    far.let_time_pass(retry, lambda: False)
    far.end("retry", retry)


def main(world: str, out: str) -> None:
    """Play, and write what came of it."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="hcx-far-") as folder:
        Path(out).write_text(json.dumps(_played(Path(world), Path(folder))))


def _played(world: Path, folder: Path) -> dict[str, Any]:
    with simulated(world, folder, Pace()) as published, WorldControl(published.control) as control:
        clock = LockstepClock.of(control)
        settings = settings_from(folder / "settings.env", {})
        with closing(Stage(settings, control, clock)) as stage, serve_front(stage.local.host) as front:
            stage.write_into_policy(waves=WAVES)
            far = Played(stage, control, clock, front.url)
            play(far)
            return {"told": far.told, "runs": [to_json(one) for one in stage.local.ports.store.runs()]}


if __name__ == "__main__":
    main(*sys.argv[1:])
