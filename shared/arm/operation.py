"""What an operation status says: the document behind `Azure-AsyncOperation`, on the way and at its end."""

import math
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.arm.times import time_of
from shared.model.record import record

_PERCENT_MAX = 100.0
_TOLD_MAX = 500


class OperationState(StrEnum):
    """How far an operation is."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    UNKNOWN = "unknown"
    """The document says nothing that can be read: ask again."""


_ENDS = {
    "succeeded": OperationState.SUCCEEDED,
    "failed": OperationState.FAILED,
    "canceled": OperationState.CANCELED,
    "cancelled": OperationState.CANCELED,
}
"""Words that end an operation. Every other one is a provider's own for going on, such as `Pending` or `Building`."""


@record
class Operation:
    """One look at an operation."""

    state: OperationState
    status: str = ""
    """The provider's own word."""
    percent: float | None = None
    """From 0 to 100, with fractions; it may stay 0 until the end."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    """What the service says. It is there while an operation still goes on, so that nothing follows from it."""
    error: str = ""
    """Code and message of one that failed."""
    resource: Mapping[str, Any] | None = field(default=None, repr=False)
    """`properties` of the last document: those of the whole resource, which may hold what is nobody else's business."""

    @property
    def over(self) -> bool:
        """Whether it ended, by its word alone."""
        return self.state in _ENDS.values()


def operation_of(document: object) -> Operation:
    """Read `{id, name, status, percentComplete, startTime}` with `endTime`, `error` and `properties` where they are."""
    if not isinstance(document, Mapping):
        return Operation(state=OperationState.UNKNOWN)
    status = document.get("status")
    word = status.strip() if isinstance(status, str) else ""
    properties = document.get("properties")
    return Operation(
        state=_ENDS.get(word.lower(), OperationState.RUNNING) if word else OperationState.UNKNOWN,
        status=word[:_TOLD_MAX],
        percent=_percent(document.get("percentComplete")),
        started_at=time_of(document.get("startTime")),
        ended_at=time_of(document.get("endTime")),
        error=_error(document.get("error")),
        resource=properties if isinstance(properties, Mapping) else None,
    )


def _percent(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value) if 0 <= value <= _PERCENT_MAX else None


def _error(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    told = (value.get(name) for name in ("code", "message"))
    return ": ".join(one for one in told if isinstance(one, str) and one)[:_TOLD_MAX]
