"""One orchestration instance as it stands, in plain values."""

import json
from datetime import datetime
from typing import Any

from durabletask.client import OrchestrationStatus
from durabletask.testing.in_memory_backend import OrchestrationInstance

from shared.model.record import record

ENDED = frozenset({"COMPLETED", "FAILED", "TERMINATED"})


@record
class Failure:
    """What ended an instance."""

    error_type: str
    message: str


@record
class InstanceState:
    """Where one instance stands."""

    id: str
    name: str
    status: str
    """PENDING, RUNNING, SUSPENDED, COMPLETED, FAILED or TERMINATED."""
    input: Any
    output: Any
    custom_status: Any
    failure: Failure | None
    created_at: datetime
    updated_at: datetime
    history_events: int

    @property
    def ended(self) -> bool:
        """Whether it has come to its end, whichever."""
        return self.status in ENDED

    @classmethod
    def of(cls, instance: OrchestrationInstance) -> "InstanceState":
        """Read the backend's own record."""
        details = instance.failure_details
        return cls(
            id=instance.instance_id,
            name=instance.name,
            status=OrchestrationStatus(instance.status).name,
            input=_read(instance.input),
            output=_read(instance.output),
            custom_status=_read(instance.custom_status),
            failure=None if details is None else Failure(error_type=details.errorType, message=details.errorMessage),
            created_at=instance.created_at,
            updated_at=instance.last_updated_at,
            history_events=len(instance.history),
        )


def _read(text: str | None) -> Any:
    """Payloads are JSON; what an app put there that is not stays as it is."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
