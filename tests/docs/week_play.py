"""Plays docs/week.md: one week of a simulated fleet, and what each command prints on its day.

One run is followed from Monday to Sunday. App and world go in lockstep to seven o'clock of each morning and stand still
there while commands are carried out, each in a process of its own, as a user does. What people of the world say reaches
the run through the API. Times are therefore the same every time. What is not is put in order here:

- Hashes cover certificates and ports, which are new in every start of a world: stand-ins take their place, the same one
  for the same hash.
- `why` has no `--clock` and tells how long something waits by this machine's: that is left out.
- Blanks at the end of lines are padding of tables, which no editor keeps.

A process of its own, since the worker library holds one app in a process:

    python -m tests.docs.week_play OUT
"""

import json
import logging
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.comparison import compare
from cli.environment import settings_from
from cli.local import Local, opened
from cli.relay import Relay
from cli.truth import World, read_truth
from cli.world_process import Pace, simulated
from embedded.clock import LockstepClock
from embedded.lockstep import LockstepPump
from embedded.world_control import WorldControl
from shared.model.codec import to_json
from shared.model.record import record
from tests.cli.command import ROOT, hcx_fleet
from tests.docs.played import Block, Part, StandIns, parts, tidy, typed
from tests.forked import played

PAGE = ROOT / "docs" / "week.md"
WORLD = ROOT / "examples" / "worlds" / "week.yaml"
RUN = "week"

_SECONDS = 150
_AGE = re.compile(r"(?<=\d\d:\d\d) \([^)]*\)(?=\.)")


@record
class Week:
    """The whole of it: the blocks of the page, and what a test asks beside them."""

    blocks: dict[str, Block]
    placed: list[dict[str, Any]]
    """Every subject with its bucket, as the run has it at its end."""
    subjects: list[str]
    """The id of every subject that the run has seen."""
    misfits: list[str]
    """What the simulator's truth says against the run; empty when all holds."""
    said: list[dict[str, Any]]
    """Who reported what as done, and whether the run took it down."""
    first_changes: dict[str, str]
    """When each task's subject was first changed, by whomever, as the world says: time by task id."""
    calls: list[str]
    """Changing calls by hcx-fleet itself, as the world counted them."""
    ended: datetime
    """When the run had nothing left to do."""


class _Stage:
    """App and world, whose time goes together, and a folder in which commands are carried out."""

    def __init__(self, folder: Path, local: Local, control: WorldControl, clock: LockstepClock) -> None:
        self.local = local
        self.relay = Relay(local.host, RUN)
        self._folder = folder
        self._control = control
        self._clock = clock
        self._pump = LockstepPump(local.host, control, clock, said=self.relay)
        self._stand_ins = StandIns("the week")

    def play(self, *words: str, keep: tuple[Part, ...] = (), clock: bool = True) -> str:
        """The command as a user types it, and all of its result or only some lines of it."""
        timed = ("--clock", "world.json") if clock else ()
        answered = hcx_fleet(self._folder, "--settings", "settings.env", *words, *timed)
        line = typed(f"hcx-fleet {' '.join(words)}", answered.code)
        text = self._shown(f"{line}\n{answered.out or answered.err}")
        return parts(text, *keep) if keep else text

    def start(self) -> str:
        """Ask for the upgrade by the hash of the plan that was shown; gives request and answer."""
        planned = self.local.ports.store.runs()[0].plan_hash or ""
        body = {"kind": "upgrade", "planHash": planned, "requestedBy": "the owner of the fleet"}
        answer = self.local.host.http("PUT", f"/v1/runs/{RUN}", body)
        status = f"HTTP {answer.status}, {answer.json()['status']}"
        text = f"PUT /v1/runs/{RUN}\n{json.dumps(body)}\n\n{status}"
        return self._shown(text.replace(planned, f"{planned[:12]}…"))

    def _shown(self, text: str) -> str:
        return tidy(self._stand_ins.put_into(_AGE.sub("", text)))

    def sleep(self, day: int) -> None:
        """Let time go by until seven in the morning of that day of November."""
        morning = datetime(2026, 11, day, 7, tzinfo=UTC)
        self._pump.run_until(lambda: self._nothing_before(morning), _SECONDS)
        while self._clock.now() < morning:
            self._clock.set(self._control.advance(morning).now)

    def _nothing_before(self, moment: datetime) -> bool:
        timer = self.local.host.next_timer
        return self.local.is_over(RUN) or self._clock.now() >= moment or (timer is not None and timer > moment)


@contextmanager
def _staged(folder: Path) -> Iterator[tuple[_Stage, World]]:
    with simulated(WORLD, folder, Pace()) as world, WorldControl(world.control) as control:
        clock = LockstepClock.of(control)
        with opened(settings_from(folder / "settings.env", {}), clock) as local:
            yield _Stage(folder, local, control, clock), world


_CLOUDS: Part = ("^[$]", "^TASK ")
"""Of `status`: headline and private clouds."""
_SHEET: tuple[Part, ...] = (
    ("^[$]", "^- Change number"),
    ("^- Not before", "^## Log in"),
    ("^## Networks", "^Look again"),
)
"""Of a run sheet: what, where and when. Addresses have ports, which are new in every start of a world."""
_ROWS: tuple[Part, ...] = (("^[$]", "^late: Wed 24 Dec"), ("^late: Tue 24 Nov", "^[A-Zn]"), ("subjects seen", "$^"))
"""Of `today` on Thursday: those who are waited for."""


def _blocks(stage: _Stage) -> Iterator[tuple[str, str]]:
    """The commands of each day, in order."""
    yield "monday-plan", stage.play("plan")
    yield "monday-start", stage.start()
    stage.sleep(24)
    yield "tuesday-status", stage.play("status", RUN, clock=False, keep=(_CLOUDS,))
    yield "tuesday-prove", stage.play("prove", "con-metz", "--live")
    stage.sleep(25)
    yield "wednesday-status", stage.play("status", RUN, clock=False, keep=(_CLOUDS,))
    yield "wednesday-why", stage.play("why", "con-metz", "--run", RUN, clock=False)
    stage.sleep(26)
    yield "thursday-runsheet", stage.play("runsheet", "con-oslo", "--live", "--format", "md", keep=_SHEET)
    yield "thursday-today", stage.play("today", keep=_ROWS)
    stage.sleep(27)
    yield "friday-prove", stage.play("prove", "con-metz", "--live")
    stage.sleep(28)
    yield "saturday-check", stage.play("check", "con-oslo", keep=(("^[$]", "^Look yourself"), ("^READY", "$^")))
    stage.sleep(29)
    yield "sunday-status", stage.play("status", RUN, clock=False)
    yield "sunday-plan", stage.play("plan")
    yield "sunday-today", stage.play("today")


def play(folder: Path) -> dict[str, Any]:
    """Play the week, and gather what `week` reads."""
    with _staged(folder) as (stage, world):
        blocks = dict(_blocks(stage))
        assert stage.local.is_over(RUN), "the week is over and the run is not: who is still waited for?"
        return {"blocks": blocks, **_came_of_it(stage, world)}


def _came_of_it(stage: _Stage, world: World) -> dict[str, Any]:
    view, truth = stage.local.view(RUN), read_truth(world.control)
    policy = stage.local.ports.configuration.policy()
    compared = compare(view, truth, world.clouds, policy, confirmed=False, shown=view.run.request.plan_hash)
    return {
        "placed": [to_json(one) for one in view.placed],
        "subjects": [one.id for one in view.subjects],
        "misfits": [f"{one.id}: {what}" for one in compared for what in one.misfits],
        "said": [to_json(one) for one in stage.relay.reports],
        "first_changes": {one.subject: one.at.isoformat() for one in reversed(truth.mutations)},
        "calls": [f"{one.subject}: {one.route}" for one in truth.mutations if one.caller == "api"],
        "ended": view.run.ended_at and view.run.ended_at.isoformat(),
    }


def week(folder: Path) -> Week:
    """The week, played in a process of its own, in `folder`."""
    out = folder / "week.json"
    played("tests.docs.week_play", out)
    told = json.loads(out.read_text("utf-8"))
    blocks = {name: Block(name=name, text=text) for name, text in told.pop("blocks").items()}
    return Week(blocks=blocks, ended=datetime.fromisoformat(told.pop("ended")), **told)


def main(out: str) -> None:
    """Play, and write what came of it."""
    logging.basicConfig(level=logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="hcx-week-") as folder:
        Path(out).write_text(json.dumps(play(Path(folder))), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
