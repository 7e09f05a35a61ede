"""Plays one scenario: the real app against a simulated world, in lockstep, and tells what came of it.

A process of its own for each scenario: the worker library holds one app in a process, and a test run holds several.

    python -m tests.app.play SCENARIO WORLD OUT
"""

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import trustme
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from cli.environment import settings_from
from cli.local import ANY_STATE, Local, opened
from cli.relay import Relay
from embedded.clock import LockstepClock
from embedded.lockstep import LockstepPump
from embedded.schedule import schedules_of
from embedded.world_control import WorldControl
from shared.model.codec import to_json
from shared.model.run import JournalEntry, JournalKind
from shared.model.waiting import Pace, WaitingFor
from shared.report.explain import why
from shared.report.needs import needs
from shared.rules.run_view import ENDED
from shared.settings import Settings
from tests.app.approving import APPROVING
from tests.app.asking import ASKING
from tests.app.controlled import CONTROLLED, canceled_meanwhile
from tests.app.histories import rung
from tests.app.in_the_middle import IN_THE_MIDDLE
from tests.app.passing import PASSING
from tests.app.soaking import SOAKING
from tests.app.taking_back import TAKING_BACK
from tests.chaos.world import world as serving
from tests.hcx.hcx_peer import Got, Peer, Reply
from tests.hcx.hcx_site import server_context
from tests.notify.receiver import signed_right

SECONDS_MAX = 120
TURNS = 4
"""Three restarts."""
NOTICE_KEY = "notice-key-canary"


class Stage:
    """The app and the world, and what a scenario does with them."""

    def __init__(self, settings: Settings, control: WorldControl, clock: LockstepClock) -> None:
        self.answers: list[dict[str, Any]] = []
        self.asides: dict[str, Any] = {}
        """What a scenario saw on its way."""
        self._settings = settings
        self._control = control
        self._clock = clock
        self._house = ExitStack()
        self.local = self._open()

    @property
    def now(self) -> datetime:
        """What time it is there."""
        return self._clock.now()

    @property
    def store_file(self) -> Path:
        """Where the store is, for whoever forges something in it."""
        return self._settings.store_file

    def restart(self) -> None:
        """The host goes away and comes back: its engine forgets, the store and the world do not."""
        self._house.close()
        self.local = self._open()

    def close(self) -> None:
        """Put the lights out."""
        self._house.close()

    def _open(self) -> Local:
        return self._house.enter_context(opened(self._settings, self._clock))

    def write_into_policy(self, **changes: Any) -> None:
        """Somebody edits fleet.yaml while runs go on: top-level keys of the file."""
        yaml = YAML()
        yaml.preserve_quotes = True
        document = yaml.load(self._settings.policy)
        yaml.dump({**document, **changes}, self._settings.policy)

    def have_notices_sent(self, url: str, ca: bytes, key: str) -> None:
        """Somebody has notices posted to a webhook, with the key in a secret of its own."""
        file, secrets = self._settings.policy.parent / "hooks-ca.pem", self._settings.secrets_file
        assert secrets is not None
        file.write_bytes(ca)
        account = {"username": "not used", "password": key, "version": "1"}
        yaml = YAML()
        yaml.dump({**yaml.load(secrets), "hooks": account}, secrets)
        self.write_into_policy(notices={"webhook": {"url": url, "secret": "kv:hooks", "ca": file.name}})

    def why(self, run: str, name: str) -> str:
        """What `why` says now."""
        return why(self.local.view(run), name)

    def told(self, run: str) -> list[JournalEntry]:
        """The journal of a run so far."""
        return [entry for _, entry in self.local.ports.store.journal(run)]

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Send a request to the front door, and remember the answer."""
        answer = self.local.host.http(method, path, body, ANY_STATE)
        told = {
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.json() if answer.body else None,
        }
        self.answers.append(told)
        return told

    @contextmanager
    def command(self, *words: str) -> Iterator[None]:
        """Run a command of the command line next to everything else, in a process of its own."""
        settings = self._settings.policy.parent / "settings.env"
        line = [sys.executable, "-m", "cli", *words, "--settings", str(settings)]
        with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:  # noqa: S603 -- ours
            yield
            process.wait(SECONDS_MAX)

    def let_time_pass(self, done: Callable[[], bool], *, run: str, timer: bool = False) -> None:
        """Lockstep until `done`; people's words reach the run, and the timer fires where it is wanted."""
        schedules = (
            schedules_of(self.local.host.functions, {"HCX_FLEET_SCHEDULE": self._settings.schedule}) if timer else ()
        )
        relay = Relay(self.local.host, run)
        pump = LockstepPump(self.local.host, self._control, self._clock, schedules=schedules, said=relay)
        pump.run_until(done, SECONDS_MAX)

    def run_of(self, trigger: str) -> str | None:
        """Id of the newest upgrade that this trigger asked for and that has ended."""
        runs = (run for run in self.local.ports.store.runs() if run.state in ENDED)
        found = [one.request.id for one in runs if (one.request.trigger, one.request.kind) == (trigger, "upgrade")]
        return found[0] if found else None


def one_cloud(stage: Stage) -> str:
    """A pipeline starts the upgrade of one private cloud and follows it to its end."""
    stage.ask("POST", "/v1/clouds/pc-weu-01:upgrade", {"requestedBy": "a pipeline", "runId": "pipeline-1"})
    stage.ask("GET", "/v1/runs/pipeline-1")
    stage.let_time_pass(lambda: stage.local.is_over("pipeline-1"), run="pipeline-1")
    return "pipeline-1"


def shared_cloud(stage: Stage) -> str:
    """The same for a cloud whose connector serves another one, first without leave and then with it."""
    stage.ask("PUT", "/v1/runs/plan-1", {"kind": "plan"})
    stage.let_time_pass(lambda: stage.local.is_over("plan-1"), run="plan-1")
    stage.ask("POST", "/v1/clouds/pc-one:upgrade", {"runId": "alone"})
    stage.ask("POST", "/v1/clouds/pc-one:upgrade", {"runId": "with-shared", "includeShared": True})
    stage.let_time_pass(lambda: stage.local.is_over("with-shared"), run="with-shared")
    return "with-shared"


def timer(stage: Stage) -> str:
    """The schedule fires, the policy's mode is auto, and a fleet run goes to its end; the next firing starts none."""
    stage.let_time_pass(lambda: stage.run_of("timer") is not None, run="timer-20261124T0600", timer=True)
    return stage.run_of("timer") or ""


def look_only(stage: Stage) -> str:
    """A check and a plan of the whole fleet."""
    for kind in ("check", "plan"):
        stage.ask("PUT", f"/v1/runs/{kind}", {"kind": kind})
        stage.let_time_pass(lambda kind=kind: stage.local.is_over(kind), run=kind)  # type: ignore[misc]
    return "plan"


def fleet_run(stage: Stage) -> str:
    """An upgrade of the whole scope."""
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.let_time_pass(lambda: stage.local.is_over("fleet"), run="fleet")
    return "fleet"


def refused_everywhere(stage: Stage) -> str:
    """Timer, HTTP and command line all look and try to upgrade, and the host goes away three times in between."""
    for turn in range(TURNS):
        if turn:
            stage.restart()
        name = f"turn-{turn}"
        stage.ask("PUT", f"/v1/runs/{name}", {"kind": "upgrade"})
        with stage.command("check") if turn in {0, TURNS - 1} else nullcontext():
            before = len(stage.local.ports.store.runs())
            stage.let_time_pass(partial(_over_with_timer, stage, name, before), run=name, timer=True)
    return name


def _over_with_timer(stage: Stage, run: str, before: int) -> bool:
    """Whether that run has ended, and another one that the timer began since, too."""
    begun = len(stage.local.ports.store.runs()) > before
    return begun and stage.local.is_over(run) and all(one.state in ENDED for one in stage.local.ports.store.runs())


def resumed(stage: Stage) -> str:
    """An upgrade whose host goes away twice: while a manager reboots, and while an appliance is redeployed."""

    def rebooting() -> bool:
        return any(one.kind is JournalKind.WAITING and "does not answer" in one.text for one in stage.told("fleet"))

    def redeploying() -> bool:
        return any(one.kind is JournalKind.WAITING and one.section == "2.4" for one in stage.told("fleet"))

    for moment in (rebooting, redeploying):
        stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
        stage.let_time_pass(moment, run="fleet")
        stage.restart()
    return fleet_run(stage)


def brought_back(stage: Stage) -> str:
    """An upgrade whose host goes away while it waits for a bundle; nobody asks again, but the timer fires."""
    stage.write_into_policy(retention={"instances": "PT90M"})
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.let_time_pass(lambda: _waits_for(stage, WaitingFor.BUNDLE), run="fleet")
    stage.restart()
    stage.let_time_pass(lambda: stage.local.is_over("fleet"), run="fleet", timer=True)
    host = stage.local.host
    stage.asides["at its end"] = [[one.id, one.name] for one in host.instances()]
    stage.asides["bells"] = rung(host, "fleet", "command")
    stage.let_time_pass(lambda: host.instance("fleet") is None, run="fleet", timer=True)
    stage.asides["purged"] = [one.id for one in host.instances()]
    return "fleet"


def timer_brought_back(stage: Stage) -> str:
    """The timer's own run, whose host goes away right after its first change; the timer goes on firing."""
    run = "timer-20261124T0600"

    def changed() -> bool:
        return any(one.kind is JournalKind.CALLED for one in stage.told(run))

    stage.let_time_pass(changed, run=run, timer=True)
    stage.restart()
    stage.let_time_pass(lambda: stage.run_of("timer") is not None, run=run, timer=True)
    stage.asides["names"] = [[one.id, one.name] for one in stage.local.host.instances()]
    return run


def resumed_with_snapshot(stage: Stage) -> str:
    """An upgrade whose host goes away while its snapshot is made, and again while that is removed."""

    def making() -> bool:
        return any(one.section == "1.3" and one.text == "the run command is running" for one in stage.told("fleet"))

    def removing() -> bool:
        return any(one.section == "1.8" and one.kind is JournalKind.CALLED for one in stage.told("fleet"))

    for moment in (making, removing):
        stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
        stage.let_time_pass(moment, run="fleet")
        stage.restart()
    return fleet_run(stage)


def frozen_meanwhile(stage: Stage) -> str:
    """Somebody freezes everything for three days while a task waits for its bundle."""
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.let_time_pass(lambda: _waits_for(stage, WaitingFor.BUNDLE), run="fleet")
    first, last = map(DoubleQuotedScalarString, ("2026-11-25T00:00", "2026-11-28T12:00"))
    freeze = {"name": "board", "from": first, "to": last, "reason": "audit", "owner": "ana@contoso.example"}
    stage.write_into_policy(freezes=[freeze])
    return fleet_run(stage)


def held_meanwhile(stage: Stage) -> str:
    """Somebody holds a connector right after the first of its two hops was begun."""
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.let_time_pass(lambda: any(one.kind is JournalKind.CALLED for one in _of(stage, "con-hub")), run="fleet")
    stage.write_into_policy(holds=[{"subject": "con-hub", "reason": "a new line", "owner": "ana@contoso.example"}])
    return fleet_run(stage)


def broken_meanwhile(stage: Stage) -> str:
    """Somebody breaks fleet.yaml while a task waits for its window, and mends it two nights later."""
    stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
    stage.let_time_pass(lambda: _waits_for(stage, WaitingFor.BUNDLE), run="fleet")
    stage.write_into_policy(concurrency="many")
    stage.let_time_pass(lambda: stage.now > datetime(2026, 11, 27, 8, tzinfo=UTC), run="fleet")
    stage.write_into_policy(concurrency=1)
    return fleet_run(stage)


def noticed(stage: Stage) -> str:
    """Notices go to a webhook that is busy at first, and the host goes away after the first ones have arrived."""
    with _receiver(_Receiver().answer) as (peer, ca):
        stage.have_notices_sent(f"https://localhost:{peer.port}/take", ca, NOTICE_KEY)
        stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
        stage.let_time_pass(lambda: len(_arrived(stage)) > TURNS or stage.local.is_over("fleet"), run="fleet")
        stage.asides["before"] = [one.key for one in _arrived(stage)]
        stage.restart()
        run = fleet_run(stage)
        stage.asides["got"] = [_as_got(got) for got in peer.got]
    return run


def unnoticed(stage: Stage) -> str:
    """Notices go to a webhook that redirects to another host, and nobody mends it."""
    with _receiver(lambda _: Reply(204)) as (other, _):
        there = {"location": f"https://localhost:{other.port}/take"}
        with _receiver(lambda _: Reply(302, b"", there)) as (peer, ca):
            stage.have_notices_sent(f"https://localhost:{peer.port}/take", ca, NOTICE_KEY)
            stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
            stage.let_time_pass(lambda: stage.now > datetime(2026, 11, 27, 8, tzinfo=UTC), run="fleet")
            stage.asides["why"] = stage.why("fleet", "pc-skip")
            stage.asides["needs"] = [to_json(one) for one in needs(stage.local.view("fleet"))]
            run = fleet_run(stage)
            stage.asides |= {"got": len(peer.got), "elsewhere": other.connections}
    return run


def canceled_and_told(stage: Stage) -> str:
    """A mesh is canceled half done, and notices go to a webhook."""
    with _receiver(lambda _: Reply(204)) as (peer, ca):
        stage.have_notices_sent(f"https://localhost:{peer.port}/take", ca, NOTICE_KEY)
        run = canceled_meanwhile(stage)
        stage.asides["got"] = [_as_got(got) for got in peer.got]
    return run


def paced(stage: Stage) -> str:
    """Notices go to a webhook, and somebody asks why when a manager is said to be stuck."""
    with _receiver(lambda _: Reply(204)) as (peer, ca):
        stage.have_notices_sent(f"https://localhost:{peer.port}/take", ca, NOTICE_KEY)
        stage.ask("PUT", "/v1/runs/fleet", {"kind": "upgrade"})
        stage.let_time_pass(lambda: _is_stuck(stage), run="fleet")
        stage.asides["why"] = stage.why("fleet", "con-still")
        stage.asides["needs"] = [to_json(one) for one in needs(stage.local.view("fleet"))]
        run = fleet_run(stage)
        stage.asides["got"] = [_as_got(got) for got in peer.got]
    return run


class _Receiver:
    """Busy for the first notice of all, and glad to take every other one."""

    def __init__(self) -> None:
        self._turns = count()

    def answer(self, _got: Got) -> Reply:
        """What it answers."""
        return Reply(503, b"", {"retry-after": "600"}) if next(self._turns) == 0 else Reply(204)


@contextmanager
def _receiver(answer: Callable[[Got], Reply]) -> Iterator[tuple[Peer, bytes]]:
    ca = trustme.CA()
    with Peer(server_context(ca, "localhost", 30), {"POST /take": answer}) as peer:
        yield peer, ca.cert_pem.bytes()


def _as_got(got: Got) -> dict[str, Any]:
    right = signed_right(got, NOTICE_KEY.encode())
    return {"id": got.headers["webhook-id"], "signed": right, "body": json.loads(got.body)}


def _arrived(stage: Stage) -> list[JournalEntry]:
    return [one for one in stage.told("fleet") if one.kind is JournalKind.NOTIFIED]


def _waits_for(stage: Stage, reason: WaitingFor) -> bool:
    return any(one.waiting and one.waiting.reason is reason for one in stage.told("fleet"))


def _is_stuck(stage: Stage) -> bool:
    return any(one.waiting and one.waiting.pace is Pace.STUCK for one in stage.told("fleet"))


def _of(stage: Stage, manager: str) -> list[JournalEntry]:
    return [one for one in stage.told("fleet") if one.task == f"manager:{manager}"]


_PLAYED = (
    one_cloud,
    shared_cloud,
    timer,
    look_only,
    fleet_run,
    refused_everywhere,
    resumed,
    brought_back,
    timer_brought_back,
    resumed_with_snapshot,
    frozen_meanwhile,
    held_meanwhile,
    broken_meanwhile,
    noticed,
    unnoticed,
    canceled_and_told,
    paced,
    *APPROVING,
    *ASKING,
    *CONTROLLED,
    *IN_THE_MIDDLE,
    *TAKING_BACK,
    *PASSING,
    *SOAKING,
)
SCENARIOS = {one.__name__: one for one in _PLAYED}


def play(scenario: str, world: Path, folder: Path) -> dict[str, Any]:
    """Play it, and gather everything a test may ask about."""
    with serving(world, folder) as published, WorldControl(published.control) as control:
        clock = LockstepClock.of(control)
        settings = settings_from(folder / "settings.env", {})
        with closing(Stage(settings, control, clock)) as stage:
            run = SCENARIOS[scenario](stage)
            local = stage.local
            functions = [{"name": one.name, "bindings": one.bindings} for one in local.host.functions]
            journal = [to_json(entry) for entry in stage.told(run)]
            return {
                "run": stage.ask("GET", f"/v1/runs/{run}")["body"],
                "plan": to_json(local.view(run).plan),
                "findings": [to_json(one) for one in local.view(run).findings],
                "journal": journal,
                "answers": stage.answers,
                "asides": stage.asides,
                "functions": functions,
                "runs": [to_json(one) for one in local.ports.store.runs()],
                "outages": [
                    outage
                    for text in local.ports.store.documents(run, "outage/").values()
                    for outage in json.loads(text)
                ],
                "truth": httpx.get(f"{published.control}/truth", trust_env=False).json(),
                "files": {str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*.html")},
            }


def main(scenario: str, world: str, out: str) -> None:
    """Play, and write what came of it."""
    logging.basicConfig(level=logging.ERROR)

    with tempfile.TemporaryDirectory(prefix="hcx-play-") as folder:
        Path(out).write_text(json.dumps(play(scenario, Path(world), Path(folder))))


if __name__ == "__main__":
    main(*sys.argv[1:])
