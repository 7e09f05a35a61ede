"""Appending to the journal on behalf of an orchestrator."""

from shared.model.orders import RecordOrder
from shared.ports import Ports


def record(ports: Ports, order: RecordOrder) -> None:
    """Append entries; those whose key is already there stay as they are, so a replay writes nothing twice."""
    for entry in order.entries:
        ports.store.append(order.run, entry)
