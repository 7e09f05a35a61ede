"""What the timer starts: decide whether a run is wanted now, and carry it out."""

from typing import Any

from durabletask.task import OrchestrationContext

from orchestrators import steps
from orchestrators.steps import Step


def watch(ctx: OrchestrationContext, document: Any) -> Step[Any]:
    """Reconcile once: compare what is with what should be, and never rely on having seen an event.

    Its document is the time at which the timer fired: it names the run, whenever this comes to be carried out.
    """
    decision = yield from steps.decide_run(ctx, str(document))
    if decision.request is not None:
        yield from steps.carry_out_run(ctx, decision.request)
    return decision.reason
