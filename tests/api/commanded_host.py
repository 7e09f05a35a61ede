"""The real app against a simulated world, told over HTTP to pause, to go on and to end; tells what came of it.

A process of its own, since the worker library holds one app in a process.

    python -m tests.api.commanded_host WORLD OUT
"""

import json
import logging
import sys
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from cli.environment import settings_from
from embedded.clock import LockstepClock
from embedded.world_control import WorldControl
from shared.model.codec import to_json
from tests.app.play import Stage
from tests.chaos.world import world as serving

RUN = "told"
PATH = f"/v1/runs/{RUN}"


def commanded(stage: Stage) -> None:
    """Paused before anything begins, resumed an hour later, and canceled as soon as its first step is under way."""
    stage.ask("PUT", PATH, {"kind": "upgrade", "requestedBy": "a pipeline"})
    stage.asides["paused"] = stage.ask("POST", f"{PATH}:pause", {"by": "Ann", "comment": "a storm", "key": "storm"})
    later = stage.now + timedelta(hours=1)
    stage.let_time_pass(lambda: stage.now >= later, run=RUN)
    stage.asides["again"] = stage.ask("POST", f"{PATH}:pause", {"by": "Ann", "key": "storm"})
    stage.asides["begun"] = _begun(stage)
    stage.asides["resumed"] = stage.ask("POST", f"{PATH}:resume", {"by": "Bo"})
    stage.let_time_pass(lambda: bool(_begun(stage)), run=RUN)
    stage.asides["leases"] = stage.ask("GET", "/v1/leases")
    stage.asides["canceled"] = stage.ask("POST", f"{PATH}:cancel", {"by": "Ann"})
    stage.let_time_pass(lambda: stage.local.is_over(RUN), run=RUN)
    stage.asides["late"] = stage.ask("POST", f"{PATH}:pause", {"by": "Ann"})


def _begun(stage: Stage) -> list[str]:
    return [entry.key for entry in stage.told(RUN) if entry.kind == "step-started"]


def main(world: str, out: str) -> None:
    """Play, and write what came of it."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="hcx-commanded-") as folder:
        Path(out).write_text(json.dumps(_played(Path(world), Path(folder))))


def _played(world: Path, folder: Path) -> dict[str, Any]:
    with serving(world, folder) as published, WorldControl(published.control) as control:
        settings = settings_from(folder / "settings.env", {})
        with closing(Stage(settings, control, LockstepClock.of(control))) as stage:
            commanded(stage)
            return {
                **stage.asides,
                "run": stage.ask("GET", PATH)["body"],
                "journal": stage.ask("GET", f"{PATH}/journal")["body"],
                "commands": [to_json(one) for one in stage.local.ports.store.commands(RUN)],
                "truth": httpx.get(f"{published.control}/truth", trust_env=False).json(),
            }


if __name__ == "__main__":
    main(*sys.argv[1:])
