"""The chain of a journal: whole while nobody touches it, and broken at the very link that somebody does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.chain import Link
from shared.model.codec import from_json_text, to_json_text
from shared.model.run import JournalEntry, JournalKind
from shared.rules.chain import START, digest_of, faults, link_after

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def entry(number: int) -> JournalEntry:
    """A journal entry."""
    return JournalEntry(key=f"k{number}", at=NOW, kind=JournalKind.OBSERVED, text=f"look {number}")


def chain(count: int, run: str = "r") -> list[Link]:
    """A whole chain."""
    links: list[Link] = []
    for number in range(1, count + 1):
        links.append(link_after(links[-1] if links else None, run, entry(number)))
    return links


def test_whole() -> None:
    """Links begin at one behind sixty-four zeros, each names the one before it, and nothing is wrong with them."""
    links = chain(3)

    assert [link.sequence for link in links] == [1, 2, 3]
    assert [link.previous for link in links] == [START, links[0].digest, links[1].digest]
    assert faults(links) == faults([]) == ()


def test_exported() -> None:
    """A chain is whole after a way through a file of JSON lines."""
    lines = [to_json_text(link) for link in chain(3)]

    assert faults(from_json_text(Link, line) for line in lines) == ()


CHANGES: dict[str, tuple[Callable[[list[Link]], list[Link]], tuple[str, ...]]] = {
    "changed entry": (
        lambda links: [links[0], replace(links[1], entry=entry(9)), *links[2:]],
        ("link 2 of run r, k9: its entry, or what it says of its place, is not what was written",),
    ),
    "changed entry and digest": (
        lambda links: [links[0], link_after(links[0], "r", entry(9)), *links[2:]],
        ("link 3 of run r, k3: the link before it is not the one that it was written behind",),
    ),
    "missing": (
        lambda links: [links[0], *links[2:]],
        ("link 3 of run r, k3: link 2 is missing before it",),
    ),
    "several missing": (
        lambda links: [links[0], links[3]],
        ("link 4 of run r, k4: links 2 to 3 are missing before it",),
    ),
    "first missing": (
        lambda links: links[1:],
        ("link 2 of run r, k2: link 1 is missing before it",),
    ),
    "twice": (
        lambda links: [links[0], links[0], *links[1:]],
        ("link 1 of run r, k1: it is out of order: link 2 should be here",),
    ),
    "reordered": (
        lambda links: [links[0], links[2], links[1], links[3]],
        (
            "link 3 of run r, k3: link 2 is missing before it, or out of order",
            "link 2 of run r, k2: it is out of order: link 4 should be here",
            "link 4 of run r, k4: link 3 is missing before it",
        ),
    ),
    "wrong previous": (
        lambda links: [links[0], replace(links[1], previous=START), *links[2:]],
        ("link 2 of run r, k2: its entry, or what it says of its place, is not what was written",),
    ),
    "of another run": (
        lambda links: [*links[:2], chain(4, "s")[2], links[3]],
        ("link 3 of run s, k3: it belongs to another run", "link 4 of run r, k4: it belongs to another run"),
    ),
    "renumbered": (
        lambda links: [links[0], *(replace(link, sequence=link.sequence - 1) for link in links[2:])],
        ("link 2 of run r, k3: its entry, or what", "link 3 of run r, k4: its entry, or what"),
    ),
}


@pytest.mark.parametrize(("change", "told"), CHANGES.values(), ids=CHANGES.keys())
def test_broken(change: Callable[[list[Link]], list[Link]], told: tuple[str, ...]) -> None:
    """Whatever is done to a chain, the first link where it shows is named with how."""
    found = faults(change(chain(4)))

    assert len(found) == len(told), found
    assert all(fault.startswith(begin) for fault, begin in zip(found, told, strict=True)), found


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"])),
    st.none() | st.integers(0, 100),
    st.integers(1, 10**9),
)
def test_covers_everything(text: str, percent: int | None, sequence: int) -> None:
    """Another text, percent, place, previous link or run is another digest."""
    one = replace(entry(1), text=text, percent=percent)
    digests = [
        digest_of("r", sequence, START, one),
        digest_of("r", sequence, START, replace(one, text=f"{text}!")),
        digest_of("r", sequence, START, replace(one, percent=101)),
        digest_of("r", sequence, START, replace(one, kind=JournalKind.CHECKED)),
        digest_of("r", sequence + 1, START, one),
        digest_of("r", sequence, "1" * 64, one),
        digest_of("s", sequence, START, one),
    ]

    assert len(set(digests)) == len(digests)


def test_stays_the_same() -> None:
    """The digest of an entry is the same in every release: a chain that was exported years ago must stay whole."""
    assert chain(2)[1].digest == "70af7034075e25fc7f2d869d8235d8758fe25102f65efa0cb62954e9282a9dbc"
