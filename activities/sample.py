"""Looking at the networks of an appliance for a minute, while it changes and until they are well again.

One activity takes all looks of that minute, so that a durable history has one event a minute and not one a look. Each
look is kept at once: a host that goes away takes none of them with it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from activities.changed_networks import tell_extended
from activities.known import mesh_task_of
from activities.witnesses import Watch, bursts_of, keep, look, looks_in, looks_name, questioning
from shared.model.orders import Sampled, SampleOrder
from shared.model.outage import Burst, Sample, Turn
from shared.ports import Ports
from shared.report import stored
from shared.rules.outage import settled

BURST = timedelta(minutes=1)
"""How long one activity looks, by the clock: far less than a host lets one run."""


def sample(ports: Ports, order: SampleOrder) -> Sampled:
    """Take one look after the other until the minute is over, the host stops or nobody can sleep here; keep each.

    Once the appliance is verified it is enough that all of its networks are up. What was extended meanwhile is told.
    """
    task = mesh_task_of(ports, order.plan_hash, order.task)
    watch = Watch.of(ports, order.run, task, task.item(order.step))
    if watch.nobody:
        return Sampled(samples=0, next_at=None)
    sampled = _looked(ports, order, watch, looks_in(bursts_of(ports, order.run, task, watch.item)))
    tell_extended(ports, order.run, task, watch.item)
    return sampled


def _looked(ports: Ports, order: SampleOrder, watch: Watch, earlier: tuple[Sample, ...]) -> Sampled:
    burst = _taken_before(ports, order, watch)
    with questioning() as pool:
        while True:
            taken = look(ports, watch.knowing(earlier, burst.samples), pool)
            next_at = _next_after(order.begin, watch.every, ports.clock.now())
            well = _well(order, watch, (*earlier, *burst.samples, taken))
            burst = replace(burst, samples=(*burst.samples, replace(taken, turn=_turn(order, next_at, well=well))))
            keep(ports, order.run, burst, _part(order))
            if well or next_at >= order.begin + BURST or not ports.clock.wait_until(next_at):
                return Sampled(samples=len(burst.samples), next_at=next_at, settled=well)


def _well(order: SampleOrder, watch: Watch, samples: tuple[Sample, ...]) -> bool:
    return order.verified_at is not None and settled(samples, order.verified_at, watch.item.networks)


def _turn(order: SampleOrder, next_at: datetime, *, well: bool) -> Turn:
    """Whether it is the last look of all: the change is over, and whatever comes later tells nothing of it."""
    return Turn.LAST if well or (order.until is not None and next_at >= order.until) else Turn.ON


def _next_after(begin: datetime, every: timedelta, now: datetime) -> datetime:
    """The next look after now: looks that were missed are not made up for."""
    return begin + every * ((now - begin) // every + 1)


def _part(order: SampleOrder) -> str:
    return order.begin.isoformat()


def _taken_before(ports: Ports, order: SampleOrder, watch: Watch) -> Burst:
    """What was kept of the same minute before the order was delivered again; no look where this is the first time."""
    kept = stored.document_of(ports.store, order.run, looks_name(order.task, watch.item.name, _part(order)), Burst)
    return kept or Burst(task=order.task, appliance=watch.item.name, samples=(), known=watch.known)
