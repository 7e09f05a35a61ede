"""What the timer does: plan always, upgrade only where a reviewed `mode` says so, and never beside another run."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.model.orders import WatchDecision
from shared.model.policy import Mode
from shared.model.run import Run, RunKind, RunRequest, RunTrigger

_BY_TIMER = "timer-"

KIND = {
    Mode.PLAN_ONLY: RunKind.PLAN,
    Mode.APPROVE_EACH: RunKind.PLAN,
    Mode.AUTO: RunKind.UPGRADE,
}
"""How far the timer's run goes. `approve-each` plans: carrying a plan out then takes a person's own request."""

LOOKS_LAST = timedelta(hours=1)
"""A check or a plan is over by then. A younger one may be a command's, which goes on in a process of its own."""


def watch_instance(fired: datetime) -> str:
    """Id of the orchestration that the timer starts when it fires then."""
    return f"watch-{fired:%Y%m%dT%H%M}"


def watch_of(run: Run) -> str | None:
    """Id of the orchestration that starts this run and waits for it; None where no timer asked for it."""
    name = run.request.id
    by_timer = run.request.trigger is RunTrigger.TIMER and name.startswith(_BY_TIMER)
    return f"watch-{name.removeprefix(_BY_TIMER)}" if by_timer else None


def forgotten(run: Run, now: datetime) -> bool:
    """Whether a run that has not ended, and that no instance drives, is the timer's to start again."""
    return run.request.carries_out or now - run.request.requested_at > LOOKS_LAST


def purgeable(instances: Sequence[str], active: Sequence[Run]) -> tuple[str, ...]:
    """Of instances that ended long enough ago, those that belong to no run that goes on.

    Args:
        instances: their ids: a run's own id, or `RUN:TASK` for what it started.
        active: runs that have not ended.
    """
    going_on = {run.request.id for run in active}
    return tuple(name for name in instances if name.partition(":")[0] not in going_on)


def wanted_run(mode: Mode, active: Sequence[Run], at: str, now: datetime) -> WatchDecision:
    """The run that the timer should start at `now`, or why none.

    Args:
        mode: what the policy allows the timer.
        active: runs that have not ended.
        at: when the timer fired, which makes the run's id: a timer delivered twice asks for the same run.
        now: the time of the request.
    """
    name = f"{_BY_TIMER}{datetime.fromisoformat(at):%Y%m%dT%H%M}"
    if active:
        same = next((run.request for run in active if run.request.id == name), None)
        return WatchDecision(request=same, reason=f"run {active[0].request.id} is under way")
    request = RunRequest(
        id=name,
        kind=KIND[mode],
        trigger=RunTrigger.TIMER,
        requested_by="timer",
        requested_at=now,
    )
    return WatchDecision(request=request, reason=f"mode {mode.value}")
