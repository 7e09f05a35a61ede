"""Records the durable histories that new code has to replay: `python -m tests.histories.record [STORY …]`.

It plays stories through the real app, each in a process of its own, and keeps what the engine wrote down. Recording
anew is for orchestrations that no release carries yet, and for stories that are added: what a release has started goes
on under the same name, so that its histories stay as they are and a change that they do not replay gets a new name
(docs/decisions/0011-versions-by-name.md).
"""

import logging
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from cli.environment import settings_from
from cli.world_process import Pace, simulated
from embedded.clock import LockstepClock
from embedded.world_control import WorldControl
from tests.app.histories import history_of
from tests.app.play import SCENARIOS, Stage
from tests.histories.kept import History, write

ROOT = Path(__file__).parents[2]
ALONE = "--in-this-process"

STORIES = {
    "whole-run": ("fleet_run", "examples/worlds/one-pair.yaml"),
    "resumed": ("resumed", "examples/worlds/one-pair.yaml"),
    "assisted-and-reported": ("fleet_run", "tests/app/worlds/others.yaml"),
    "noticed": ("noticed", "tests/app/worlds/others.yaml"),
    "paused": ("paused_meanwhile", "examples/worlds/one-pair.yaml"),
    "canceled": ("canceled_by_bell", "tests/app/worlds/late-bundle.yaml"),
    "watched": ("fleet_run", "tests/app/worlds/soaked.yaml"),
    "taken-back": ("taken_back", "examples/worlds/way-back.yaml"),
    "started-by-timer": ("timer", "tests/app/worlds/shared-connector.yaml"),
}
"""What is played for each: a scenario of `tests/app/play.py` and its world."""


def record(story: str) -> Path:
    """Play one and keep its histories."""
    scenario, world = STORIES[story]
    with tempfile.TemporaryDirectory(prefix="hcx-record-") as place:
        folder = Path(place)
        with simulated(ROOT / world, folder, Pace()) as published, WorldControl(published.control) as control:
            settings, clock = settings_from(folder / "settings.env", {}), LockstepClock.of(control)
            with closing(Stage(settings, control, clock)) as stage:
                SCENARIOS[scenario](stage)
                host = stage.local.host
                return write(
                    story,
                    [
                        History(instance=one.id, name=one.name, events=tuple(history_of(host, one.id)))
                        for one in host.instances()
                    ],
                )


def main(words: list[str]) -> None:
    """Record those that are named, or all."""
    if words[:1] == [ALONE]:
        logging.basicConfig(level=logging.ERROR)
        path = record(words[1])
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes\n")
        return
    for story in words or STORIES:
        subprocess.run([sys.executable, "-m", "tests.histories.record", ALONE, story], cwd=ROOT, check=True)  # noqa: S603 -- this file


if __name__ == "__main__":
    main(sys.argv[1:])
