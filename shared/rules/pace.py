"""How the work of a system stands against the time that such work takes: on time, slow or stuck.

A change is measured like what is recorded of earlier ones: from when it was sent or seen to have begun until it is
verified. It is slow when it takes longer than nine in ten, and stuck at twice that time. Whoever waits is told long
before the wait ends, so that stuck is said at half of what a step may take at the latest, however slow earlier ones
were. Snapshots and hand-overs have no recorded times: a quarter and half of what they may take stand for them. Twice, a
quarter and half are our own judgement.

Neither state ends anything. Waits for people and for the provider have their own word for it: they are late.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from shared.model.plan import Estimate, ManagerTask, Step, StepKind, Task
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.waiting import Pace, WaitingFor
from shared.rules.admitting.held_back import moment
from shared.rules.durations import changes
from shared.rules.progress import Progress

OF_A_SYSTEM = frozenset({WaitingFor.MANAGER, WaitingFor.HCX_JOB, WaitingFor.SNAPSHOT})
"""Waits whose end is the work of a system, so that their length says something about it."""

_BY_BUDGET = frozenset({StepKind.PROTECT, StepKind.HAND_OVER_MANAGER, StepKind.HAND_OVER_MESH})


@record
class Limits:
    """When a wait becomes slow, and when stuck; both count from when the change began."""

    slow: timedelta
    stuck: timedelta
    slow_because: str
    stuck_because: str


@record
class Pacing:
    """How a wait stands."""

    pace: Pace
    detail: str
    """What is said before what is waited for; empty where it is on time."""


ON_TIME = Pacing(pace=Pace.ON_TIME, detail="")
"""Where every wait begins."""


def first_of(task: Task, step: Step) -> Step | None:
    """The step with whose begin the clock of this one starts; None where that is the wait itself.

    A snapshot may wait for a bundle and a window long after its step was begun.
    """
    found = _change_of(task, step)
    return found[1] if found else None


def limits(task: Task, step: Step, budget: timedelta, before: timedelta) -> Limits | None:
    """When a wait of this step becomes slow and stuck; None where no time is known that it takes.

    Args:
        task: the task.
        step: the step that is waited for.
        budget: how long the wait may last.
        before: how long its change had lasted when the wait began.
    """
    if step.kind in _BY_BUDGET:
        return _by_budget(budget)
    found = _change_of(task, step)
    return _by_estimate(found[0], budget, before) if found else None


def pacing(found: Limits | None, waiting_for: WaitingFor, waited: timedelta) -> Pacing:
    """How the wait stands.

    Args:
        found: when it becomes slow and stuck.
        waiting_for: what is waited for.
        waited: since the change began.
    """
    if found is None or waiting_for not in OF_A_SYSTEM or waited < min(found.slow, found.stuck):
        return ON_TIME
    if waited < found.stuck:
        return Pacing(pace=Pace.SLOW, detail=f"slow: {found.slow_because}")
    return Pacing(pace=Pace.STUCK, detail=f"stuck: {found.stuck_because}")


def turns(found: Limits | None, waiting_for: WaitingFor, began: datetime) -> tuple[datetime, ...]:
    """The moments at which a wait becomes slow and stuck.

    Args:
        found: when it does.
        waiting_for: what is waited for.
        began: when the change began.
    """
    if found is None or waiting_for not in OF_A_SYSTEM:
        return ()
    return (began + found.slow, began + found.stuck)


def as_paced(progress: Progress, found: Pacing) -> Progress:
    """The same progress, saying that it is slow or stuck where it is."""
    return replace(progress, detail=f"{found.detail}; {progress.detail}") if found.detail else progress


def so_far(progress: Progress, waited: timedelta, unchanged: timedelta) -> str:
    """How far it is, for whoever is told.

    Args:
        progress: what the last look showed.
        waited: since the change began.
        unchanged: how long the HCX job has shown the same.
    """
    said = f"{_minutes(waited)} so far; {progress.detail}"
    if not progress.mark:
        return f"{said}; no HCX job is seen at work"
    return f"{said}; the HCX job has shown the same for {_minutes(unchanged)}: {progress.mark}"


def next_action(task: Task, step: Step, found: Pace, due: datetime) -> str:
    """The one thing to do next; empty where nothing is to be done.

    Args:
        task: the task.
        step: the step that is waited for.
        found: how the wait stands.
        due: when it ends.
    """
    match found:
        case Pace.ON_TIME:
            return ""
        case Pace.SLOW:
            return f"Nothing has to be done yet. To see how far it is, {_look(task, step)}."
        case Pace.STUCK:
            return f"Now {_look(task, step)}. hcx-fleet goes on looking until {moment(due)}."


def _change_of(task: Task, step: Step) -> tuple[Estimate, Step] | None:
    """What the change that a step waits for takes, and the step with whose begin that is measured from."""
    found = ((one.takes, first) for one, first, last in changes(task) if step.id in {first.id, last.id})
    return next(found, None)


def _by_estimate(takes: Estimate, budget: timedelta, before: timedelta) -> Limits:
    named, half = f"the {_minutes(takes.p90)} that nine in ten take", before + budget / 2
    twice = f"it takes twice {named} ({takes.basis})"
    return Limits(
        slow=takes.p90,
        stuck=min(2 * takes.p90, half),
        slow_because=f"it takes longer than {named} ({takes.basis})",
        stuck_because=twice if 2 * takes.p90 <= half else f"half of the {_minutes(budget)} that this may take are over",
    )


def _by_budget(budget: timedelta) -> Limits:
    of = f"of the {_minutes(budget)} that this may take"
    return Limits(
        slow=budget / 4,
        stuck=budget / 2,
        slow_because=f"a quarter {of} is over",
        stuck_because=f"half {of} are over",
    )


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} min"


def _look(task: Task, step: Step) -> str:
    if step.kind in _BY_BUDGET:
        return _look_around(task, step)
    return _look_at_manager(task, step) if isinstance(task, ManagerTask) else _look_at_mesh(step, task.name)


def _look_around(task: Task, step: Step) -> str:
    if step.kind is StepKind.PROTECT:
        return f"see where the snapshot of {task.subject} is taken whether it goes on"
    return f"see to what is named as not settled yet of {task.subject}"


def _look_at_manager(task: ManagerTask, step: Step) -> str:
    """Customers have no log-in to port 9443 of a cloud manager that Microsoft operates."""
    if task.owner is Owner.PROVIDER:
        return f"ask Microsoft how far the upgrade of {task.subject} is"
    if step.kind is StepKind.VERIFY_MANAGER:
        return (
            f"see on port 9443 of {task.subject} which services run, and its plug-ins in vCenter where those are named"
        )
    return f"read the upgrade's sub-tasks on port 9443 of {task.subject}, and see whether its machine runs"


def _look_at_mesh(step: Step, mesh: str) -> str:
    if step.kind is StepKind.VERIFY_APPLIANCE:
        return f"look at the tunnels of the mesh {mesh} from both sides"
    return f"read the tasks of the mesh {mesh} in the HCX plug-in at its source site; its state RUNNING proves nothing"
