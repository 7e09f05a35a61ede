"""What the canonical run cost its networks: each network of its two meshes at a different end.

The networks of mesh-lyon were looked at every five seconds; nobody looked at those of mesh-ulm.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from shared.model.facts import FleetFacts, ManagerFacts, NetworkExtension
from shared.model.ne_mode import ApplianceMode
from shared.model.outage import NetworkOutage, NetworkSeen, Sample, Traffic
from shared.model.record import record
from shared.model.view import RunView
from shared.rules.outage import measured
from shared.rules.outage_view import outages_of
from tests.builders.fleet_facts import UP, seen
from tests.report.canonical_run import FACTS, LYON_MESH, PLAN, after

STEP = timedelta(seconds=5)
FIRST, LAST = after(101), after(111)
"""The appliance was changed in between."""

NETWORKS = {
    "con-lyon": ("net-erp", "net-lab", "net-print", "net-voice", "net-web"),
    "con-ulm": ("net-press", "net-store"),
}
"""Networks that each connector extends, through the one network extension appliance of its mesh."""


@record
class Truth:
    """When one network carried nothing, in seconds after the first look."""

    by_hcx: tuple[tuple[int, int], ...] = ()
    by_probe: tuple[tuple[int, int], ...] | None = None
    """None where it has no probe."""
    unanswered: tuple[int, int] = (0, 0)
    """When its witnesses said nothing."""


STORY = {
    "net-erp": Truth(by_hcx=((183, 219),), by_probe=((183, 224),)),
    "net-lab": Truth(by_hcx=((183, 214),), by_probe=((-9, 999),)),
    "net-print": Truth(unanswered=(-9, 999)),
    "net-voice": Truth(by_probe=((183, 332), (402, 416)), unanswered=(190, 205)),
    "net-web": Truth(),
}
LIMITS = {"net-erp": timedelta(seconds=60), "net-voice": timedelta(seconds=90), "net-web": timedelta(seconds=60)}


def _samples() -> Iterator[Sample]:
    at = FIRST
    while at <= LAST:
        networks = tuple(_seen(name, (at - FIRST).total_seconds()) for name in STORY)
        yield Sample(at=at, until=at + timedelta(seconds=1), networks=networks)
        at += STEP


def _seen(name: str, second: float) -> NetworkSeen:
    truth = STORY[name]
    lost = truth.unanswered[0] <= second < truth.unanswered[1]
    by_hcx, by_probe = (
        None if times is None else Traffic.UNKNOWN if lost else _traffic(times, second)
        for times in (truth.by_hcx, truth.by_probe)
    )
    return NetworkSeen(network=name, by_hcx=by_hcx or Traffic.UNKNOWN, by_probe=by_probe)


def _traffic(times: tuple[tuple[int, int], ...], second: float) -> Traffic:
    return Traffic.DOWN if any(begun <= second < ended for begun, ended in times) else Traffic.UP


def outages() -> tuple[NetworkOutage, ...]:
    """What the looks at mesh-lyon come to."""
    return measured(tuple(_samples()), "mesh-lyon-NE-I1", ApplianceMode.STANDARD, LIMITS)


def extending(facts: ManagerFacts) -> ManagerFacts:
    """The same manager with the networks that it extends."""
    names = NETWORKS.get(facts.manager.id, ())
    appliance = f"mesh-{facts.manager.id.removeprefix('con-')}-NE-I1"
    extensions = tuple(NetworkExtension(id=name, network=name, appliance_id=appliance, state=UP) for name in names)
    return replace(facts, extensions=seen(extensions))


EXTENDED = FleetFacts(managers=tuple(map(extending, FACTS.managers)))


def measured_in(view: RunView) -> RunView:
    """The canonical run with its outages, which are told once the looks are over."""
    kept = {LYON_MESH.id: outages()} if view.now >= LAST else {}
    return replace(view, outages=outages_of(PLAN, view.tasks, EXTENDED, kept))
