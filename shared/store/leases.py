"""Who may have which lease: the rule that keeps two changes apart, free of input and output."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from shared.model.ledger import Lease, LeaseWish
from shared.store.errors import LeaseHeldError


def held(standing: Iterable[Lease], now: datetime) -> tuple[Lease, ...]:
    """The leases that have not come to their end, by subject."""
    return tuple(sorted((lease for lease in standing if lease.until > now), key=lambda lease: lease.subject))


def taken(standing: Iterable[Lease], wish: LeaseWish, now: datetime, next_token: int) -> Lease:
    """The lease that a wish becomes; it has `next_token` unless it renews one, which never ends earlier than before.

    Raises:
        LeaseHeldError: somebody else holds the subject, or changes what has to be quiet, or needs the subject quiet.
    """
    live = held(standing, now)
    for lease in live:
        if not _same_task(lease, wish) and _in_the_way(lease, wish):
            raise LeaseHeldError(_refusal(lease, wish), lease)
    for lease in live:
        if lease.subject == wish.subject:
            return replace(lease, quiet=wish.quiet, until=max(lease.until, wish.until))
    return Lease(
        subject=wish.subject,
        quiet=wish.quiet,
        run=wish.run,
        task=wish.task,
        token=next_token,
        since=now,
        until=wish.until,
    )


def is_held(standing: Lease | None, token: int, now: datetime) -> bool:
    """Whether a lease is held under that token now."""
    return standing is not None and standing.token == token and standing.until > now


def _same_task(lease: Lease, wish: LeaseWish) -> bool:
    return (lease.run, lease.task) == (wish.run, wish.task)


def _in_the_way(lease: Lease, wish: LeaseWish) -> bool:
    """Two that only need the same manager to be quiet are not in each other's way."""
    return lease.subject in {wish.subject, *wish.quiet} or wish.subject in lease.quiet


def _refusal(lease: Lease, wish: LeaseWish) -> str:
    return (
        f"no lease on {wish.subject} for task {wish.task} of run {wish.run}: task {lease.task} of run {lease.run} "
        f"holds {lease.subject} until {lease.until:%Y-%m-%d %H:%M} UTC; wait for it, or look at that run"
    )
