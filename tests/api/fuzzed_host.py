"""The real app on this machine, over a store that is full and a world with nothing in it, for whoever sends nonsense.

The world's time stands still, a minute before what the store tells of: a run that is started finds no private cloud,
ends at once, and is older than those that are there, so that these stay the newest whatever is started beside them.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cli.environment import settings_from
from cli.local import opened
from embedded.clock import LockstepClock
from embedded.front import serve_front
from embedded.host import LocalHost
from embedded.world_control import WorldControl
from shared.model.codec import to_json_text
from shared.model.command import Command, CommandKind
from shared.model.record import record
from shared.model.run import JournalKind, Outcome, RunKind, RunState
from shared.report.stored import REVERT
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR, commanded, ended, over, told
from tests.api.filled_fleet import FACTS, filled
from tests.builders.fleet_facts import NOW
from tests.chaos.world import world as serving
from tests.rules.test_reverting import FULL

COMMANDED = ("approve", "reject", "pause", "resume", "cancel", "skip", "pause_task", "cancel_task", "skip_task")
"""Ids of runs that go on, each named after the operation whose example is about it."""
WORLD = Path(__file__).with_name("worlds") / "nobody.yaml"


@record
class Fuzzed:
    """Where the app listens, and the names of what there is."""

    url: str
    host: LocalHost
    names: Mapping[str, tuple[str, ...]]
    """By what they name. Of the runs some go on, one failed, one made the plan, and one a plan that takes back."""
    examples: Mapping[str, Mapping[str, str]]
    """By operation: what its example names, where that is something else than the first name of its kind."""


@contextmanager
def fuzzed_host(folder: Path) -> Iterator[Fuzzed]:
    """The app while inside; its store and the files of its world lie in `folder`."""
    with serving(WORLD, folder) as published, WorldControl(published.control) as control:
        settings = settings_from(folder / "settings.env", {})
        plan, asking = _fill(settings.store_file.parent)
        names = {
            "runs": ("u1", "e1", "p1", "back", *COMMANDED),
            "plans": (plan, asking),
            "clouds": ("pc-a",),
            "tasks": (CONNECTOR,),
            "leases": ("manager:con-a",),
        }
        with opened(settings, LockstepClock.of(control)) as local, serve_front(local.host) as front:
            yield Fuzzed(url=front.url, host=local.host, names=names, examples=_examples(asking))


def _examples(asking: str) -> dict[str, dict[str, str]]:
    """Each command has a run of its own, which no other one has ended before."""
    found = {name: {"runId": name} for name in COMMANDED}
    found["approve"]["planHash"] = asking
    back = {key: {"runId": "back"} for key in ("get_revert_plan", "get_revert_plan_page")}
    return {**found, **back, "put_run": {"runId": "new"}, "retry": {"runId": "e1"}, "revert": {"runId": "e1"}}


def _fill(folder: Path) -> tuple[str, str]:
    """Fill the store; gives the hash of the plan that is carried out, and of the one whose wave is asked for."""
    api = Api(folder)
    plan = filled(api)
    api.keep_run("e1", FACTS)
    told(api, "e1", JournalKind.ADMITTED, f"{CONNECTOR}/admitted", CONNECTOR)
    ended(api, "e1", CONNECTOR, Outcome.FAILED)
    over(api, "e1")
    asking = [commanded(api, name).hash for name in COMMANDED]
    pause = Command(key="k1", kind=CommandKind.PAUSE, by="Ann", authenticated=False, at=NOW)
    api.store.command("resume", pause)
    api.keep_run("back", kind=RunKind.REVERT, state=RunState.SUCCEEDED)
    api.store.put_document("back", REVERT, to_json_text(FULL))
    api.store.close()
    return plan.hash, asking[0]
