"""The real app behind a sign-in, against a simulated world, and pipelines that call it; tells what came of them.

Time stands still but while a script sleeps. A process of its own, since the worker library holds one app in a process.

    python -m tests.pipelines.pipelines_host SCENARIO WORLD OUT
"""

import json
import logging
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from cli.environment import settings_from
from embedded.clock import LockstepClock
from embedded.front import serve_front
from embedded.world_control import WorldControl
from shared.model.caller import Role
from tests.api.signed_in import principal
from tests.app.play import Stage
from tests.app.signed_in_host import SIGNED_IN
from tests.chaos.world import world as serving
from tests.pipelines.clock_server import clock_server
from tests.pipelines.machine import Machine
from tests.pipelines.signed_in import SignInFirst

EXAMPLES = Path(__file__).parents[2] / "examples" / "pipelines"
RESOURCE = "api://hcx-fleet"
PIPELINE, PERSON, READER = "pipeline@contoso.example", "ann@contoso.example", "eve@contoso.example"
TOKENS = {
    "pipeline": principal(PIPELINE, Role.OPERATE),
    "person": principal(PERSON, Role.APPROVE),
    "reader": principal(READER, Role.READ),
}


class Place:
    """Where everything listens, and where machines are set up."""

    def __init__(self, stage: Stage, folder: Path, url: str) -> None:
        self.stage = stage
        self.url = url
        self.clock = ""
        """Where a script's `sleep` goes."""
        self._folder = folder

    def machine(self, name: str, **environment: str) -> Machine:
        """A machine that knows where hcx-fleet is."""
        known = {"FLEET_URL": self.url, "FLEET_RESOURCE": RESOURCE, "WORLD_CLOCK": self.clock}
        return Machine(self._folder / name, {**known, **environment})

    def call(self, token: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """A call by somebody who is no pipeline."""
        sent = {"authorization": f"Bearer {token}"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return httpx.request(method, self.url + path, json=body, headers=sent, trust_env=False)

    def let_pass(self, time: timedelta) -> None:
        """Let so much time pass, or what is left until every run has ended: nothing moves time then."""
        later = self.stage.now + time
        self.stage.let_time_pass(lambda: self.stage.now >= later or not self.stage.local.host.alive, run="")


@contextmanager
def opened(world: Path, folder: Path, policy: Mapping[str, Any]) -> Iterator[Place]:
    """The app, the world and the clock while inside; `policy` is written over that of the world."""
    with serving(world, folder) as published, WorldControl(published.control) as control:
        file = folder / "settings.env"
        file.write_text(file.read_text() + SIGNED_IN)
        with closing(Stage(settings_from(file), control, LockstepClock.of(control))) as stage:
            stage.write_into_policy(**policy)
            with serve_front(SignInFirst(stage.local.host, TOKENS)) as front:
                place = Place(stage, folder / "machines", front.url)
                with clock_server(place.let_pass) as place.clock:
                    yield place


def main(scenario: str, world: str, out: str) -> None:
    """Play, and write what came of it."""
    from tests.pipelines.scenarios import SCENARIOS  # noqa: PLC0415 -- they need what is above

    logging.basicConfig(level=logging.ERROR)
    policy, played = SCENARIOS[scenario]
    with tempfile.TemporaryDirectory(prefix="hcx-pipelines-") as folder:
        with opened(Path(world), Path(folder), policy) as place:
            told = played(place)
        Path(out).write_text(json.dumps(told))
