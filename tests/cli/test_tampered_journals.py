"""`verify` on journals that somebody did something to: the first place that does not fit is named, whatever it was."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cli.journal import verify
from shared.model.chain import Link
from shared.model.codec import from_json
from shared.model.run import JournalEntry, JournalKind
from shared.report.journal_lines import lines_of
from shared.rules.chain import link_after
from tests.builders.fleet_facts import NOW

TEXTS = ("upgrade of all, requested by ann", "con-lyon observed", "the call was made", "the run has ended")

type Lines = list[str]


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The journal of a run in which four things happened, as a file."""
    links = list[Link]()
    for number, text in enumerate(TEXTS):
        at = NOW + timedelta(minutes=number)
        entry = JournalEntry(key=f"k{number}", at=at, kind=JournalKind.OBSERVED, text=text)
        links.append(link_after(links[-1] if links else None, "r1", entry))
    file = tmp_path / "r1.jsonl"
    file.write_text("".join(lines_of(links)), "utf-8")
    return file


def changed(lines: Lines) -> Lines:
    """With other words in the second link."""
    return [lines[0], lines[1].replace("con-lyon observed", "con-lyon untouched"), *lines[2:]]


def reordered(lines: Lines) -> Lines:
    """With the second and the third link in each other's place."""
    return [lines[0], lines[2], lines[1], lines[3]]


def shortened(lines: Lines) -> Lines:
    """Without the second link."""
    return [lines[0], *lines[2:]]


def headless(lines: Lines) -> Lines:
    """Without the first link."""
    return lines[1:]


def doubled(lines: Lines) -> Lines:
    """With the second link twice."""
    return [lines[0], lines[1], *lines[1:]]


def made_anew(lines: Lines) -> Lines:
    """With a second link of other words and a digest that fits them: the third one still knows the one that was."""
    first, second = (from_json(Link, json.loads(line)) for line in lines[:2])
    entry = JournalEntry(key="k1", at=second.entry.at, kind=second.entry.kind, text="con-lyon untouched")
    return [lines[0], *lines_of([link_after(first, "r1", entry)]), *lines[2:]]


def truncated(lines: Lines) -> Lines:
    """With half of the last line, as a copy that was broken off leaves it."""
    return [*lines[:3], lines[3][: len(lines[3]) // 2]]


def changed_and_truncated(lines: Lines) -> Lines:
    """Both: the change comes first."""
    return truncated(changed(lines))


@pytest.mark.parametrize(
    ("tampered", "told"),
    [
        (changed, "link 2 of run r1, k1: its entry, or what it says of its place, is not what was written"),
        (reordered, "link 3 of run r1, k2: link 2 is missing before it, or out of order"),
        (shortened, "link 3 of run r1, k2: link 2 is missing before it, or out of order"),
        (headless, "link 2 of run r1, k1: link 1 is missing before it, or out of order"),
        (doubled, "link 2 of run r1, k1: it is out of order: link 3 should be here"),
        (made_anew, "link 3 of run r1, k2: the link before it is not the one that it was written behind"),
        (truncated, "line 4 holds no link of a journal"),
        (changed_and_truncated, "link 2 of run r1, k1: its entry"),
    ],
)
def test_the_first_place_that_does_not_fit_is_named(
    exported: Path, capsys: pytest.CaptureFixture[str], tampered: Callable[[Lines], Lines], told: str
) -> None:
    """Whatever was done to a file, `verify` says 3, which link or line breaks it first, and how."""
    lines = tampered(exported.read_text("utf-8").splitlines())
    exported.write_text("\n".join(line.rstrip("\n") for line in lines), "utf-8")

    assert verify(exported, as_json=False) == 3
    assert capsys.readouterr().out.startswith(f"{exported}: The journal is broken: {told}")


def test_links_cut_off_at_the_end_show_in_the_digest(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file without its last link is whole as far as it goes: its number and its last digest are others."""
    lines = exported.read_text("utf-8").splitlines()
    exported.write_text("\n".join(lines[:-1]), "utf-8")
    code = verify(exported, as_json=True)
    document = json.loads(capsys.readouterr().out)

    assert (code, document["whole"], document["count"]) == (0, True, 3)
    assert document["last"] == json.loads(lines[-2])["digest"]
