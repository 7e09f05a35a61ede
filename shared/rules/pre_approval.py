"""Whether a plan was let go before anybody starts it, which is what a function key may start."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.model.command import Command, CommandKind
from shared.model.plan import Plan
from shared.model.record import record
from shared.rules.commands import named

LASTS = timedelta(days=3)
"""How long a plan is let go whose waves ask nobody: as long as an approval of a wave is waited for."""


@record
class PreApproval:
    """Somebody let a plan go."""

    by: str
    at: datetime
    until: datetime


def pre_approval(plan: Plan, said: Sequence[Command]) -> PreApproval | None:
    """The last word on a plan, where it lets it go; None where nobody has, or somebody took it back.

    Args:
        plan: that is meant.
        said: every word on it, in order.
    """
    last = said[-1] if said else None
    if last is None or last.kind is not CommandKind.APPROVE or last.plan_hash != plan.hash:
        return None
    return PreApproval(by=named(last.by, authenticated=last.authenticated), at=last.at, until=last.at + lasts(plan))


def lasts(plan: Plan) -> timedelta:
    """How long a plan stays let go: no longer than the most impatient of its waves waits to be let go itself."""
    return min((wave.approval.time_out for wave in plan.waves if wave.approval), default=LASTS)


def not_approved(plan: Plan, found: PreApproval | None, now: datetime) -> str:
    """Why a key may not start a plan; empty where it may."""
    if found is None:
        return f"nobody has let plan {plan.hash[:12]} go"
    if now >= found.until:
        return f"{found.by} let plan {plan.hash[:12]} go until {found.until:%Y-%m-%d %H:%M} UTC, and that is over"
    return ""
