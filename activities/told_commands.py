"""What people told a run, each word judged by what the moment does not change: who said it, of which plan, and drift.

Whether anybody was asked at that moment is for the run itself to say, which knows where its waves stand.
"""

from collections.abc import Iterable, Mapping

from activities.planning import drifted_since
from shared.model.command import Command, CommandKind
from shared.model.orders import CommandsOrder, Heard, HeardCommands, WaveDrift, WaveOrder
from shared.model.plan import MeshTask, Plan
from shared.model.run import RunRequest
from shared.ports import Ports
from shared.report.stored import plan_known
from shared.rules import commands
from shared.rules.resume import opening_key, taken_key, times_overtaken, void_key
from shared.store.errors import TamperedError


def told_commands(ports: Ports, order: CommandsOrder) -> HeardCommands:
    """The commands to a run after those it has taken, in order. What was found void once stays so.

    Where one of them was forged or changed, none is heard: what the others say may be meant to hide that.
    """
    run = ports.store.run(order.run)
    try:
        told = ports.store.commands(order.run)[order.taken :]
    except TamperedError as error:
        return HeardCommands(heard=(), unreadable=str(error))
    if run is None or not told:
        return HeardCommands(heard=())
    plan = plan_known(ports.store, order.plan_hash)
    journal = {entry.key: entry.text for _, entry in ports.store.journal(order.run)}
    _tell_untold(ports, order.run, told, journal)
    return HeardCommands(heard=tuple(_heard(ports, run.request, plan, one, journal) for one in told))


def wave_drift(ports: Ports, order: WaveOrder) -> WaveDrift:
    """What changed of what the mesh tasks of a wave touch: whoever let them go, maybe weeks ago, did not know of it."""
    run = ports.store.run(order.run)
    if run is None:
        return WaveDrift(changed="")
    plan = plan_known(ports.store, order.plan_hash)
    return WaveDrift(changed=drifted_since(ports, run.request, plan, order.wave, meshes=True))


def _tell_untold(ports: Ports, run: str, told: Iterable[Command], journal: Mapping[str, str]) -> None:
    """Whoever kept a command may have died before its entry was written: it counts, and nobody could read of it."""
    for entry in map(commands.entry_of, told):
        if entry.key not in journal:
            ports.store.append(run, entry)


def _heard(ports: Ports, request: RunRequest, plan: Plan, command: Command, journal: Mapping[str, str]) -> Heard:
    if command.kind not in commands.JUDGED:
        return Heard(command=command)
    counted = taken_key(command.key) in journal
    void = journal.get(void_key(command.key)) or commands.void(command, request.requested_by, plan, journal)
    if not void and command.kind is CommandKind.APPROVE and not _has_done_its_work(command, plan, journal):
        changed = drifted_since(ports, request, plan, command.wave or "")
        void = f"what the wave touches is not as it was when the plan was made: {changed}" if changed else ""
    return Heard(command=command, void=void, counted=counted)


def _has_done_its_work(command: Command, plan: Plan, journal: Mapping[str, str]) -> bool:
    """Whether all was let go that an approval is about: what changes after that is no matter of the approval's."""
    names = frozenset(next((one.tasks for one in plan.waves if one.name == command.wave), ()))
    kinds = {isinstance(task, MeshTask) for task in plan.tasks if task.id in names}
    meant = [kind for kind in kinds if commands.means_kind(command, meshes=kind)]
    wave, anew = command.wave or "", times_overtaken(journal, command.wave or "")
    return all(opening_key(wave, meshes=kind, anew=anew) in journal for kind in meant)
