"""Taking down what somebody tells a run: refused where it does not fit, else kept in the ledger and in its journal.

The HTTP API and the command line do it in this one way, whether or not anybody carries the run out meanwhile. Kept free
of FastAPI, which the command line does not pay for.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from shared.model.command import Command
from shared.model.plan import SubjectKind
from shared.model.record import record
from shared.model.run import JournalEntry, Run
from shared.model.view import RunView
from shared.ports import Store
from shared.report.stored import inventory_of, view_of
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.commands import Unfit, entry_of, fits, told
from shared.rules.generation import generation
from shared.store.errors import CommandsMovedError

KINDS = {"manager": SubjectKind.CONNECTOR, "mesh": SubjectKind.MESH}
"""Of an approval: a word for tasks of managers of either sort, and one for those of meshes."""


class CommandUnfitError(Exception):
    """A command does not fit the state of its run; nothing was kept."""

    def __init__(self, unfit: Unfit) -> None:
        super().__init__(unfit.detail)
        self.unfit = unfit


class KeyTakenError(Exception):
    """The key stands for another command; nothing was kept."""


class StateMovedError(Exception):
    """A command is meant for another state of its run than the one that it is in."""

    def __init__(self, present: int, journal: tuple[JournalEntry, ...]) -> None:
        super().__init__(f"the run is in state {present}")
        self.present = present
        """Generation of the run."""
        self.journal = journal


@record
class Taken:
    """A command that is kept, and the run as it stands with it."""

    command: Command
    view: RunView
    given: tuple[Command, ...]
    """Every command to the run, this one included."""


def take_down(store: Store, run: Run, wanted: Command, meant: Callable[[int], bool] | None = None) -> Taken:
    """Keep a command, or find it kept already: the same key given again is the same command.

    Args:
        store: where the run is.
        run: the run.
        wanted: what is said; with an empty key it gets one of its own.
        meant: whether the command is for that generation of the run; None: for whatever state it is in.

    Raises:
        StateMovedError: it is not for the one that the run is in.
        CommandUnfitError: it does not fit the state of the run.
        KeyTakenError: something else was said under that key.
    """
    name = run.request.id
    wanted = _meant(store, name, wanted)
    kept = None
    while kept is None:
        kept = _known(store, name, wanted.key) or _kept(store, run, wanted, meant)
    if _said(kept) != _said(wanted):
        raise KeyTakenError(f"under the key {wanted.key} something else was said to run {name}: {told(kept)}")
    store.append(name, entry_of(kept))
    return Taken(command=kept, view=view_of(store, run, wanted.at), given=store.commands(name))


def _meant(store: Store, run_id: str, wanted: Command) -> Command:
    """With the private cloud by its id, where it was named otherwise."""
    inventory = inventory_of(store, run_id)
    if wanted.cloud is None or inventory is None:
        return wanted
    try:
        return replace(wanted, cloud=cloud_named(wanted.cloud, inventory.private_clouds))
    except CloudUnknownError:  # whether any task is meant is said of all commands in one place
        return wanted
    except CloudAmbiguousError as error:
        unfit = Unfit(reason="cloud-ambiguous", detail=str(error), who_can_act="a person: use one of these ids")
        raise CommandUnfitError(unfit) from None


def _known(store: Store, run_id: str, key: str) -> Command | None:
    return next((one for one in store.commands(run_id) if one.key == key), None)


def _kept(store: Store, run: Run, wanted: Command, meant: Callable[[int], bool] | None) -> Command | None:
    """The command as it is kept; None where somebody said something else meanwhile, so that it is judged once more."""
    name = run.request.id
    given = store.commands(name)
    view = view_of(store, run, wanted.at)
    present = generation(run, view.journal, len(given))
    if meant is not None and not meant(present):
        raise StateMovedError(present, view.journal)
    unfit = fits(wanted, view, given)
    if unfit is not None:
        raise CommandUnfitError(unfit)
    try:
        return _written(store, name, wanted, len(given))
    except CommandsMovedError:  # it may be this very one, where the answer to writing it was lost
        return next((one for one in store.commands(name)[len(given) :] if _is(one, wanted)), None)


def _written(store: Store, run_id: str, wanted: Command, behind: int) -> Command | None:
    if wanted.key:
        return wanted if store.command(run_id, wanted, behind) else _known(store, run_id, wanted.key)
    numbered = (replace(wanted, key=f"{wanted.kind.value}/{number}") for number in count(behind + 1))
    return next(one for one in numbered if store.command(run_id, one, behind))


def _is(kept: Command, wanted: Command) -> bool:
    return replace(kept, key="") == replace(wanted, key="")


def _said(command: Command) -> tuple[object, ...]:
    """When it was said makes no other command, nor the words beside it."""
    about = command.task, command.cloud, command.wave, command.tasks
    return command.kind, command.by, *about, command.approver, command.plan_hash
