"""Words: every value has one, and times read alike everywhere."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.run import Bucket, Outcome
from shared.model.view import TaskPhase
from shared.model.waiting import WaitingFor
from shared.report.words import (
    BUCKET_OF_STATE,
    CLOUDS_ARE,
    KINDS,
    SYMBOL,
    VERDICT,
    WAITS_FOR,
    listed,
    moment,
    sentence,
    took,
    when,
)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        (SYMBOL, Bucket),
        (CLOUDS_ARE, Bucket),
        (BUCKET_OF_STATE, [*Outcome, *TaskPhase]),
        (WAITS_FOR, WaitingFor),
        (VERDICT, Verdict),
        (KINDS, SubjectKind),
    ],
)
def test_every_value_has_a_word(words: dict[StrEnum, object], values: list[StrEnum]) -> None:
    """A value that is added to the model without a word would break a report in front of its reader."""
    assert set(values) <= set(words)


def test_signs_differ() -> None:
    """No two buckets share a sign, since the sign must do without colour."""
    assert len(set(SYMBOL.values())) == len(Bucket)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-5, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3600, "1 h"),
        (4320, "1 h 12 min"),
        (86400, "1 d"),
        (100000, "1 d 3 h"),
    ],
)
def test_spans_are_said_in_two_units(seconds: int, said: str) -> None:
    """A span of time is as exact as anybody needs it."""
    assert took(timedelta(seconds=seconds)) == said


def test_times_are_utc_whatever_zone_they_come_in() -> None:
    """A time in another zone is told in UTC."""
    paris = datetime(2026, 11, 5, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert when(paris) == "4 Nov 23:30"
    assert moment(paris) == "4 Nov 2026 23:30 UTC"
    assert moment(paris.astimezone(UTC)) == moment(paris)


@pytest.mark.parametrize(
    ("parts", "said"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_read_as_sentences_do(parts: list[str], said: str) -> None:
    """The last of several is joined by a word."""
    assert listed(parts) == said


@pytest.mark.parametrize(("text", "said"), [("", ""), ("so ", "so."), ("so.", "so."), ("so?", "so?")])
def test_sentences_end(text: str, said: str) -> None:
    """A text from anywhere ends as a sentence, and only once."""
    assert sentence(text) == said
