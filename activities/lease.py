"""Leases: the right of one task to change one subject, taken right before its change and given back after it."""

from activities.known import task_of
from activities.ledger import lease_held
from shared.model.ledger import Lease
from shared.model.orders import Leased, StepOrder
from shared.model.run import JournalEntry, JournalKind
from shared.ports import Ports
from shared.rules import leasing
from shared.store.errors import LeaseHeldError


def take_lease(ports: Ports, order: StepOrder) -> Leased:
    """Take the lease for the change of a step, or keep the one that the task has, for longer.

    `order.fence` is the token that the task believes to hold; where it gets another one, it had lost that.
    """
    now = ports.clock.now()
    wish = leasing.wish_for(task_of(ports, order.plan_hash, order.task), order.step, order.run, now)
    try:
        lease = ports.store.take_lease(wish, now)
    except LeaseHeldError as error:
        return _refused(ports, order, error.standing)
    if order.fence not in {0, lease.token}:
        _lost(ports, order)
    _tell(ports, order, f"{lease.token}/taken", f"has the lease on {lease.subject}, number {lease.token}")
    return Leased(token=lease.token, until=lease.until)


def renew_lease(ports: Ports, order: StepOrder) -> Leased:
    """Keep the lease for longer while HCX is at work. One that was lost is not taken anew: nothing is sent now."""
    if not lease_held(ports.store, order.fence, ports.clock.now()):
        _lost(ports, order)
        return Leased(token=None)
    return take_lease(ports, order)


def give_back_lease(ports: Ports, order: StepOrder) -> None:
    """Give back what the task has, if anything: it may have been taken before the run's host went away.

    Where the task knows its number that one alone is meant: a delivery that comes late gives back no other.
    """
    now = ports.clock.now()
    for lease in ports.store.leases(now):
        own = (lease.run, lease.task) == (order.run, order.task) and order.fence in {0, lease.token}
        if own and ports.store.give_back_lease(lease.subject, lease.token, now):
            text = f"gave back the lease on {lease.subject}, number {lease.token}"
            _tell(ports, order, f"{lease.token}/given-back", text)


def _refused(ports: Ports, order: StepOrder, standing: Lease) -> Leased:
    if order.fence:
        _lost(ports, order)
    text = leasing.holder(standing)
    _tell(ports, order, f"refused/{standing.run}/{standing.token}", f"no lease: {text}")
    return Leased(token=None, until=standing.until, holder=text, run=standing.run)


def _lost(ports: Ports, order: StepOrder) -> None:
    text = f"does not have lease number {order.fence} any more: it came to its end, or somebody broke it"
    _tell(ports, order, f"{order.fence}/lost", text)


def _tell(ports: Ports, order: StepOrder, what: str, text: str) -> None:
    entry = JournalEntry(
        key=f"{order.task}/lease/{what}",
        at=ports.clock.now(),
        kind=JournalKind.LEASED,
        text=text,
        task=order.task,
        step=order.step,
    )
    ports.store.append(order.run, entry)
