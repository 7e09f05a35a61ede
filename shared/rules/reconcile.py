"""What the timer does: plan always, upgrade only where a reviewed `mode` says so, and never beside another run."""

from collections.abc import Sequence
from datetime import datetime

from shared.model.orders import WatchDecision
from shared.model.policy import Mode
from shared.model.run import Run, RunKind, RunRequest, RunTrigger

KIND = {
    Mode.PLAN_ONLY: RunKind.PLAN,
    Mode.APPROVE_EACH: RunKind.PLAN,
    Mode.AUTO: RunKind.UPGRADE,
}
"""How far the timer's run goes. `approve-each` plans: carrying a plan out then takes a person's own request."""


def wanted_run(mode: Mode, active: Sequence[Run], at: str, now: datetime) -> WatchDecision:
    """The run that the timer should start at `now`, or why none.

    Args:
        mode: what the policy allows the timer.
        active: runs that have not ended.
        at: when the timer fired, which makes the run's id: a timer delivered twice asks for the same run.
        now: the time of the request.
    """
    name = f"timer-{datetime.fromisoformat(at):%Y%m%dT%H%M}"
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
