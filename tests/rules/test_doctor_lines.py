"""What the doctor says of clocks and certificates, from literals."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.rules.doctor import State, certificate, clock, failed, good, left_out, people_needed, warned

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "state", "said"),
    [
        (0, State.OK, "within 60 s of it"),
        (60, State.OK, "within 60 s of it"),
        (61, State.WARNING, "this host is 61 s behind of it"),
        (-300, State.WARNING, "this host is 5 min ahead of it"),
        (301, State.FAILED, "this host is 5 min behind of it"),
    ],
)
def test_clocks(seconds: int, state: State, said: str) -> None:
    """Up to a minute is good, up to five are a warning, more is a failure."""
    line = clock("Azure", NOW, NOW + timedelta(seconds=seconds))

    assert (line.state, line.detail, bool(line.remedy)) == (state, said, state is not State.OK)


def test_no_clock() -> None:
    """An answer without a date says nothing of a clock."""
    assert clock("Azure", NOW, None).state is State.NOT_CHECKED


@pytest.mark.parametrize(
    ("left", "state", "said"),
    [
        (timedelta(days=31), State.OK, "31 days left"),
        (timedelta(days=29, hours=23), State.WARNING, "29 days left"),
        (timedelta(days=-1), State.FAILED, "ran out 1 days ago"),
    ],
)
def test_certificates(left: timedelta, state: State, said: str) -> None:
    """A certificate that runs out within a month is told in time."""
    line = certificate("con-lyon", "ab" * 32, NOW + left, NOW)

    assert (line.state, line.detail) == (state, f"SHA-256 {'ab' * 32}, {said}")


def test_who_is_needed() -> None:
    """What was not checked needs nobody; a warning does."""
    quiet = [good("a", "b", "c"), left_out("a", "b", "c", "set it")]

    assert not people_needed(quiet)
    assert people_needed([*quiet, warned("a", "b", "c", "d")])
    assert people_needed([*quiet, failed("a", "b", "c", "d")])
