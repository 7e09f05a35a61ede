"""What differs between two plans, or between a plan and the fleet, for people."""

from collections.abc import Iterator, Sequence

from shared.model.plan import Plan
from shared.report.plan_diff import Difference, Part
from shared.report.plan_words import HASH
from shared.report.sheet import Grid, Sheet
from shared.report.words import moment, several
from shared.rules.changes import Change

_PART = {
    Part.SEEN: "seen of the fleet",
    Part.PLAN: "the whole plan",
    Part.WAVE: "wave",
    Part.TASK: "task",
    Part.REST: "without a task",
    Part.GROUP: "pairing group",
    Part.FINDING: "finding",
    Part.TIME: "time",
}
"""What a difference is about."""


def diff_sheet(before: Plan, after: Plan, found: Sequence[Difference]) -> Sheet:
    """Two plans side by side."""
    both = f"From {_named(before)} to {_named(after)}"
    if not found:
        return Sheet(head=(f"{both}: no difference.",))
    rows = tuple((one.sign.value, _PART[one.part], one.subject, one.text) for one in found)
    grid = Grid(columns=("", "IN", "ABOUT", "WHAT"), rows=rows)
    return Sheet(head=(f"{both}: {several(len(found), 'difference', 'differences')}.",), grids=(grid,))


def drift_sheet(plan: Plan, found: Sequence[Change]) -> Sheet:
    """What became other since a plan was made, what stands in its way first."""
    ordered = sorted(found, key=lambda one: one.expected)
    columns = ("", f"CHANGED SINCE {plan.hash[:HASH]}", "EXPECTED")
    rows = tuple(("~", one.said, "yes" if one.expected else "no") for one in ordered)
    return Sheet(grids=(Grid(columns=columns, rows=rows),), foot=tuple(_verdict(plan, found)))


def _verdict(plan: Plan, found: Sequence[Change]) -> Iterator[str]:
    stale = sum(1 for one in found if not one.expected)
    if stale:
        changes = several(stale, "change", "changes")
        yield f"Plan {plan.hash[:HASH]} is stale: {changes} that it did not expect. Plan again, and have that approved."
    else:
        yield f"Plan {plan.hash[:HASH]} holds: nothing changed that it did not expect."


def _named(plan: Plan) -> str:
    return f"plan {plan.hash[:HASH]} ({moment(plan.made_at)})"
