"""The real app behind the platform's sign-in, against a simulated world: one pipeline, and a person who lets it go on.

Every call goes over a socket, with the header by which App Service says who calls. The pipeline may operate and no
more, the person may approve and no more, and time passes by as much as each answer asks to wait for the next look.

A process of its own, since the worker library holds one app in a process.

    python -m tests.app.signed_in_host WORLD OUT
"""

import json
import logging
import tempfile
from collections.abc import Mapping
from contextlib import closing
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
from tests.chaos.world import world as serving

RUN = "pipeline-7"
PATH = f"/v1/runs/{RUN}"
PIPELINE, PERSON = "pipeline@contoso.example", "ann@contoso.example"
SIGNED_IN = "HCX_FLEET_SIGN_IN=platform\nWEBSITE_AUTH_ENABLED=true\n"
LOOKS_MAX = 500


class Desk:
    """Where somebody signs in and calls."""

    def __init__(self, stage: Stage, url: str) -> None:
        self._stage = stage
        self._client = httpx.Client(base_url=url, trust_env=False)
        self.waited: list[int] = []
        """Seconds between looks, as they were asked for."""

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def call(self, who: Mapping[str, str], method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One call, by whoever those headers say."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.request(method, path, json=body, headers={**who, **named})

    def follow(self, who: Mapping[str, str], address: str, *phases: str) -> httpx.Response:
        """Look at a run as often as it asks for, until it is in one of those phases."""
        for _ in range(LOOKS_MAX):
            answer = self.call(who, "GET", address).raise_for_status()
            if answer.json()["detail"]["phase"] in phases:
                return answer
            self._wait(int(answer.headers["retry-after"]))
        raise AssertionError(f"not {' or '.join(phases)} after {LOOKS_MAX} looks: {answer.text}")

    def _wait(self, seconds: int) -> None:
        self.waited.append(seconds)
        later = self._stage.now + timedelta(seconds=seconds)
        # The run may end meanwhile, and then nothing moves time any more.
        self._stage.let_time_pass(lambda: self._stage.now >= later or self._stage.local.is_over(RUN), run=RUN)


def whole_path(stage: Stage, desk: Desk) -> dict[str, Any]:
    """Start, follow until somebody has to let it go, have another one do that, follow to the end, fetch results."""
    pipeline, person = principal(PIPELINE, Role.OPERATE), principal(PERSON, Role.APPROVE)
    stage.write_into_policy(waves=[{"name": "all", "approval": {"approvers": [PERSON]}}])
    told: dict[str, httpx.Response] = {}
    wanted = {"kind": "upgrade", "privateCloud": "pc-weu-01"}
    told["nobody"] = desk.call({}, "PUT", PATH, wanted)
    told["start by person"] = desk.call(person, "PUT", PATH, wanted)
    told["start"] = desk.call(pipeline, "PUT", PATH, wanted, if_none_match="*", idempotency_key="build-7")
    told["start again"] = desk.call(pipeline, "PUT", PATH, wanted, if_none_match="*", idempotency_key="build-7")
    address = told["start"].headers["operation-location"]
    asks = told["asks"] = desk.follow(pipeline, address, "waitingForApproval")
    word = {"wave": asks.json()["control"]["asked"][0]["wave"], "planHash": asks.json()["planHash"]}
    told["approve by pipeline"] = desk.call(pipeline, "POST", f"{PATH}:approve", word, if_match=asks.headers["etag"])
    told["approve for another state"] = desk.call(person, "POST", f"{PATH}:approve", word, if_match='"1"')
    told["approve"] = desk.call(person, "POST", f"{PATH}:approve", word, if_match=asks.headers["etag"])
    told["end"] = desk.follow(pipeline, address, "finished")
    told["result"] = desk.call(pipeline, "GET", f"{PATH}/result")
    told["junit"] = desk.call(pipeline, "GET", f"{PATH}/report.xml")
    told["summary"] = desk.call(pipeline, "GET", f"{PATH}/report.md")
    return {name: _told(answer) for name, answer in told.items()} | {"waited": desk.waited}


def _told(answer: httpx.Response) -> dict[str, Any]:
    return {"status": answer.status_code, "headers": dict(answer.headers), "text": answer.text}


def main(world: str, out: str) -> None:
    """Play, and write what came of it."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="hcx-signed-in-") as folder:
        Path(out).write_text(json.dumps(_played(Path(world), Path(folder))))


def _played(world: Path, folder: Path) -> dict[str, Any]:
    with serving(world, folder) as published, WorldControl(published.control) as control:
        file = folder / "settings.env"
        file.write_text(file.read_text() + SIGNED_IN)
        settings = settings_from(file)
        with (
            closing(Stage(settings, control, LockstepClock.of(control))) as stage,
            serve_front(stage.local.host) as front,
        ):
            with closing(Desk(stage, front.url)) as desk:
                told = whole_path(stage, desk)
            truth = httpx.get(f"{published.control}/truth", trust_env=False).json()
            return told | {"commands": [one.by for one in stage.local.ports.store.commands(RUN)], "truth": truth}
