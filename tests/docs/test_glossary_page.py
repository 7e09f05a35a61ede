"""docs/glossary.md explains every word that a user can meet in output."""

import re
from enum import StrEnum
from pathlib import Path

import pytest

from shared.model.finding import BLOCKING, Verdict
from shared.model.policy import Owner
from shared.model.run import Bucket, Outcome
from shared.model.waiting import WaitingFor

PAGE = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
SECTIONS: dict[str, type[StrEnum]] = {
    "Who performs a step": Owner,
    "Verdicts": Verdict,
    "How a task ends": Outcome,
    "Buckets": Bucket,
    "What something waits for": WaitingFor,
}


def _entries(heading: str) -> dict[str, str]:
    body = re.split(rf"^##+ {re.escape(heading)}$", PAGE, flags=re.MULTILINE)[1]
    body = re.split(r"^#", body, maxsplit=1, flags=re.MULTILINE)[0]
    return dict(re.findall(r"^- \*\*(.+?)\*\*: (.+)$", body, re.MULTILINE))


@pytest.mark.parametrize(("heading", "words"), SECTIONS.items(), ids=list(SECTIONS))
def test_output_words_are_explained(heading: str, words: type[StrEnum]) -> None:
    """Every word of the enum has its line, and there is no line for a word that is gone."""
    assert set(_entries(heading)) == {word.value for word in words}


@pytest.mark.parametrize("heading", ["Words", *SECTIONS])
def test_entries_are_in_order(heading: str) -> None:
    """A reader finds a word where the alphabet puts it."""
    words = list(_entries(heading))

    assert words == sorted(words, key=str.lower)


def test_blocking_verdicts_are_named() -> None:
    """The glossary says of each verdict that blocks that it does, and of no other."""
    entries = _entries("Verdicts")

    blocking = {word for word, text in entries.items() if re.search(r"\. Blocks", text)}

    assert blocking == {verdict.value for verdict in BLOCKING}
