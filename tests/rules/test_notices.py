"""When somebody is told, and when a notice that did not arrive is sent again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.model.notice import Delivery, DeliveryState, NoticeKind
from shared.model.orders import TellTime, WindowNow
from shared.rules import notices
from tests.notify.receiver import NOTICE

HOUR = timedelta(hours=1)
DAYS = timedelta(days=1)
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
FAILED = Delivery(state=DeliveryState.FAILED, detail="hooks answered 500", remedy="see why", again=True)


def told(window: WindowNow) -> TellTime:
    """When somebody is told three days ahead."""
    return notices.tell_time(window, 3 * DAYS, NOW, delivered=True)


def test_a_person_is_told_some_days_before_their_window() -> None:
    """A window that is far off is told of later, one that is near at once."""
    far, near = NOW + 10 * DAYS, NOW + DAYS

    assert told(WindowNow(fits=False, opens_at=far)).at == far - 3 * DAYS
    assert told(WindowNow(fits=False, opens_at=near)) == TellTime(at=None, opens_at=near, delivered=True)


@pytest.mark.parametrize(
    "window", [WindowNow(fits=True), WindowNow(fits=False, why="none is left"), WindowNow(fits=False, unreadable=True)]
)
def test_where_no_window_is_known_they_are_told_at_once(window: WindowNow) -> None:
    """Waiting would make nothing clearer, and they may know their own windows."""
    assert told(window) == TellTime(delivered=True)


def test_an_instruction_says_when_its_window_is_open() -> None:
    """The time is added to it, and nothing where there is no window to wait for."""
    tell = TellTime(opens_at=NOW, closes_at=NOW + 5 * HOUR)

    assert notices.sentence_of_time(tell) == (
        " When: from 2026-11-24 06:00 UTC until 2026-11-24 11:00 UTC, when its window is open."
    )
    assert notices.sentence_of_time(TellTime(closes_at=NOW)) == ""


def test_pauses_grow_and_end() -> None:
    """Six tries in all, each later than the one before; then nothing is left to try."""
    pauses = [notices.pause(FAILED, attempt) for attempt in range(1, 8)]

    assert pauses[:5] == sorted(notices.PAUSES)
    assert pauses[5:] == [None, None]


@pytest.mark.parametrize(
    ("after", "expected"),
    [(30 * timedelta(seconds=1), notices.PAUSES[0]), (HOUR, HOUR), (90 * DAYS, notices.LONGEST)],
)
def test_a_receiver_may_ask_for_more_time(after: timedelta, expected: timedelta) -> None:
    """It is left alone for as long as it asks, within limits."""
    assert notices.pause(replace(FAILED, after=after), 1) == expected


@pytest.mark.parametrize(
    "done",
    [
        Delivery(state=DeliveryState.DELIVERED, detail="taken"),
        Delivery(state=DeliveryState.NOT_WANTED, detail="nowhere"),
        replace(FAILED, again=False),
    ],
)
def test_what_arrived_or_was_refused_is_not_tried_again(done: Delivery) -> None:
    """Only a failure that may pass is worth another try."""
    assert notices.pause(done, 1) is None


def test_the_journal_says_what_comes_next() -> None:
    """A failure is told with the next try, the last one with that there is none, and both with what to do."""
    assert notices.attempt_text(FAILED, 1, NOW) == (
        "the notice did not arrive: hooks answered 500; it is tried again at 2026-11-24 06:01 UTC; see why"
    )
    assert "it is not tried again; see why" in notices.attempt_text(FAILED, 6, NOW)
    assert notices.attempt_text(Delivery(state=DeliveryState.DELIVERED, detail="taken"), 1, NOW) == "taken"


def test_a_notice_is_known_by_what_it_is_about() -> None:
    """The same notice written an hour later has the same id; one of another kind, step or generation has not."""
    later = replace(NOTICE, at=NOW + HOUR, next_action="in other words")
    others = (
        replace(NOTICE, kind=NoticeKind.LATE),
        replace(NOTICE, step="upgrade-manager:4.11.5"),
        replace(NOTICE, generation=2),
        replace(NOTICE, run="other"),
    )

    assert later.id == NOTICE.id
    assert len({NOTICE.id, *(one.id for one in others)}) == 5
    assert "." not in NOTICE.id
