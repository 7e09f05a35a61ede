"""Journal entries that are made in several places, each with the one key that makes it the same however often."""

from datetime import datetime

from shared.model.plan import Step
from shared.model.run import JournalEntry, JournalKind


def key_of(task: str, step: Step, suffix: str) -> str:
    """The key of an entry about a step; the suffix tells it from everything else that happened there."""
    return f"{task}/{step.id}/{suffix}"


def about_step(task: str, step: Step, suffix: str, *, at: datetime, kind: JournalKind, text: str) -> JournalEntry:
    """What happened in a step."""
    return JournalEntry(
        key=key_of(task, step, suffix), at=at, kind=kind, text=text, task=task, step=step.id, section=step.section
    )
