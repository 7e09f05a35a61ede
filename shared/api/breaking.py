"""Taking a lease away from its holder, by a person's word. Kept free of FastAPI, as `commanding.py`.

The holder is not asked: its next change is refused, since the lease that it believes to have is not there any more.
"""

from datetime import datetime

from shared.model.ledger import Lease
from shared.model.run import JournalEntry, JournalKind
from shared.ports import Store


def break_lease(
    store: Store, subject: str, by: str, reason: str, now: datetime, *, token: int | None = None
) -> Lease | None:
    """Tell it in the journal of its run and end the lease on a subject; None where nobody has one.

    Args:
        store: where leases are.
        subject: such as `manager:con-lyon`.
        by: who does it, as it is recorded.
        reason: why.
        now: the time that leases end by.
        token: of the one lease that is meant; None: whichever there is.
    """
    held = held_on(store, subject, now)
    if held is None or token not in {None, held.token}:
        return None
    store.append(held.run, _told(held, by, reason, now))  # first: a lease must never be gone with nobody told by whom
    return held if store.give_back_lease(subject, held.token, now) else None


def held_on(store: Store, subject: str, now: datetime) -> Lease | None:
    """The lease on a subject; None where nobody has one."""
    return next((one for one in store.leases(now) if one.subject == subject), None)


def _told(held: Lease, by: str, reason: str, now: datetime) -> JournalEntry:
    return JournalEntry(
        key=f"{held.task}/lease/{held.token}/broken",
        at=now,
        kind=JournalKind.LEASED,
        text=f"{by} broke the lease on {held.subject}, number {held.token}: {reason}",
        task=held.task,
    )
