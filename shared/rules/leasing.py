"""Leases of tasks: what a task needs for itself, what has to be quiet meanwhile, and for how long."""

from datetime import datetime, timedelta

from shared.model.ledger import Lease, LeaseWish
from shared.model.plan import ManagerTask, Step, Task
from shared.rules.resume import ledger_subject

SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(hours=4)
"""A lease that nobody gives back, since its host never comes back, keeps others waiting for at most this long."""


def wish_for(task: Task, step: str, run: str, now: datetime) -> LeaseWish:
    """The lease that a step of a task needs from now on, until the change that it belongs to is verified.

    Raises:
        KeyError: the task has no such step.
    """
    return LeaseWish(
        subject=ledger_subject(task),
        quiet=() if isinstance(task, ManagerTask) else (f"manager:{task.initiator}", f"manager:{task.receiver}"),
        run=run,
        task=task.id,
        until=now + _lasts(task, step),
    )


def _lasts(task: Task, step: str) -> timedelta:
    """What the step and those after it in its piece of the task may take, within bounds."""
    for piece in _pieces(task):
        names = [one.id for one in piece]
        if step in names:
            left = sum((one.budget for one in piece[names.index(step) :]), timedelta())
            return min(max(left, SHORTEST), LONGEST)
    raise KeyError(step)


def _pieces(task: Task) -> tuple[tuple[Step, ...], ...]:
    """The steps of a task, those together that are about one change."""
    around = tuple((one,) for one in (task.observe, task.check, task.hand_over))
    if isinstance(task, ManagerTask):
        hops = tuple((hop.upgrade, hop.answer, hop.verify) for hop in task.hops)
        return (*around, (task.protect,), *((hop.stage,) for hop in task.hops), *hops)
    gateways = ((one.redeploy,) for one in task.by_hand)
    return (*around, *((item.upgrade, item.back, item.verify) for item in task.appliances), *gateways)


def renew_at(now: datetime, until: datetime) -> datetime:
    """When a lease that was taken now is renewed: before half of it is over."""
    return now + (until - now) * 2 / 5


def holder(lease: Lease) -> str:
    """Who holds a lease, in words."""
    return (
        f"task {lease.task} of run {lease.run} has the lease on {lease.subject} until {lease.until:%Y-%m-%d %H:%M} UTC"
    )


REFUSED = "leased"
"""Reason of a task that ends because somebody else has the lease."""

WHO_CAN_ACT = "whoever holds it, or a person: hcx-fleet leases"
"""Who can end the wait for a lease."""
