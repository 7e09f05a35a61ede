"""Durable histories as files: what each orchestration of a story was told, and what it did, event by event."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

from durabletask.internal import orchestrator_service_pb2 as pb
from google.protobuf.json_format import MessageToDict, ParseDict

from shared.model.record import record

FOLDER = Path(__file__).parent

IDLE = {"orchestratorStarted", "orchestratorCompleted", "executionCompleted"}
DONE = {"taskScheduled", "timerCreated", "subOrchestrationInstanceCreated", "eventSent", "executionCompleted"}
"""Events that an orchestration makes; every other one comes to it."""


@record
class Turn:
    """One turn of an orchestration: what it had been told before, what is new, and what it did about it."""

    before: tuple[pb.HistoryEvent, ...]
    new: tuple[pb.HistoryEvent, ...]
    did: tuple[pb.HistoryEvent, ...]


@record
class History:
    """One instance, from its start to its end or as far as it came."""

    instance: str
    name: str
    """Under which it was started, and under which its code has to be found for ever."""
    events: tuple[pb.HistoryEvent, ...]

    def turns(self) -> Iterable[Turn]:
        """Its turns, in order: each begins where the engine says so."""
        begins = [at for at, event in enumerate(self.events) if event.HasField("orchestratorStarted")]
        for first, last in zip(begins, [*begins[1:], len(self.events)], strict=True):
            turn = self.events[first:last]
            yield Turn(
                before=self.events[:first],
                new=tuple(one for one in turn if kind(one) not in DONE | {"orchestratorCompleted"}),
                did=tuple(one for one in turn if kind(one) in DONE),
            )


def kind(event: pb.HistoryEvent) -> str:
    """What an event tells of."""
    return str(event.WhichOneof("eventType"))


def write(story: str, histories: Iterable[History]) -> Path:
    """Keep the histories of a story; the same ones make the same bytes."""
    plain = [
        {"instance": one.instance, "name": one.name, "events": [MessageToDict(event) for event in one.events]}
        for one in histories
    ]
    path = FOLDER / f"{story}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(plain, separators=(",", ":")).encode(), mtime=0))
    return path


def read(path: Path) -> tuple[History, ...]:
    """The histories of a file."""
    plain = json.loads(gzip.decompress(path.read_bytes()))
    return tuple(
        History(
            instance=one["instance"],
            name=one["name"],
            events=tuple(ParseDict(event, pb.HistoryEvent()) for event in one["events"]),
        )
        for one in plain
    )
