"""What can differ between two plans about one task, wave or subject without work: names of aspects and their words.

A comparison of plans compares these. That none is missing is proven by a test, and where one were, the comparison still
says that something differs.
"""

from collections.abc import Iterator, Mapping

from shared.model.plan import (
    ApplianceUpgrade,
    Hop,
    ManagerTask,
    MeshTask,
    PairingGroup,
    Plan,
    PlannedWave,
    Preparation,
    Requirement,
    Rest,
    Safeguard,
    Step,
    Task,
    WayBack,
)
from shared.report.plan_words import (
    APPLIANCE,
    APPLIANCE_MODE,
    MODE,
    PERFORMS,
    SAFEGUARD,
    UNPLANNED,
    approval_words,
    budget_words,
    estimate_words,
    machine_words,
    soak_words,
    way_of,
)
from shared.report.words import took

type Aspects = Mapping[str, str]
"""Words by the name of an aspect. An empty text is as good as none."""

NONE = "none"


def of_plan(plan: Plan) -> Aspects:
    """What is said of a plan as a whole."""
    return {
        "name": plan.name,
        "part": f"private cloud {plan.private_cloud} alone" if plan.private_cloud else "the whole scope",
        "mode": MODE[plan.mode],
        "target": str(plan.target),
        "tasks of ours at a time": str(plan.concurrency),
        "failures": budget_words(plan.max_failed, strict=plan.strict),
        "failures, strict": str(plan.strict),
        "extended networks in change": "any number" if plan.networks_at_risk is None else str(plan.networks_at_risk),
    }


def of_group(group: PairingGroup) -> Aspects:
    """What is said of a pairing group."""
    return {"managers": ", ".join(group.managers)}


def of_wave(wave: PlannedWave) -> Aspects:
    """What is said of a wave."""
    return {
        "private clouds": ", ".join(wave.clouds),
        "of ours at a time": str(wave.concurrency),
        "failures": budget_words(wave.max_failed, strict=wave.strict),
        "failures, strict": str(wave.strict),
        "watched": soak_words(wave.soak) if wave.soak else "",
        "approval": approval_words(wave.approval) if wave.approval else "",
    }


def of_rest(rest: Rest) -> Aspects:
    """What is said of something without a task."""
    return {
        "why": f"{UNPLANNED[rest.reason]}: {rest.detail}",
        "who can act": rest.who_can_act,
        "private clouds": ", ".join(rest.clouds),
    }


def of_task(task: Task) -> Aspects:
    """What is said of a task."""
    return dict(_of_task(task))


def _of_task(task: Task) -> Iterator[tuple[str, str]]:
    yield "way", way_of(task)
    yield "owner", PERFORMS[task.owner]
    yield "why this owner", task.owner_reason
    yield "wave", task.wave
    yield "after", ", ".join(task.depends_on)
    yield "private clouds", ", ".join(task.clouds)
    yield "sites", ", ".join(task.sites)
    yield "split", "may go on in another window" if task.split else ""
    yield "versions", _versions(task)
    yield from (_of_manager(task) if isinstance(task, ManagerTask) else _of_mesh(task))
    yield from ((f"way back of {one.manager} by {one.kind.value}", _way_back(one)) for one in task.way_back)
    yield from ((f"preparation {one.id}", _preparation(one)) for one in task.preparations)
    yield from ((f"step {one.section} {one.id}", _step(one)) for one in task.steps)


def _versions(task: Task) -> str:
    """With their builds, which a way leaves out."""
    if isinstance(task, ManagerTask):
        hops = ", ".join(f"{hop.source} to {hop.target}" for hop in task.hops)
        return f"{task.source} to {task.target} by {hops}"
    return f"{', '.join(f'{one.name} {one.source}' for one in task.appliances)} to {task.target}"


def _of_manager(task: ManagerTask) -> Iterator[tuple[str, str]]:
    yield "system", f"{task.system_id}, a {task.manager_kind.value}"
    yield "paired with", ", ".join(task.peers)
    yield "snapshot of ours", "" if task.snapshot is Safeguard.NONE else SAFEGUARD[task.snapshot]
    yield "machine", machine_words(task.machine) if task.machine else ""
    for hop in task.hops:
        yield f"hop to {hop.target}", _hop(hop)


def _hop(hop: Hop) -> str:
    return "; ".join([f"takes {estimate_words(hop.takes)}", *map(_requirement, hop.requires)])


def _requirement(one: Requirement) -> str:
    return f"not before {one.kind} {one.subject} is at {one.version}: {one.reason}"


def _of_mesh(task: MeshTask) -> Iterator[tuple[str, str]]:
    yield "name", task.name
    yield "ends", f"{task.initiator} and {task.receiver}"
    yield "compulsory", task.must
    yield "needs", "; ".join(map(_requirement, task.requires))
    yield "order of appliances", ", ".join(one.name for one in task.appliances)
    yield "in change at once", "; ".join(", ".join(one.name for one in each) for each in task.several)
    for one in task.appliances:
        yield f"mode of {one.name}", _mode(one)
        yield f"appliance {one.name}", _appliance(one)
    for hand in task.by_hand:
        fix = ", ".join(hand.mode.to_fix)
        told = f"{APPLIANCE_MODE[hand.mode.mode]}: {hand.mode.reason}"
        yield f"by hand {hand.name}", f"{hand.appliance_id}, {told}{f'; to put right: {fix}' if fix else ''}"


def _mode(one: ApplianceUpgrade) -> str:
    fix = f"; to put right: {', '.join(one.mode.to_fix)}" if one.mode.to_fix else ""
    return f"{APPLIANCE_MODE[one.mode.mode]} ({one.mode.reason}{fix})"


def _appliance(one: ApplianceUpgrade) -> str:
    peers, together = ", ".join(one.peers) or NONE, ", ".join(one.together) or NONE
    return (
        f"{one.appliance_id}, {APPLIANCE[one.kind]}, {one.networks} networks in change, peers {peers}, "
        f"together with {together}, takes {estimate_words(one.takes)}"
    )


def _way_back(one: WayBack) -> str:
    return f"{SAFEGUARD[one.kind]}{f' for {took(one.lasts)}' if one.lasts else ''}: {one.text}"


def _preparation(one: Preparation) -> str:
    return f"{one.title}, by {one.who} ({PERFORMS[one.owner]}), {took(one.lead)} ahead, {one.kind.value}"


def _step(one: Step) -> str:
    return f"{one.title}, by {PERFORMS[one.owner]}, up to {took(one.budget)}, cancel {one.cancel.value}"
