"""Journal entries that are made in several places, each with the one key that makes it the same however often."""

from datetime import datetime

from shared.model.plan import Step
from shared.model.run import JournalEntry, JournalKind


def about_step(task: str, step: Step, suffix: str, *, at: datetime, kind: JournalKind, text: str) -> JournalEntry:
    """What happened in a step; the suffix tells it from everything else that did."""
    return JournalEntry(
        key=f"{task}/{step.id}/{suffix}", at=at, kind=kind, text=text, task=task, step=step.id, section=step.section
    )
