"""What people told a run, each word judged by what does not depend on the moment: who, for which plan, and drift.

Whether anybody was asked at that moment is for the run itself to say, which knows where its waves stand.
"""

from activities.planning import drifted_since
from shared.model.command import Command, CommandKind
from shared.model.orders import CommandsOrder, Heard, HeardCommands
from shared.model.plan import Plan
from shared.model.run import RunRequest
from shared.ports import Ports
from shared.report.stored import plan_known
from shared.rules import commands
from shared.rules.resume import void_key


def told_commands(ports: Ports, order: CommandsOrder) -> HeardCommands:
    """Every command to a run, in the order in which they were given. What was found void once stays so."""
    run = ports.store.run(order.run)
    told = ports.store.commands(order.run)
    if run is None or not told:
        return HeardCommands(heard=())
    plan = plan_known(ports.store, order.plan_hash)
    before = {entry.key: entry.text for _, entry in ports.store.journal(order.run)}
    return HeardCommands(
        heard=tuple(_heard(ports, run.request, plan, one, before.get(void_key(one.key))) for one in told)
    )


def _heard(ports: Ports, request: RunRequest, plan: Plan, command: Command, before: str | None) -> Heard:
    if command.kind not in commands.JUDGED:
        return Heard(command=command)
    void = before or commands.void(command, request.requested_by, plan)
    if not void and command.kind is CommandKind.APPROVE:
        changed = drifted_since(ports, request, plan, command.wave or "")
        void = f"what the wave touches is not as it was when the plan was made: {changed}" if changed else ""
    return Heard(command=command, void=void)
