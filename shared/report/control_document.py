"""What programs read about the control of a run, wherever they ask: in its report, over the API, of a command.

As in `document.py`, a key that goes or changes its meaning is a change for other people's programs.
"""

from datetime import datetime
from typing import Literal

from shared.model.command import CommandKind, Standing
from shared.model.plan import CancelClass
from shared.report.part import Part


class AskedPart(Part):
    """Tasks of one kind of a wave that wait to be let go."""

    wave: str
    tasks: Literal["manager", "mesh"]
    approvers: tuple[str, ...]
    granted: tuple[str, ...]
    """Who has let them go so far, and counts."""
    missing: int
    """How many people still have to."""
    until: datetime | None
    """When it is asked for no longer; null where nobody knows, or there is no end."""


class HeldUpPart(Part):
    """A task that does not go on by a person's word: a pause in force, or a cancel or skip that still has to end it."""

    task: str
    standing: Standing
    by: str
    comment: str


class LeasePart(Part):
    """The right of one task to change one subject."""

    subject: str
    """Such as `manager:con-lyon` or `mesh:mesh-lyon`."""
    quiet: tuple[str, ...]
    """Subjects that nobody else may change meanwhile."""
    run: str
    task: str
    token: int
    """Greater than that of every lease before it."""
    since: datetime
    until: datetime


class ControlPart(Part):
    """What people are asked and have said, as it stands, and what the run has the right to change."""

    asked: tuple[AskedPart, ...]
    """Every approval that the run asks for."""
    held_up: tuple[HeldUpPart, ...]
    """Every task that has not ended and does not go on, by whose word."""
    leases: tuple[LeasePart, ...]
    """Every lease that the run has."""


class StillPart(Part):
    """What still happens to one task after a cancel."""

    task: str
    at: str | None
    """Id of the step that it is at; null where it has not begun."""
    cancel: CancelClass | None
    """What a cancel does while that step runs; null where it has not begun."""
    text: str


class CommandPart(Part):
    """A command is kept. It counts from the next safe point of each task that it is about."""

    run_id: str
    key: str
    kind: CommandKind
    by: str
    at: datetime
    text: str
    """What it comes to."""
    still: tuple[StillPart, ...]
    """After a cancel: what still happens, task by task."""
