"""Narrowing: whom a check of one subject still has to look at, from what is observed and what earlier runs kept."""

from activities.known import inventory_of
from activities.observe import brief
from shared.model.facts import FleetFacts
from shared.model.inventory import Reach
from shared.model.orders import Discovered, GroupOrder
from shared.ports import Ports
from shared.report.stored import facts_of
from shared.rules import narrowing
from shared.rules.cloud_ids import CloudAmbiguousError


def still_to_observe(ports: Ports, order: GroupOrder) -> Discovered:
    """The managers to observe next; none when the whole pairing group was asked."""
    inventory = inventory_of(ports, order.run)
    sight = narrowing.Sight(inventory=inventory, seen=facts_of(ports.store, order.run), kept=_kept(ports, order.run))
    try:
        names = frozenset(narrowing.still_to_observe(order.subject, sight, order.asked))
    except CloudAmbiguousError as error:
        return Discovered(managers=(), problem=str(error))
    found = (one for one in inventory.managers if one.id in names and one.reach is not Reach.MANUAL)
    return Discovered(managers=tuple(map(brief, found)))


def _kept(ports: Ports, run: str) -> FleetFacts:
    """What the newest other run saw that looked at everything."""
    others = (one.request for one in ports.store.runs() if one.request.whole and one.request.id != run)
    seen = next((one.id for one in others if ports.store.documents(one.id, "facts/")), None)
    return facts_of(ports.store, seen) if seen else FleetFacts(managers=())
