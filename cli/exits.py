"""Exit codes, and which one a run deserves."""

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
    INTERRUPTED = 130


_AS_WANTED = frozenset({Bucket.CURRENT, Bucket.UPGRADED, Bucket.REVERTED, Bucket.EXCLUDED})
_READY = _AS_WANTED | {Bucket.PLANNED}
"""For a check or a plan, which start nothing: a task that could begin is what they are for."""

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})


def exit_of(view: RunView) -> Exit:
    """The code of a run that has ended. A failure outranks what merely waits; an unread subscription is no success."""
    if view.run.problem:
        return _of_problem(view.run.problem)
    found = {one.bucket for one in view.placed}
    if Bucket.FAILED in found:
        return Exit.FAILED
    good = _AS_WANTED if view.run.request.carries_out else _READY
    unread = any(one.state in _UNREAD for one in view.subscriptions)
    return Exit.NEEDS_OTHERS if unread or found - good else Exit.AS_WANTED


def _of_problem(problem: str) -> Exit:
    """A plan that the fleet has outgrown was no wrong use: somebody has to approve another one."""
    if problem.startswith(BROKE):
        return Exit.FAILED
    return Exit.NEEDS_OTHERS if STALE in problem else Exit.WRONG_USE
