"""Snapshots of a manager's virtual machine that hcx-fleet takes and removes itself."""

from datetime import datetime
from enum import StrEnum

from shared.model.record import record


class SnapshotState(StrEnum):
    """How one snapshot of ours stands, as it was observed."""

    ABSENT = "absent"
    """There is none of that name."""
    MAKING = "making"
    """It was asked for, and nobody can see it yet."""
    THERE = "there"
    REMOVING = "removing"
    FAILED = "failed"
    """It was asked for, and that failed."""
    UNKNOWN = "unknown"
    """It could not be looked at: neither there nor absent."""


@record
class SnapshotSeen:
    """A look at one snapshot."""

    state: SnapshotState
    detail: str = ""
    """In words; what to do where it failed or is unknown."""
    made_at: datetime | None = None


def snapshot_name(run: str, task: str, generation: int = 1) -> str:
    """The name of the one snapshot that a task of a run takes: whoever finds it knows whose it is."""
    again = f" {generation}" if generation > 1 else ""
    return f"hcx-fleet {run} {task}{again}"
