"""Exit codes, and which one a run deserves."""

from collections.abc import Collection
from enum import IntEnum

from shared.model.inventory import SubscriptionState
from shared.model.run import Bucket
from shared.model.view import RunView
from shared.rules.drift import STALE

BROKE = "an activity failed:"
"""How the problem of a run begins that broke, as against one that was asked for something impossible."""


class Exit(IntEnum):
    """What a pipeline branches on."""

    AS_WANTED = 0
    FAILED = 1
    WRONG_USE = 2
    NEEDS_OTHERS = 3
    """Blocked, unknown, or waiting for people."""
    SIGN_IN = 4
    """An app that is served elsewhere does not know who calls, or does not let them."""
    INTERRUPTED = 130


_AS_WANTED = frozenset({Bucket.CURRENT, Bucket.UPGRADED, Bucket.REVERTED, Bucket.EXCLUDED})
_READY = _AS_WANTED | {Bucket.PLANNED}
"""For a check or a plan, which start nothing: a task that could begin is what they are for."""

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})


def exit_of(view: RunView) -> Exit:
    """The code of a run that has ended. A failure outranks what merely waits; an unread subscription is no success."""
    found, read = {one.bucket for one in view.placed}, {one.state for one in view.subscriptions}
    return exit_for(view.run.problem, found, read, carries_out=view.run.request.carries_out)


def exit_for(
    problem: str, found: Collection[Bucket], subscriptions: Collection[SubscriptionState], *, carries_out: bool
) -> Exit:
    """The code of a run that has ended, by what is known of it.

    Args:
        problem: why it could not go on; empty when it could.
        found: every bucket that something is in.
        subscriptions: how these were read.
        carries_out: whether anything happens in it beside observing and planning.
    """
    if problem:
        return _of_problem(problem)
    if Bucket.FAILED in found:
        return Exit.FAILED
    good = _AS_WANTED if carries_out else _READY
    return Exit.NEEDS_OTHERS if _UNREAD & set(subscriptions) or set(found) - good else Exit.AS_WANTED


def _of_problem(problem: str) -> Exit:
    """A plan that the fleet has outgrown was no wrong use: somebody has to approve another one."""
    if problem.startswith(BROKE):
        return Exit.FAILED
    return Exit.NEEDS_OTHERS if STALE in problem else Exit.WRONG_USE
