"""`demo`: the real app plans and upgrades a simulated fleet, and what came of it is compared with the truth.

It goes as an operator would go: a plan first, which is shown; then time for people to approve it, in which the world
goes on; then an upgrade by the hash of that plan, which observes again and takes what others did meanwhile as progress.
"""

import tempfile
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic

from cli import printing
from cli.comparison import compare
from cli.demo_document import Demo, Played, demo_document
from cli.demo_text import print_demo, print_plan
from cli.edge import coming_back, logging_to
from cli.environment import settings_from
from cli.exits import Exit
from cli.local import Asked, Local, opened
from cli.relay import Relay
from cli.truth import World, WorldCloud, read_truth
from cli.watch import Watch
from cli.world_process import Pace, simulated
from embedded.clock import HostClock, LockstepClock, SpeedClock
from embedded.lockstep import LockstepPump, nobody_listens
from embedded.people import Listener, PeoplePoller
from embedded.world_control import WorldControl
from shared.model.record import record
from shared.model.run import RunKind
from shared.model.view import RunView

PLAN, RUN = "demo-plan", "demo"
PLANNING = Asked(kind=RunKind.PLAN, private_cloud=None, include_shared=False, requested_by="demo")
REAL_SECONDS_MAX = 1800.0
"""When a demo that does not come to its end is given up: many times the longest that was seen."""

GONE = "Interrupted: the simulated world is gone, and the run with it. Start the demo again from its beginning."


@record
class DemoOrder:
    """What the command was told."""

    world: Path
    faults: tuple[str, ...]
    """Added to those of the world file."""
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
        world = stack.enter_context(simulated(order.world, folder, order.pace, faults=order.faults))
        for told in world.without_effect:
            printing.progress().print(f"Note: {told}.")
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
        (folder / "store.sqlite").unlink(missing_ok=True)  # an earlier demo's runs of the same ids
        return folder
    return Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hcx-demo-")))


def _play(order: DemoOrder, world: World, file: Path) -> Played:
    began = monotonic()
    settings = settings_from(file, {"HCX_FLEET_REPORTS": str(order.report_dir.resolve())})
    with WorldControl(world.control) as control:
        clock = SpeedClock.of(control) if order.pace.speed else LockstepClock.of(control)
        with opened(settings, clock) as local:
            stage = _Stage(local=local, control=control, clock=clock)
            planned = stage.carry_out(PLAN, PLANNING)
            if not order.json:
                print_plan(planned)
            stage.let_pass(clock.now() + world.approved_after)
            relay = Relay(local.host, RUN)
            stage.carry_out(RUN, _upgrade_by(planned), relay)
            return _played(order, world, local, planned, relay, seconds=monotonic() - began)


def _upgrade_by(planned: RunView) -> Asked:
    """The plan that was shown and no other; where none could be made, the upgrade says why as well."""
    return Asked(
        kind=RunKind.UPGRADE,
        private_cloud=None,
        include_shared=False,
        requested_by="demo",
        plan_hash=planned.plan.hash if planned.plan else None,
    )


@record
class _Stage:
    """The app and the world, whose time goes together."""

    local: Local
    control: WorldControl
    clock: HostClock

    def carry_out(self, run: str, asked: Asked, said: Listener = nobody_listens) -> RunView:
        """Ask for a run, and show it until it is over; what people say goes to `said`."""
        self.local.start(run, asked)
        with Watch(self.local.ports.store, run, lambda: self.local.view(run), printing.progress()):
            self._follow(run, said)
        return self.local.view(run)

    def _follow(self, run: str, said: Listener) -> None:
        if isinstance(self.clock, LockstepClock):
            pump = LockstepPump(self.local.host, self.control, self.clock, said=said)
            pump.run_until(lambda: self.local.is_over(run), REAL_SECONDS_MAX)
        else:
            with PeoplePoller(self.control, said):
                self.local.wait(run)

    def let_pass(self, until: datetime) -> None:
        """Let time go by in which nothing runs; what people say in it is heard when a run is there to be told."""
        if isinstance(self.clock, LockstepClock):
            while self.clock.now() < until:
                self.clock.set(self.control.advance(until).now)
        else:
            Event().wait(max(0.0, self.clock.real_seconds_until(until)))


def _played(order: DemoOrder, world: World, local: Local, planned: RunView, relay: Relay, *, seconds: float) -> Played:
    view, truth = local.view(RUN), read_truth(world.control)
    policy = local.ports.configuration.policy()
    clouds = _in_scope(world, policy.scope.subscriptions)
    confirmed = bool(local.ports.configuration.confirmations().entries)
    return Played(
        file=str(order.world),
        pace=order.pace.words,
        real_seconds=seconds,
        planned=planned,
        view=view,
        truth=truth,
        compared=compare(view, truth, clouds, policy, confirmed=confirmed, shown=planned.run.plan_hash),
        said=tuple(relay.reports),
        reports=local.reports(RUN),
    )


def _in_scope(world: World, subscriptions: tuple[str, ...]) -> tuple[WorldCloud, ...]:
    return tuple(one for one in world.clouds if not subscriptions or one.subscription_id in subscriptions)


def _code(document: Demo) -> Exit:
    return Exit.AS_WANTED if document.holds else Exit.FAILED
