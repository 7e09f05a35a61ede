"""Looking at the networks of an appliance for a minute, while it changes and until they are well again.

One activity takes all looks of that minute, so that a durable history has one event a minute and not one a look. Each
look is kept at once: a host that goes away takes none of them with it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from activities.known import mesh_task_of
from activities.witnesses import Watch, keep, look, looks_at, looks_name, questioning
from shared.model.orders import Sampled, SampleOrder
from shared.model.outage import Burst, Sample
from shared.ports import Ports
from shared.report import stored
from shared.rules.outage import settled

BURST = timedelta(minutes=1)
"""How long one activity looks, by the clock: far less than a host lets one run."""


def sample(ports: Ports, order: SampleOrder) -> Sampled:
    """Take one look after the other until the minute is over, the host stops or nobody can sleep here; keep each.

    Once the appliance is verified it is enough that all of its networks are up.
    """
    task = mesh_task_of(ports, order.plan_hash, order.task)
    watch = Watch.of(ports, order.run, task, task.item(order.step))
    if watch.nobody:
        return Sampled(samples=0, next_at=None)
    earlier, samples = looks_at(ports, order.run, task, watch.item), list(_taken_before(ports, order, watch))
    with questioning() as pool:
        while True:
            samples.append(look(ports, watch.knowing(earlier, samples), pool))
            _keep(ports, order, watch, samples)
            next_at = _next_after(order.begin, watch.every, ports.clock.now())
            if order.verified_at is not None and settled((*earlier, *samples), order.verified_at):
                return Sampled(samples=len(samples), next_at=next_at, settled=True)
            if next_at >= order.begin + BURST or not ports.clock.wait_until(next_at):
                return Sampled(samples=len(samples), next_at=next_at)


def _next_after(begin: datetime, every: timedelta, now: datetime) -> datetime:
    """The next look after now: looks that were missed are not made up for."""
    return begin + every * ((now - begin) // every + 1)


def _part(order: SampleOrder) -> str:
    return order.begin.isoformat()


def _taken_before(ports: Ports, order: SampleOrder, watch: Watch) -> tuple[Sample, ...]:
    """Those of the same minute that were kept before the order was delivered again."""
    burst = stored.document_of(ports.store, order.run, looks_name(order.task, watch.item.name, _part(order)), Burst)
    return burst.samples if burst else ()


def _keep(ports: Ports, order: SampleOrder, watch: Watch, samples: Sequence[Sample]) -> None:
    burst = Burst(task=order.task, appliance=watch.item.name, samples=tuple(samples))
    keep(ports, order.run, burst, _part(order))
