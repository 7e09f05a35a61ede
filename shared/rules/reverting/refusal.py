"""When a revert is not planned, or not begun, and what to do instead."""

from shared.model.revert import RevertPlan, RevertScope
from shared.model.run import Run, RunKind
from shared.rules.drift import STALE
from shared.rules.run_view import ENDED

HASH = 12
"""Characters of a hash that people compare."""


def not_taken_back(name: str, parent: Run | None) -> str:
    """Why nothing of a run is taken back; empty where it can be."""
    if parent is None:
        return f"there is no run {name!r}; `hcx-fleet status` shows the newest"
    if parent.request.kind is not RunKind.UPGRADE:
        return f"run {name} is a {parent.request.kind.value}, which changes nothing"
    if parent.state not in ENDED:
        return f"run {name} goes on; end it first: `hcx-fleet cancel {name} --as NAME`"
    return ""


def other_plan(approved: str, plan: RevertPlan) -> str:
    """What is said of a plan that is not the approved one."""
    return (
        f"revert {approved[:HASH]} {STALE}: by what is seen now it would be {plan.hash[:HASH]} ({plan.scope.value}). "
        f"Look at it: `hcx-fleet revert {plan.private_cloud} --of {plan.parent}`"
    )


def not_startable(plan: RevertPlan) -> str:
    """Why there is nothing to follow; empty where there is."""
    if plan.scope is RevertScope.NOTHING:
        return f"run {plan.parent} changed no manager of {plan.private_cloud}: there is nothing to take back"
    return ""
