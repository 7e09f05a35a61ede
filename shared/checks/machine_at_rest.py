"""Is somebody moving or changing the manager's machine?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told, told_each
from shared.checks.words import names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No move, clone or reconfiguration is queued or running on the manager's virtual machine.

    An upgrade reboots the manager and takes a snapshot of it; neither goes together with a move of the machine. Whoever
    began it, it ends by itself, so the step waits for it.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(
        context, manager, lambda one: None if one.machine is None or one.tasks is None else (one.machine, one.tasks)
    )
    if isinstance(seen, Judgement):
        return seen
    machine, tasks = seen.value
    busy = [f"{one.description} by {one.user}" for one in tasks if one.machine == machine.name]
    if not busy:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: nothing is at work on {machine.name}",
            evidence=told(f"no task on {machine.name}", seen),
        )
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"{manager}: at work on {machine.name}: {names(busy)}",
        evidence=told_each(busy, seen),
        remedy="wait for it, or have whoever began it cancel it; then observe again",
    )


CHECK = Check(
    id="machine-at-rest",
    title="Nothing is at work on the manager's machine",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
