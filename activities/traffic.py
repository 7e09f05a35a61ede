"""Whether traffic passes again when a mesh is handed over: by the probes that were answered before the change."""

from collections.abc import Iterator

from activities.known import mesh_task_of
from activities.witnesses import Watch, keep, look, looks_at, questioning
from shared.model.orders import StepOrder, TrafficMissing
from shared.model.outage import Burst, SilentNetwork, Witness
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.ports import Ports
from shared.rules.outage import silent_networks, witnesses


def traffic_missing(ports: Ports, order: StepOrder) -> TrafficMissing:
    """Ask them once more, and keep what they say: it is the end of an outage where the meter's time was over."""
    task = mesh_task_of(ports, order.plan_hash, order.task)
    silent = (one for item in task.appliances for one in _silent(ports, order.run, task, item))
    return TrafficMissing(silent=tuple(silent))


def _silent(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> Iterator[SilentNetwork]:
    samples = looks_at(ports, run, task, item)
    if Witness.PROBE in witnesses(samples):
        with questioning() as pool:
            last = look(ports, Watch.of(ports, run, task, item).knowing(samples), pool)
        burst = Burst(task=task.id, appliance=item.name, samples=(last,))
        keep(ports, run, burst, f"{last.at.isoformat()}/hand-over")
        yield from silent_networks(samples, last, item.name)
