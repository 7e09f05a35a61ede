"""What people tell a run: let go, stop, go on. Kept in the ledger; an event only says that there is more to read."""

from datetime import datetime
from enum import StrEnum

from shared.model.plan import SubjectKind
from shared.model.record import record

BELL = "command"
"""Name of the event that rings when there is a command to read. What it carries is not looked at: anybody can ring."""


class CommandKind(StrEnum):
    """What is wanted."""

    APPROVE = "approve"
    """A wave may go."""
    REJECT = "reject"
    """A wave may not go."""
    PAUSE = "pause"
    """Nothing new begins, and what is under way stops before its next change."""
    RESUME = "resume"
    """The end of a pause."""
    CANCEL = "cancel"
    """It ends, as soon as that leaves nothing half done."""
    SKIP = "skip"
    """A task that has changed nothing is left out."""


@record
class Command:
    """One command to one run. Append-only: what it comes to is worked out from all of them, in their order."""

    key: str
    """Unique in its run: the same key given again is the same command."""
    kind: CommandKind
    by: str
    """Who gives it: the name from the token on Azure, what `--as` said on the embedded host."""
    authenticated: bool
    at: datetime
    comment: str = ""
    task: str | None = None
    """Id of the one task that is meant."""
    cloud: str | None = None
    """Id of the private cloud whose tasks are meant; with neither task nor cloud the whole run."""
    wave: str | None = None
    """Of an approval or a rejection: the wave."""
    tasks: SubjectKind | None = None
    """Of an approval or a rejection: the kind of tasks in that wave; None for all kinds."""
    approver: str = ""
    """Which of the wave's approvers they speak for, such as a group; empty: for themselves."""
    plan_hash: str | None = None
    """Of an approval: the plan that was looked at."""


class Standing(StrEnum):
    """What the commands of a run come to for one task."""

    GO = "go"
    PAUSED = "paused"
    CANCELED = "canceled"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"
    """Nobody knows what people said: a command in the ledger is not what was written there."""


@record
class TaskStanding:
    """Whether a task may make its next change, by what people said."""

    standing: Standing
    by: str = ""
    comment: str = ""
    """Where it is not known what they said: which command cannot be read, and what to do."""
