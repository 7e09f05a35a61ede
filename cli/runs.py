"""One run through the front door of the app in this process, and the commands that show what came of it.

`show fleet` and `run` are here, `check` is in `check.py` and `plan` in `plans.py`.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cli import printing, tables
from cli.alone import alone
from cli.edge import WrongUseError, coming_back, logging_to
from cli.environment import settings_from
from cli.exits import Exit, exit_of
from cli.following import Time, time_of
from cli.local import Asked, Local, asked_of, opened, to_resume
from cli.reading import report_beside, run_named
from cli.watch import Watch
from embedded.bells import BellWatcher
from shared.api.again import Again
from shared.model.facts import FleetFacts
from shared.model.record import record
from shared.model.run import RunKind, RunRequest, RunState
from shared.model.view import RunView
from shared.ports import Store
from shared.report.kept_plans import PlanNotFoundError, plan_named
from shared.report.stored import facts_of, inventory_of
from shared.rules.run_view import ENDED
from shared.settings import Settings

_MANY = {"top": "1000"}
"""Private clouds that are asked for at a time: as many as may be."""

NOT_REPEATED = "what is done is observed and not repeated"


@record
class Wanted:
    """What every one of these commands is told."""

    settings: Path | None
    json: bool
    requester: str | None
    cloud: str | None = None
    world: str | None = None
    """Control address of a simulated world whose time to go by; None for this machine's."""
    plan: str | None = None
    """How the hash of the plan to carry out begins; None: the run makes its own."""
    target: str | None = None
    """What-if: the version to plan for."""
    subject: str | None = None
    """Of a check: the one that it is about."""
    resume: str | None = None
    """Id of exactly the run to go on with."""
    again: Again | None = None
    """Tasks of another run to carry out once more, as a run of their own."""
    takes_back: str | None = None
    """Id of the run that is taken back."""
    revert_hash: str | None = None
    """The plan of the revert to carry out; None: it is only planned."""

    def carries_out(self, kind: RunKind) -> bool:
        """Whether anything happens in such a run beside observing and planning."""
        return kind is RunKind.UPGRADE or self.revert_hash is not None


@record
class Ended:
    """A run that is over, and what it left."""

    view: RunView
    facts: FleetFacts
    reports: tuple[str, ...]


def show_fleet(wanted: Wanted) -> int:
    """Observe and list; says nothing about whether the fleet is as wanted, so it exits 0."""

    def shown(local: Local, ended: Ended) -> int:
        inventory = inventory_of(local.ports.store, ended.view.run.request.id)
        if wanted.json:
            printing.as_json(_listed(local))
        elif inventory:
            clouds, connectors = tables.fleet(ended.view, inventory, ended.facts), tables.connectors(ended.view)
            printing.parts(clouds, connectors, tables.unread(ended.view))
        return problem_of(ended.view) or Exit.AS_WANTED

    return carried_through(wanted, RunKind.CHECK, shown)


def _listed(local: Local) -> Any:
    """What `GET /v1/clouds` answers, with every private cloud in the one list."""
    whole = part = local.host.http("GET", "/v1/clouds", query=_MANY).json()
    while part["nextLink"]:
        link = urlsplit(part["nextLink"])
        part = local.host.http("GET", link.path, query=dict(parse_qsl(link.query))).json()
        whole["value"] += part["value"]
    return {**whole, "nextLink": None}


def upgrade(wanted: Wanted, *, include_shared: bool, watch: bool) -> int:
    """Plan and carry out, to the end of what can be done."""

    def shown(local: Local, ended: Ended) -> int:
        if wanted.json:
            printing.as_json(report_beside(local.ports.store, ended.view))
        else:
            clouds, unread = tables.clouds(ended.view), tables.unread(ended.view)
            printing.parts(clouds, unread, tables.what_is_needed(ended.view), tables.sentence(ended.view))
            printing.places(ended.reports)
        return problem_of(ended.view) or exit_of(ended.view)

    return carried_through(wanted, RunKind.UPGRADE, shown, include_shared=include_shared, watch=watch)


def carried_through(
    wanted: Wanted,
    kind: RunKind,
    shown: Callable[[Local, Ended], int],
    *,
    include_shared: bool = False,
    watch: bool = True,
) -> int:
    """One run from its request to its end, then `shown` of what it left; gives the exit code.

    Raises:
        WrongUseError: the app refuses it, or a file that it needs cannot be used.
        InterruptedRunError: somebody pressed Ctrl-C.
    """
    settings = settings_from(wanted.settings)
    logging_to(log_beside(settings))
    with ExitStack() as stack:
        if wanted.carries_out(kind):
            stack.enter_context(alone(settings))
        time = stack.enter_context(time_of(wanted.world))
        local = stack.enter_context(opened(settings, time.clock))
        store = local.ports.store
        asked = _asked(local, wanted, kind, include_shared=include_shared)
        resumed = wanted.resume or to_resume(store.active_runs(), asked)
        run_id = resumed or new_id(store, "retry" if wanted.again else kind.value, local.ports.clock.now())
        with coming_back(_come_back(kind, run_id, carries_out=wanted.carries_out(kind))):
            if resumed:
                printing.progress().print(f"Run {run_id} had not ended and goes on: {NOT_REPEATED}.")
            _carry_out(local, run_id, asked, time, watch=watch)
        run = local.ports.store.run(run_id)
        facts = facts_of(local.ports.store, run_id) if run else FleetFacts(managers=())
        return shown(local, Ended(view=local.view(run_id), facts=facts, reports=local.reports(run_id)))


def _asked(local: Local, wanted: Wanted, kind: RunKind, *, include_shared: bool) -> Asked:
    if wanted.resume is not None:
        return asked_of(to_go_on_with(local.ports.store, wanted, include_shared=include_shared))
    if wanted.again is not None:
        run_named(local.ports.store, wanted.again.parent)
    if wanted.takes_back is not None:
        run_named(local.ports.store, wanted.takes_back)
    return Asked(
        kind=kind,
        private_cloud=wanted.cloud,
        include_shared=include_shared,
        requested_by=wanted.requester,
        plan_hash=wanted.revert_hash or hash_named(local.ports.store, wanted.plan),
        target=wanted.target,
        subject=wanted.subject,
        again=wanted.again,
        takes_back=wanted.takes_back,
    )


def to_go_on_with(store: Store, wanted: Wanted, *, include_shared: bool) -> RunRequest:
    """The request of exactly the run that is meant.

    Raises:
        WrongUseError: there is none, it has ended, it is no upgrade, or something else is asked for beside it.
    """
    beside = {"--cloud": wanted.cloud, "--plan": wanted.plan, "--include-shared": include_shared}
    if named := [name for name, value in beside.items() if value]:
        raise WrongUseError([f"{', '.join(named)}: --resume goes on with a run as it was asked for"])
    run = run_named(store, wanted.resume or "")
    name = run.request.id
    if run.state in ENDED:
        remedy = f"what is left can be tried once more: hcx-fleet retry {name} --as NAME"
        raise WrongUseError([f"--resume {name}: the run has ended as {run.state.value}; {remedy}"])
    if run.request.kind is not RunKind.UPGRADE:
        kind = run.request.kind.value
        raise WrongUseError([f"--resume {name}: is a {kind}, and what it observed is old; start one: hcx-fleet {kind}"])
    return run.request


def new_id(store: Store, kind: str, now: datetime) -> str:
    """An id that no run has: in a world whose time stands still, every run of a command begins in one second."""
    name = f"{kind}-{now:%Y%m%dT%H%M%S}"
    return next(one for one in chain([name], (f"{name}-{number}" for number in count(2))) if store.run(one) is None)


def hash_named(store: Store, named: str | None) -> str | None:
    """The hash of the plan that is meant; None where none is named, which an empty name does not mean.

    Raises:
        WrongUseError: there is no such plan, or more than one.
    """
    try:
        return None if named is None else plan_named(store, named).hash
    except PlanNotFoundError as error:
        raise WrongUseError([str(error)]) from None


def log_beside(settings: Settings) -> Path:
    """Where the log of a command lies: beside the store, which every command has."""
    return settings.store_file.with_suffix(".log")


def _carry_out(local: Local, run_id: str, asked: Asked, time: Time, *, watch: bool) -> None:
    with ExitStack() as stack:
        stack.callback(_close_if_interrupted, local, run_id)
        local.start(run_id, asked)
        if watch:
            view = lambda: local.view(run_id)  # noqa: E731 -- shorter than a function that says the same
            stack.enter_context(Watch(local.ports.store, run_id, view, printing.progress()))
        else:
            printing.progress().print(f"Run {run_id} has started. Elsewhere: hcx-fleet status {run_id}")
        stack.enter_context(BellWatcher(local.ports.store, local.host.ring))
        time.wait(local, run_id)


def _close_if_interrupted(local: Local, run_id: str) -> None:
    """A check or plan that somebody stopped never ends by itself: left open, it would keep the timer from its work."""
    run = local.ports.store.run(run_id)
    if run and not run.request.carries_out and run.state not in ENDED:
        now = local.ports.clock.now()
        local.ports.store.update_run(replace(run, state=RunState.CANCELED, ended_at=now, problem="interrupted"))


def _come_back(kind: RunKind, run_id: str, *, carries_out: bool) -> str:
    if not carries_out:
        return "Interrupted. Nothing was changed, and nothing goes on."
    if kind is RunKind.REVERT:
        return (
            f"Interrupted. Nobody follows revert {run_id} now; what people do goes on. Start it again with the same "
            f"command: {NOT_REPEATED}. How it stands: hcx-fleet status {run_id}"
        )
    return (
        f"Interrupted. Run {run_id} stops with this process; upgrades that HCX is carrying out go on there. "
        f"Start it again with the same command, or with hcx-fleet run --resume {run_id}: {NOT_REPEATED}. "
        f"How it stands: hcx-fleet status {run_id}"
    )


def problem_of(view: RunView) -> int:
    """Say why the run as a whole could not go on; 0 when it could."""
    if not view.run.problem:
        return 0
    printing.progress().print(f"error: {view.run.problem}", soft_wrap=True)
    return exit_of(view)
