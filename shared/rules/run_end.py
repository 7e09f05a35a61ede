"""How a run is closed, which says nothing more than whether everything is as wanted."""

from collections.abc import Iterable

from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.run import Bucket, Placed, RunRequest, RunState

UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})
"""Subscriptions of which nobody knows what is in them."""

AS_WANTED = frozenset({Bucket.CURRENT, Bucket.UPGRADED, Bucket.REVERTED, Bucket.EXCLUDED})


def end_state(
    request: RunRequest, placed: Iterable[Placed], subscriptions: Iterable[SubscriptionSeen], problem: str
) -> RunState:
    """The state of a run that has come to its end.

    A check or a plan succeeds by being made, whatever it says. An upgrade succeeds when every subject is as wanted, a
    revert when all that was changed is back: a run in which everything waits for people has not succeeded, and neither
    has one in which everything failed, nor a fleet run that could not look into every subscription. For a single
    private cloud those are no matter. One in which people ended all that is not as wanted is canceled.
    """
    if problem:
        return RunState.FAILED
    if not request.carries_out:
        return RunState.SUCCEEDED
    unread = request.private_cloud is None and any(one.state in UNREAD for one in subscriptions)
    not_wanted = {one.bucket for one in placed} - AS_WANTED
    if not_wanted == {Bucket.CANCELED}:
        return RunState.CANCELED
    return RunState.FAILED if not_wanted or unread else RunState.SUCCEEDED
