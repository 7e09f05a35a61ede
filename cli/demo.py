"""`demo`: the real app upgrades a simulated fleet from end to end, and what came of it is compared with the truth."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

from cli import printing
from cli.comparison import compare
from cli.demo_document import Demo, Played, demo_document
from cli.demo_text import print_demo
from cli.edge import coming_back, logging_to
from cli.environment import settings_from
from cli.exits import Exit
from cli.local import Asked, Local, opened
from cli.relay import Relay
from cli.truth import World, WorldCloud, read_truth
from cli.watch import Watch
from cli.world_process import Pace, simulated
from embedded.clock import HostClock, LockstepClock, SpeedClock
from embedded.lockstep import LockstepPump
from embedded.people import PeoplePoller
from embedded.world_control import WorldControl
from shared.model.record import record
from shared.model.run import RunKind

RUN = "demo"
WANTED = Asked(kind=RunKind.UPGRADE, private_cloud=None, include_shared=False, requested_by="demo")
REAL_SECONDS_MAX = 1800.0
"""When a demo that does not come to its end is given up: many times the longest that was seen."""

GONE = "Interrupted: the simulated world is gone, and the run with it. Start the demo again from its beginning."


@record
class DemoOrder:
    """What the command was told."""

    world: Path
    pace: Pace
    report_dir: Path
    json: bool
    keep: bool


def demo(order: DemoOrder) -> int:
    """Play the demo; 0 when every expectation and the truth hold."""
    logging_to(order.report_dir / "hcx-fleet.log")
    with coming_back(GONE), ExitStack() as stack:
        folder = _folder(order, stack)
        printing.progress().print(f"Starting the world of {order.world} ({order.pace.words}) ...")
        world = stack.enter_context(simulated(order.world, folder, order.pace))
        played = _play(order, world, folder / "settings.env")
    document = demo_document(played)
    if order.json:
        printing.as_json(document.model_dump(mode="json", by_alias=True))
    else:
        print_demo(document, played.view)
    return _code(document)


def _folder(order: DemoOrder, stack: ExitStack) -> Path:
    """Where the world's files and the store lie; kept beside the reports when wanted."""
    if order.keep:
        folder = order.report_dir / "world"
        (folder / "store.sqlite").unlink(missing_ok=True)  # an earlier demo's run of the same id
        return folder
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hcx-demo-")))


def _play(order: DemoOrder, world: World, file: Path) -> Played:
    began = monotonic()
    settings = settings_from(file, {"HCX_FLEET_REPORTS": str(order.report_dir.resolve())})
    with WorldControl(world.control) as control:
        clock = SpeedClock.of(control) if order.pace.speed else LockstepClock.of(control)
        with opened(settings, clock) as local:
            relay = Relay(local.host, RUN)
            local.start(RUN, WANTED)
            with Watch(local.ports.store, RUN, lambda: local.view(RUN), printing.progress()):
                _let_time_pass(local, control, clock, relay)
            return _played(order, world, local, relay, monotonic() - began)


def _let_time_pass(local: Local, control: WorldControl, clock: HostClock, relay: Relay) -> None:
    if isinstance(clock, LockstepClock):
        pump = LockstepPump(local.host, control, clock, said=relay)
        pump.run_until(lambda: local.is_over(RUN), REAL_SECONDS_MAX)
    else:
        with PeoplePoller(control, relay):
            local.wait(RUN)


def _played(order: DemoOrder, world: World, local: Local, relay: Relay, seconds: float) -> Played:
    view, truth = local.view(RUN), read_truth(world.control)
    configuration = local.ports.configuration
    clouds = _in_scope(world, configuration.policy().scope.subscriptions)
    return Played(
        file=str(order.world),
        pace=order.pace.words,
        real_seconds=seconds,
        view=view,
        truth=truth,
        compared=compare(view, truth, clouds, confirmed=bool(configuration.confirmations().entries)),
        said=tuple(relay.reports),
        reports=local.reports(RUN),
    )


def _in_scope(world: World, subscriptions: tuple[str, ...]) -> tuple[WorldCloud, ...]:
    return tuple(one for one in world.clouds if not subscriptions or one.subscription_id in subscriptions)


def _code(document: Demo) -> Exit:
    return Exit.AS_WANTED if document.holds else Exit.FAILED
