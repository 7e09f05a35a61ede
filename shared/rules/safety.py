"""What findings mean for a task: which one stops it, and whether a subject may be handed over."""

from collections.abc import Iterable
from datetime import datetime

from shared.model.finding import Finding
from shared.model.waiting import WaitingFor
from shared.rules.freshness import MIGRATIONS
from shared.rules.progress import Progress, State

CONVERGED = frozenset(
    {
        "manager-alive",
        "services-running",
        "site-pairs-healthy",
        "interconnect-in-sync",
        "no-other-upgrade",
        "tunnels-up",
    }
)
"""Checks that must not block before a manager or a mesh is handed over: "returned to a fully converged state"."""


def first_block(findings: Iterable[Finding]) -> Finding | None:
    """The finding that stops a task: the first one in the order of the checks."""
    return next((one for one in findings if one.blocks), None)


def still_count(checked_at: datetime | None, now: datetime) -> bool:
    """Whether checks made then still stand for now: as long as the shortest-lived of what they look at."""
    return checked_at is not None and MIGRATIONS.life.covers(checked_at, now)


def safe_again(block: Finding | None) -> Progress:
    """Whether a task that has changed something may go on to its next change, from the finding that stops it.

    What stops it may be its own work that settles, such as a pairing that comes back after a reboot: so it waits.
    """
    if block is None:
        return Progress(state=State.DONE, detail="nothing blocks")
    return Progress(
        state=State.NOT_YET, detail=f"{block.check}: {block.summary}", reason=block.check, remedy=block.remedy
    )


def handed_over(findings: Iterable[Finding]) -> Progress:
    """Whether a subject has converged, from the findings of the checks that say so.

    What somebody lets pass does not keep a task open that it let begin, but the end of the task says so.
    """
    telling = tuple(one for one in findings if one.check in CONVERGED)
    block = first_block(telling)
    if block is None:
        waived = "; ".join(f"{one.check}: {one.summary}" for one in telling if one.waived)
        but = f", but for what somebody lets pass: {waived}" if waived else ""
        return Progress(state=State.DONE, detail=f"services, pairs and meshes are as they should be{but}")
    return Progress(state=State.NOT_YET, detail=f"{block.check}: {block.summary}", waiting_for=WaitingFor.MANAGER)
