"""How fast Azure is read: buckets by subscription, with time passed in."""

import time

import pytest

from shared.arm.pace import (
    BURST,
    HOLD_MAX_SECONDS,
    LONGEST_SECONDS,
    READS_PER_SECOND,
    Bucket,
    Pace,
    ThrottledError,
    subscription_of,
)
from tests.arm.azure_world import ONE, SEEN, World, cloud, listing
from tests.hcx.hcx_peer import Reply, said


def test_a_burst_goes_at_once_and_the_rest_in_turn() -> None:
    """Two hundred reads wait for nothing, and every further one a twentieth of a second more."""
    bucket = Bucket()

    waits = [bucket.take(100.0) for _ in range(BURST + 40)]

    assert waits[:BURST] == [0.0] * BURST
    assert waits[BURST] == pytest.approx(1 / READS_PER_SECOND)
    assert waits[-1] == pytest.approx(40 / READS_PER_SECOND)


def test_a_bucket_fills_up_to_its_brim() -> None:
    """What was not used is there later, but never more than a burst."""
    bucket = Bucket(burst=10, per_second=2)
    for _ in range(10):
        bucket.take(0.0)

    later = [bucket.take(2.0) for _ in range(5)]
    much_later = [bucket.take(10_000.0) for _ in range(11)]

    assert later == [0, 0, 0, 0, 0.5]
    assert much_later == [0.0] * 10 + [0.5]


@pytest.mark.parametrize("reads", [1, 201, 3000])
def test_no_second_has_more_than_its_share(reads: int) -> None:
    """Whoever waits as told sends at most a burst and twenty a second in any stretch of time."""
    bucket = Bucket()
    sent = sorted(5.0 + bucket.take(5.0) for _ in range(reads))

    after = [at for at in sent if at > 5.0]

    assert len(sent) - len(after) <= BURST
    assert all(later - first >= 0.999 for first, later in zip(after, after[20:], strict=False))


def test_a_clock_that_steps_back_gives_nothing() -> None:
    """Time that goes backwards neither fills a bucket nor breaks it."""
    bucket = Bucket(burst=1, per_second=1)
    bucket.take(10.0)

    assert bucket.take(5.0) == 1.0
    assert bucket.take(6.0) == 1.0


def test_what_asks_for_peace_gets_it_and_others_do_not_wait() -> None:
    """A pause holds one subscription back for as long as it was asked for, and the longest one counts."""
    pace = Pace()
    pace.hold("one", 0.0, 30)
    pace.hold("one", 0.0, 10)

    assert (pace.take("one", 5.0), pace.take("two", 5.0), pace.take("one", 31.0)) == (25.0, 0.0, 0.0)


def test_a_pause_that_is_too_long_is_for_the_next_pass() -> None:
    """No read waits longer than the limit: it is refused, and costs no place in the bucket."""
    pace = Pace()
    pace.hold("one", 0.0, LONGEST_SECONDS + 10)

    with pytest.raises(ThrottledError, match="130 seconds"):
        pace.take("one", 0.5)
    assert pace.take("one", 20.0) == LONGEST_SECONDS - 10


def test_no_pause_is_for_ever() -> None:
    """A service may say anything: after an hour it is asked again."""
    pace = Pace()
    pace.hold("one", 0.0, float("inf"))

    with pytest.raises(ThrottledError):
        pace.take("one", 1.0)
    assert pace.take("one", HOLD_MAX_SECONDS + 1.0) == 0.0


@pytest.mark.parametrize(
    ("url", "subscription"),
    [
        ("https://host/subscriptions/ABC/providers/x?api-version=1", "abc"),
        ("https://host/Subscriptions/abc", "abc"),
        ("https://host/subscriptions?api-version=1", ""),
        ("https://host/providers/abc", ""),
    ],
)
def test_the_bucket_is_that_of_the_subscription(url: str, subscription: str) -> None:
    """A path says whose bucket it is; the list of subscriptions has one of its own."""
    assert subscription_of(url) == subscription


def test_one_that_was_too_fast_holds_the_others_back(world: World) -> None:
    """After 429 another reader of the same process waits as well before it sends anything to that subscription."""
    replies = iter([Reply(429, headers={"retry-after": "121"}), said({"value": [cloud()]})])
    peer = world.peer(listing(lambda _: next(replies)))
    reader = world.reader(peer)

    first, _ = reader.private_clouds(SEEN)
    second, _ = reader.private_clouds(SEEN)

    assert len(peer.got) == 1
    assert "429" in first.detail
    assert "asked not to be read" in second.detail


def test_reads_beyond_a_burst_are_paced(world: World) -> None:
    """Reads of an empty bucket come at its pace on the wire."""
    peer = world.peer(listing(said({"value": [cloud()]})))
    pace = Pace()
    for _ in range(BURST):
        pace.take(ONE, time.monotonic())
    reader = world.reader(peer, pace=pace)
    began = time.monotonic()

    for _ in range(10):
        reader.private_clouds(SEEN)

    assert time.monotonic() - began >= 10 / READS_PER_SECOND - 0.05
