"""Commands, pauses and leases for programs: the command line and the API say the same, made here."""

from collections.abc import Iterable, Sequence

from shared.model.command import Command, TaskStanding
from shared.model.ledger import Lease
from shared.model.view import RunView, TaskView
from shared.ports import Store
from shared.report.control_document import AskedPart, CommandPart, ControlPart, HeldUpPart, LeasePart, StillPart
from shared.report.control_text import Asked, asked_for, comes_to, held_up, leases_of, still_happens
from shared.rules.cancelling import Still


def stored_control(store: Store, view: RunView) -> ControlPart:
    """How a run stands by what its store holds beside the journal."""
    return control_part(view, store.commands(view.run.request.id), store.leases(view.now))


def control_part(view: RunView, given: Sequence[Command], leases: Iterable[Lease]) -> ControlPart:
    """The same from every command to the run and every lease that is held."""
    return ControlPart(
        asked=tuple(map(_asked, asked_for(view, given))),
        held_up=tuple(_held_up(task, said) for task, said in held_up(view, given)),
        leases=tuple(map(lease_part, leases_of(view, leases))),
    )


def command_part(command: Command, view: RunView, given: Sequence[Command]) -> CommandPart:
    """A command that is kept, and what it comes to."""
    return CommandPart(
        run_id=view.run.request.id,
        key=command.key,
        kind=command.kind,
        by=command.by,
        at=command.at,
        text=comes_to(command, view, given),
        still=tuple(map(_still, still_happens(command, view))),
    )


def lease_part(lease: Lease) -> LeasePart:
    """One lease."""
    return LeasePart(
        subject=lease.subject,
        quiet=lease.quiet,
        run=lease.run,
        task=lease.task,
        token=lease.token,
        since=lease.since,
        until=lease.until,
    )


def _asked(one: Asked) -> AskedPart:
    return AskedPart(
        wave=one.wave,
        tasks="mesh" if one.meshes else "manager",
        approvers=one.approvers,
        granted=one.granted,
        missing=one.missing,
        until=one.until,
    )


def _held_up(task: TaskView, said: TaskStanding) -> HeldUpPart:
    return HeldUpPart(task=task.task, standing=said.standing, by=said.by, comment=said.comment)


def _still(one: Still) -> StillPart:
    return StillPart(task=one.task, at=one.at, cancel=one.cancel, text=one.text)
