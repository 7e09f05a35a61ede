"""A history carried out once more, turn by turn: durabletask's own executor, and the orchestrators as they are now."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from durabletask.internal import orchestrator_service_pb2 as pb
from durabletask.serialization import JsonDataConverter
from durabletask.worker import _OrchestrationExecutor, _Registry

from tests.histories.kept import History, Turn, kind

QUIET = logging.getLogger("tests.histories")
QUIET.setLevel(logging.CRITICAL)

type Deed = tuple[str, int | str, str, str]
"""What an orchestration did: the kind, its number or how it ended, of what, and with which document."""


def registry_of(orchestrators: Iterable[Callable[..., Any]]) -> _Registry:
    """Orchestrators under their names, as `function_app.py` registers them."""
    found = _Registry()  # type: ignore[no-untyped-call]  # published half typed
    for one in orchestrators:
        found.add_named_orchestrator(one.__name__, one)
    return found


def strays(history: History, registry: _Registry) -> list[str]:
    """Turns that this code takes in another way than the one that made the history; empty when it takes all alike."""
    told = []
    for number, turn in enumerate(history.turns()):
        done, meant = _replayed(history, turn, registry), tuple(_told(one) for one in turn.did)
        if done != meant:
            told.append(f"{history.name} {history.instance}, turn {number}: does {done}, did {meant}")
    return told


def _replayed(history: History, turn: Turn, registry: _Registry) -> tuple[Deed, ...]:
    executor = _OrchestrationExecutor(registry, QUIET, JsonDataConverter())
    result = executor.execute(history.instance, turn.before, turn.new)
    return tuple(_meant(one) for one in result.actions)


def _told(event: pb.HistoryEvent) -> Deed:
    """The same from what the engine wrote down."""
    body = getattr(event, kind(event))
    match kind(event):
        case "taskScheduled":
            return ("activity", event.eventId, body.name, body.input.value)
        case "timerCreated":
            return ("timer", event.eventId, "", body.fireAt.ToJsonString())
        case "subOrchestrationInstanceCreated":
            return ("child", event.eventId, f"{body.name} {body.instanceId}", body.input.value)
        case "eventSent":
            return ("event", event.eventId, f"{body.name} {body.instanceId}", body.input.value)
    return ("end", body.orchestrationStatus, body.failureDetails.errorType, body.result.value)


def _meant(action: pb.OrchestratorAction) -> Deed:
    """The same from what the executor wants done."""
    body = getattr(action, str(action.WhichOneof("orchestratorActionType")))
    match action.WhichOneof("orchestratorActionType"):
        case "scheduleTask":
            return ("activity", action.id, body.name, body.input.value)
        case "createTimer":
            return ("timer", action.id, "", body.fireAt.ToJsonString())
        case "createSubOrchestration":
            return ("child", action.id, f"{body.name} {body.instanceId}", body.input.value)
        case "sendEvent":
            return ("event", action.id, f"{body.name} {body.instance.instanceId}", body.data.value)
    return ("end", body.orchestrationStatus, body.failureDetails.errorType, body.result.value)
