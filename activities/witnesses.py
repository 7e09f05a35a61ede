"""The witnesses of one appliance's networks: both sides of its mesh, and the probes that `fleet.yaml` names."""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Self

from activities.known import manager_of, policy_of
from shared.model.acts import ApplianceTraffic
from shared.model.codec import from_json_text, to_json_text
from shared.model.facts import ManagerFacts
from shared.model.inventory import Manager, Reach
from shared.model.outage import Burst, Sample
from shared.model.plan import ApplianceUpgrade, MeshTask
from shared.model.policy import Probe
from shared.model.probe import ProbeAnswer
from shared.model.record import record
from shared.ports import Ports
from shared.report import stored
from shared.rules.traffic import Carriers, carried, networks_seen

AT_A_TIME = 8
MOMENT = timedelta(seconds=0.5)
"""Room for whoever answers at the last moment, in real time."""
NO_ANSWER = ProbeAnswer(ok=None, detail="no answer by the next look")


@record
class Watch:
    """Whom one asks of the networks of an appliance, and how often."""

    item: ApplianceUpgrade
    mesh: str
    """Id of the mesh."""
    carriers: Carriers
    initiator: str
    """Id of the manager that lists the appliance's networks."""
    managers: tuple[Manager, ...]
    """Those that can be asked from here, the initiator first."""
    known: tuple[str, ...]
    """Networks that the appliance carried when the initiator was observed last."""
    probes: tuple[Probe, ...]
    """Of all networks."""
    every: timedelta

    @classmethod
    def of(cls, ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> Self:
        """As the run's policy and its newest facts have it."""
        policy = policy_of(ports, run)
        facts = stored.document_of(ports.store, run, f"facts/{task.initiator}", ManagerFacts)
        carriers = Carriers(own=item.members, peers=_peers(facts, item))
        extensions = facts.extensions.value if facts and facts.extensions else ()
        return cls(
            item=item,
            mesh=task.subject,
            carriers=carriers,
            initiator=task.initiator,
            managers=tuple(_reachable(ports, run, task)),
            known=carried(extensions, carriers),
            probes=policy.probes,
            every=policy.extension.sample_every,
        )

    @property
    def nobody(self) -> bool:
        """Whether there is nobody to ask."""
        return not self.managers and not self.wanted(self.known)

    def knowing(self, *looks: Iterable[Sample]) -> Self:
        """With every network that was ever seen: its probe is sent, whatever the facts lack just now."""
        names = {one.network for some in looks for sample in some for one in sample.networks}
        return replace(self, known=tuple(sorted({*self.known, *names})))

    def wanted(self, networks: Iterable[str]) -> tuple[Probe, ...]:
        """The probes of these networks."""
        names = {one.casefold() for one in networks}
        return tuple(one for one in self.probes if one.network.casefold() in names)


def _peers(facts: ManagerFacts | None, item: ApplianceUpgrade) -> frozenset[str]:
    """Of the appliance, and of the other members of its group."""
    listed = facts.appliances.value if facts and facts.appliances else ()
    return frozenset(item.peers).union(*(one.peers for one in listed if one.id in item.together))


def _reachable(ports: Ports, run: str, task: MeshTask) -> Iterator[Manager]:
    for name in (task.initiator, task.receiver):
        manager = manager_of(ports, run, name)
        if manager.reach is Reach.DIRECT:
            yield manager


def looks_name(task: str, appliance: str, part: str = "") -> str:
    """Name of the document with looks that were taken in a row; without a part, how those of an appliance begin."""
    return f"samples/{task}/{appliance}/{part}"


def keep(ports: Ports, run: str, burst: Burst, part: str) -> None:
    """Keep looks that were taken in a row; the same part of the same appliance is the same document."""
    ports.store.put_document(run, looks_name(burst.task, burst.appliance, part), to_json_text(burst))


def bursts_of(ports: Ports, run: str, task: MeshTask, item: ApplianceUpgrade) -> tuple[Burst, ...]:
    """All looks at the networks of an appliance that were kept so far, as they were taken in a row."""
    kept = ports.store.documents(run, looks_name(task.id, item.name))
    return tuple(from_json_text(Burst, text) for text in kept.values())


def looks_in(bursts: Iterable[Burst]) -> tuple[Sample, ...]:
    """All looks of them."""
    return tuple(one for burst in bursts for one in burst.samples)


@contextmanager
def questioning() -> Iterator[ThreadPoolExecutor]:
    """Threads for the witnesses. One that hangs in the name service is left behind: it must hold up no look."""
    pool = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="witness")
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def look(ports: Ports, watch: Watch, pool: ThreadPoolExecutor) -> Sample:
    """Ask everybody at the same time; who has not answered by the next look has not answered."""
    at, seconds = ports.clock.now(), watch.every.total_seconds()
    visits = {one.id: pool.submit(ports.hcx.networks_seen, one, watch.mesh, seconds) for one in watch.managers}
    asked = {one.name: pool.submit(ports.probes.ask, one, seconds) for one in watch.wanted(watch.known)}
    futures: list[Future[Any]] = [*visits.values(), *asked.values()]
    wait(futures, (watch.every + MOMENT).total_seconds())
    sides, answers = _answered(visits), _answered(asked)
    words = networks_seen(
        _networks(watch, sides),
        watch.carriers,
        tuple(sides.values()),
        _by_network(watch, answers),
        whole=watch.initiator in sides,
    )
    detail = "; ".join((*_unseen(watch, sides), *_unproved(watch, answers)))
    return Sample(at=at, until=ports.clock.now(), networks=words, detail=detail)


def _answered[T](asked: Mapping[str, Future[T]]) -> dict[str, T]:
    return {name: found.result() for name, found in asked.items() if found.done()}


def _networks(watch: Watch, sides: Mapping[str, ApplianceTraffic]) -> tuple[str, ...]:
    """Those that were known before, and any that was extended meanwhile."""
    listed = (one for side in sides.values() for one in side.extensions or ())
    return tuple(sorted({*watch.known, *carried(listed, watch.carriers)}))


def _by_network(watch: Watch, answers: Mapping[str, ProbeAnswer]) -> dict[str, list[ProbeAnswer]]:
    return {name: [answers.get(one.name, NO_ANSWER) for one in watch.wanted((name,))] for name in watch.known}


def _unseen(watch: Watch, sides: Mapping[str, ApplianceTraffic]) -> Iterator[str]:
    """The sides that did not tell all."""
    for manager in watch.managers:
        side = sides.get(manager.id)
        if side is None:
            yield f"{manager.id}: {NO_ANSWER.detail}"
        elif side.gap is not None:
            yield f"{manager.id}: {side.gap.detail}"


def _unproved(watch: Watch, answers: Mapping[str, ProbeAnswer]) -> Iterator[str]:
    """The probes that showed no traffic."""
    for probe in watch.wanted(watch.known):
        answer = answers.get(probe.name, NO_ANSWER)
        if not answer.ok:
            yield f"probe {probe.name}: {answer.detail}"
