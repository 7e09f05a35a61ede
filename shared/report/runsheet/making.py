"""From what a store holds of a task to its run sheet."""

from shared.report.plan_words import HASH
from shared.report.runsheet.parts import name_of, parts
from shared.report.runsheet.record import Material, RunSheet, Standing
from shared.report.words import moment

DRAFT = "DRAFT, not to be carried out"


def runsheet(material: Material, found: Standing) -> RunSheet:
    """The page, whether it is ready or not: who may print it is decided elsewhere."""
    task = material.task
    seen = f", observed from {moment(found.observed_from)}" if found.observed_from else ""
    return RunSheet(
        title=f"Run sheet: {name_of(task)} to {task.target.shown}",
        stamp=f"{stamp(material, found)}{seen}",
        draft=material.draft,
        ready=found.ready,
        reasons=found.reasons,
        parts=parts(material, found),
        foot=f"{task.id} of plan {material.plan.hash[:HASH]}, printed {moment(material.now)}. All times are UTC.",
    )


def stamp(material: Material, found: Standing) -> str:
    """READY with its expiry, or why nobody may go by this page."""
    if found.ready and found.counts_until:
        until = f"READY until {moment(found.counts_until)}"
        return f"{DRAFT}: it was {until}" if material.draft else until
    return f"{DRAFT}: NOT READY" if material.draft else "NOT READY"
