"""`approve`, `reject`, `pause`, `resume`, `cancel`, `skip`: a command to a run, written into its store.

Whoever carries the run out finds it there, now or when the run goes on: no host is needed, and none is kept out.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cli import printing, tables
from cli.edge import WrongUseError
from cli.exits import Exit
from cli.now import now_of
from cli.reading import run_named, store_of
from shared.api.commanding import KINDS, CommandUnfitError, KeyTakenError, Taken, take_down
from shared.model.command import Command, CommandKind
from shared.model.record import record
from shared.model.run import Run
from shared.ports import Store
from shared.report.control_json import command_part
from shared.report.control_text import comes_to, still_happens
from shared.report.kept_plans import PlanNotFoundError, plan_named
from shared.report.sheet import Grid, Sheet
from shared.rules.run_view import ENDED

KEY_MAX = 100


@record
class ControlOrder:
    """What such a command is told."""

    settings: Path | None
    run: str
    kind: str
    by: str
    comment: str
    key: str | None
    json: bool
    world: str | None
    """Control address of a simulated world whose time to go by; None for this machine's."""
    task: str | None = None
    cloud: str | None = None
    wave: str | None = None
    tasks: str | None = None
    approver: str = ""
    plan: str | None = None


def control(order: ControlOrder) -> int:
    """Write the command down and say what it comes to.

    Raises:
        WrongUseError: it cannot be meant, or does not fit the state of the run; with the state and who can act.
    """
    if wrong := list(_wrong(order)):
        raise WrongUseError(wrong)
    now = now_of(order.world)
    with store_of(order.settings) as store:
        run = run_named(store, order.run)
        taken = _taken(store, run, _command(store, run, order, now))
    _print(order, taken)
    return Exit.AS_WANTED


def _wrong(order: ControlOrder) -> Iterator[str]:
    if not order.by.strip():
        yield "--as: must not be empty"
    if order.wave is not None and not order.wave.strip():
        yield "--wave: must not be empty"
    if order.task and order.cloud:
        yield "--task, --cloud: give one of them"
    if order.kind == CommandKind.SKIP and not (order.task or order.cloud):
        yield "skip: give --task or --cloud; a whole run is ended by hcx-fleet cancel"
    if order.key is not None and not (order.key.strip() and len(order.key) <= KEY_MAX and "/" not in order.key):
        yield f"--key: must be 1 to {KEY_MAX} characters without a slash"


def _command(store: Store, run: Run, order: ControlOrder, now: datetime) -> Command:
    return Command(
        key=order.key or "",
        kind=CommandKind(order.kind),
        by=order.by.strip(),
        authenticated=False,
        at=now,
        comment=order.comment.strip(),
        task=order.task,
        cloud=order.cloud,
        wave=order.wave,
        tasks=KINDS[order.tasks] if order.tasks else None,
        approver=order.approver.strip(),
        plan_hash=_plan(store, run, order.plan) if order.kind == CommandKind.APPROVE else None,
    )


def _plan(store: Store, run: Run, named: str | None) -> str | None:
    """The plan that was looked at; who names none has looked at that of the run, which never becomes another."""
    try:
        return run.plan_hash if named is None else plan_named(store, named).hash
    except PlanNotFoundError as error:
        raise WrongUseError([str(error)]) from None


def _taken(store: Store, run: Run, wanted: Command) -> Taken:
    try:
        return take_down(store, run, wanted)
    except CommandUnfitError as error:
        unfit, about = error.unfit, f"run {run.request.id} takes no {wanted.kind.value} now"
        raise WrongUseError([f"{about} [{unfit.reason}]: {unfit.detail}. Who can act: {unfit.who_can_act}"]) from None
    except KeyTakenError as error:
        raise WrongUseError([f"--key: {error}"]) from None


def _print(order: ControlOrder, taken: Taken) -> None:
    if order.json:
        printing.as_json(command_part(taken.command, taken.view, taken.given).model_dump(mode="json", by_alias=True))
    else:
        printing.parts(tables.sheet(_sheet(taken)))


def _sheet(taken: Taken) -> Sheet:
    still = still_happens(taken.command, taken.view)
    rows = tuple((one.task, one.at or "", one.cancel.value if one.cancel else "", one.text) for one in still)
    run = taken.view.run
    served = f"The run reads it at its next safe point; where no process carries it out: {_onward(run)}"
    return Sheet(
        head=(comes_to(taken.command, taken.view, taken.given),),
        grids=(Grid(columns=("TASK", "IS AT", "CANCEL", "WHAT STILL HAPPENS"), rows=rows),),
        foot=(served,) if run.state not in ENDED else (),
    )


def _onward(run: Run) -> str:
    return f"hcx-fleet run --resume {run.request.id}"
