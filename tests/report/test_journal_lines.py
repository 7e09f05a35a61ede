"""A journal as lines of a file, and what is found in one that was changed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.model.chain import Link
from shared.model.run import JournalEntry, JournalKind
from shared.report.journal_lines import LineUnreadableError, lines_of, links_in
from shared.report.journal_text import verdict_on
from shared.rules.chain import link_after

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def chain(length: int, run: str = "r1") -> list[Link]:
    """A whole chain."""
    links: list[Link] = []
    for number in range(length):
        entry = JournalEntry(key=f"k{number}", at=NOW, kind=JournalKind.PROGRESS, text=f"ü {number}\u2028end")
        links.append(link_after(links[-1] if links else None, run, entry))
    return links


def test_what_is_written_is_read_back() -> None:
    """Lines of a whole chain give the same links, whatever their texts hold, and the verdict that it is whole."""
    links = chain(4)
    read = tuple(links_in("".join(lines_of(links))))

    assert read == tuple(links)
    assert verdict_on(read).sentence == f"The journal of run r1 is whole: 4 links, the last one is {links[-1].digest}."


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda one: one[1]["entry"].update(text="nothing"), "link 2 of run r1, k1: its entry"),
        (lambda one: one.pop(1), "link 3 of run r1, k2: link 2 is missing"),
        (lambda one: one.pop(0), "link 2 of run r1, k1: link 1 is missing"),
        (lambda one: one.insert(2, one.pop(1)), "link 3 of run r1, k2: link 2 is missing"),
        (lambda one: one.insert(1, one[0]), "link 1 of run r1, k0: it is out of order"),
        (lambda one: one[2].update(run="r2"), "link 3 of run r2, k2: it belongs to another run"),
        (lambda one: one[1].update(previous="0" * 64), "link 2 of run r1, k1"),
    ],
)
def test_what_was_changed_is_named(change: Any, first: str) -> None:
    """A link that was changed, taken out, moved, doubled or put behind another one is named with how."""
    documents = [json.loads(line) for line in lines_of(chain(4))]
    change(documents)
    verdict = verdict_on(tuple(links_in("\n".join(map(json.dumps, documents)))))

    assert not verdict.whole
    assert verdict.sentence.startswith(f"The journal is broken: {first}")


@pytest.mark.parametrize(
    "line", ["{", "[]", "null", '{"run": "r1"}', '{"run": "a", "run": "b"}', "[" * 100_000, '"\\ud800"']
)
def test_a_line_that_holds_no_link(line: str) -> None:
    """It is named by its number."""
    text = next(lines_of(chain(1))) + line
    with pytest.raises(LineUnreadableError, match="line 2 holds no link"):
        tuple(links_in(text))


def test_a_name_twice_is_no_link() -> None:
    """A line that says two things under one name is refused, although one of them fits its digest."""
    line = next(lines_of(chain(1))).replace('{"run":', '{"run":"r9","run":', 1)
    with pytest.raises(LineUnreadableError, match="a name is there twice"):
        tuple(links_in(line))
