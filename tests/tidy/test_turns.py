"""Stories in turns: each file has its own, and the longest begin first."""

from pathlib import Path

from tests.turns import LONGEST, PARTS, longest_first, others

ROOT = Path(__file__).parents[2]
FILES = sorted(file for part in PARTS for file in part)


def test_every_file_has_its_turn_with_one_commit_or_another() -> None:
    """One remainder of the hash for each part: every file is played with one of them, and with no other."""
    played = [set(FILES) - others(commit) for commit in ("a0", "a1", "a2", "a3")]

    assert sorted(file for part in played for file in part) == FILES


def test_the_longest_files_begin_and_the_rest_keeps_its_order() -> None:
    """Files that are not known to be long stay as they were."""
    items = ["tests/b", LONGEST[1], "tests/a", LONGEST[0]]

    assert longest_first(items, str) == [LONGEST[0], LONGEST[1], "tests/b", "tests/a"]


def test_files_that_are_named_are_there() -> None:
    """A file that was renamed is named anew, and contributors are told what CI does not play each time."""
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")

    assert [name for name in (*FILES, *LONGEST) if not (ROOT / name).is_file()] == []
    assert [name for name in FILES if f"`{name}`" not in told] == []
