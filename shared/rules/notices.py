"""When somebody is told of a step, and when a notice that did not arrive is sent again."""

from datetime import datetime, timedelta

from shared.model.notice import Delivery, DeliveryState, Notice
from shared.model.orders import TellTime, WindowNow
from shared.model.run import JournalEntry, JournalKind
from shared.rules.admitting.held_back import moment

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
"""Between the tries of one notice: six in all, over the better part of a day, in which somebody mends a receiver."""

LONGEST = timedelta(hours=6)
"""What a receiver may ask for; one that asks for more is asked again after this time all the same."""


def tell_time(window: WindowNow, lead: timedelta, now: datetime, *, delivered: bool) -> TellTime:
    """When a person is told of a change.

    Args:
        window: when it may be made, by the calendar of its sites.
        lead: how long before that they are told.
        now: the time.
        delivered: whether notices go anywhere beside the journal.
    """
    opens = window.opens_at
    if opens is None:  # open now, or nobody can say when: then at once, since waiting would make nothing clearer
        return TellTime(closes_at=window.closes_at, delivered=delivered)
    at = opens - lead
    return TellTime(at=at if at > now else None, opens_at=opens, closes_at=window.closes_at, delivered=delivered)


def sentence_of_time(tell: TellTime) -> str:
    """What is added to an instruction about when it is meant to be carried out; empty where there is nothing to say."""
    if tell.opens_at is None:
        return ""
    until = f" until {moment(tell.closes_at)}" if tell.closes_at else ""
    return f" When: from {moment(tell.opens_at)}{until}, when its window is open."


def pause(delivery: Delivery, attempt: int) -> timedelta | None:
    """How long until the same notice is tried again; None where it is not.

    Args:
        delivery: what came of the last try.
        attempt: its number, from one.
    """
    if delivery.state is not DeliveryState.FAILED or not delivery.again or attempt > len(PAUSES):
        return None
    return max(PAUSES[attempt - 1], min(delivery.after or timedelta(), LONGEST))


def attempt_text(delivery: Delivery, attempt: int, now: datetime) -> str:
    """What the journal says of one try."""
    if delivery.state is not DeliveryState.FAILED:
        return delivery.detail
    later = pause(delivery, attempt)
    then = f"it is tried again at {moment(now + later)}" if later else "it is not tried again"
    remedy = f"; {delivery.remedy}" if delivery.remedy else ""
    return f"the notice did not arrive: {delivery.detail}; {then}{remedy}"


def entry(notice: Notice) -> JournalEntry:
    """A notice in the journal of its run: the same entry whoever writes it, and however often."""
    return JournalEntry(
        key=f"{notice.task}/{notice.step}/{notice.kind.value}",
        at=notice.at,
        kind=JournalKind.INSTRUCTED,
        text=f"{notice.detail} Next: {notice.next_action}",
        task=notice.task,
        step=notice.step,
    )
