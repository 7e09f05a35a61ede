"""Durable histories as the engine of a local host keeps them, read while it stands still."""

from durabletask.internal import orchestrator_service_pb2 as pb

from embedded.host import LocalHost


def history_of(host: LocalHost, instance_id: str) -> list[pb.HistoryEvent]:
    """Every event of an instance so far; what it sent, started and was told."""
    backend = host._backend
    with backend._lock:
        return list(backend._instances[instance_id].history)


def rung(host: LocalHost, instance_id: str, bell: str) -> int:
    """How often a bell of that name was rung at an instance."""
    events = (one.eventRaised for one in history_of(host, instance_id) if one.HasField("eventRaised"))
    return sum(1 for one in events if one.name.lower() == bell)
