"""Whether traffic passes again when a mesh is handed over: by the probes that were answered before the change.

With it comes what became of the networks of each appliance while that changed, other than was planned.
"""

from collections.abc import Iterator
from dataclasses import replace

from activities.changed_networks import tell_changed
from activities.known import mesh_task_of
from activities.witnesses import Watch, bursts_of, keep, look, looks_in, questioning
from shared.model.orders import StepOrder, TrafficMissing
from shared.model.outage import Burst, SilentNetwork, Turn, Witness
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.ports import Ports
from shared.rules.outage import silent_networks, witnesses


def traffic_missing(ports: Ports, order: StepOrder) -> TrafficMissing:
    """Ask them once more, and keep what they say: it is the end of an outage where the meter's time was over."""
    task = mesh_task_of(ports, order.plan_hash, order.task)
    silent = (one for item in task.appliances for one in _silent(ports, order.run, task, item))
    changed = (one for item in task.appliances for one in tell_changed(ports, order.run, task, item))
    return TrafficMissing(silent=tuple(silent), changed=tuple(changed))


def _silent(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> Iterator[SilentNetwork]:
    samples = looks_in(bursts_of(ports, run, task, item))
    if Witness.PROBE in witnesses(samples):
        with questioning() as pool:
            taken = look(ports, Watch.of(ports, run, task, item).knowing(samples), pool)
        last = replace(taken, turn=Turn.APART)
        burst = Burst(task=task.id, appliance=item.name, samples=(last,))
        keep(ports, run, burst, f"{last.at.isoformat()}/hand-over")
        yield from silent_networks(samples, last, item.name)
