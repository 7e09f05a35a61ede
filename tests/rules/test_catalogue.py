"""The catalogue: every entry is readable, has its source, and a careless edit is refused with its place."""

from datetime import date
from itertools import pairwise

import pytest

from shared.model.version import Version
from shared.rules.catalogue import paths, releases, removed_services, sources
from shared.rules.catalogue.reading import CatalogueInvalidError, read_entries
from shared.rules.catalogue.records import Paths, Range, Release

GOOD = """
- release: "4.9.0"
  released: 2024-03-26
  source: notes
  confidence: documented
  dated: 2026-11-24
"""
CARELESS = [
    ("release: 4.9\n", 'release: "4.9.0"', "0.release"),
    ('release: "4.9.x"', 'release: "4.9.0"', "'4.9.x' is not understood"),
    ("source: elsewhere", "source: notes", "'elsewhere' is not in sources.yaml"),
    ("confidence: certain", "confidence: documented", "0.confidence"),
    ("released: in spring", "released: 2024-03-26", "0.released"),
    ("dated: 2026-11-24\n  nots: []", "dated: 2026-11-24", "nots: there is no such key"),
    ("notes: [{text: a, source: gone, confidence: seen}]\n  source: notes", "source: notes", "'gone'"),
    ("dated: 2026-11-24\n  dated: 2026-11-24", "dated: 2026-11-24", "duplicate key"),
]


def read(text: str) -> tuple[Release, ...]:
    """Releases as that text gives them, with one known source."""
    return read_entries("releases.yaml", text, tuple[Release, ...], frozenset({"notes"}))


def test_the_packaged_files_are_read() -> None:
    """All four files are there and hold something."""
    assert all((sources(), releases(), paths().allowed, paths().closed, removed_services()))


def test_a_good_entry_is_read() -> None:
    """An entry that is as it should be becomes a record."""
    (one,) = read(GOOD)

    assert (one.release, one.released) == (Version("4.9.0"), date(2024, 3, 26))


@pytest.mark.parametrize(("careless", "instead_of", "told"), CARELESS)
def test_a_careless_entry_is_refused(careless: str, instead_of: str, told: str) -> None:
    """A number for a version, a strange word, a missing source and a misspelt or repeated key name file and place."""
    with pytest.raises(CatalogueInvalidError, match=r"releases\.yaml") as refused:
        read(GOOD.replace(instead_of, careless))

    assert told in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    """Two faults in one file are two faults in the message."""
    with pytest.raises(CatalogueInvalidError) as refused:
        read(GOOD.replace("4.9.0", "nine").replace("source: notes", "source: gone"))

    assert "'nine'" in str(refused.value)
    assert "'gone'" in str(refused.value)


def test_releases_are_listed_once_and_in_order() -> None:
    """Every release is newer than the one before it."""
    listed = [one.release for one in releases()]

    assert all(older.older_than(newer) for older, newer in pairwise(listed))


def test_every_release_of_a_path_is_a_listed_release() -> None:
    """No rule leads to or through a release that releases.yaml does not have."""
    listed = {one.release for one in releases()}

    assert {one for rule in paths().allowed for one in (*rule.to, *rule.via)} <= listed


def test_every_range_is_bounded_and_not_empty() -> None:
    """A range has one upper bound, and its bounds admit at least one listed release; chains go forward."""
    for start in (*(rule.start for rule in paths().allowed), *(rule.start for rule in paths().closed)):
        assert (start.up_to is None) != (start.below is None)
        assert any(start.holds(one.release) for one in releases())
    for allowed in paths().allowed:
        chain = (*allowed.via, allowed.to[0])
        assert all(older.older_than(newer) for older, newer in pairwise(chain))


def test_every_source_is_used() -> None:
    """Nothing is listed as a source on which no entry rests."""
    used = {one.source for one in releases()} | {note.source for one in releases() for note in one.notes}
    used |= {end.source for one in releases() for end in one.ends} | {one.source for one in removed_services()}
    used |= {one.source for one in paths().allowed} | {one.source for one in paths().closed}

    assert used == {one.id for one in sources()}


def test_the_earlier_end_of_support_counts() -> None:
    """Where two sources disagree, the earlier day is the end."""
    ends = {str(one.release): one.end_of_support for one in releases()}

    assert ends["4.11.2"] == date(2025, 12, 24)
    assert ends["9.0.0"] is None


@pytest.mark.parametrize(
    ("version", "inside"),
    [("4.4", True), ("4.8.3", True), ("4.8.3.0-12345678", True), ("4.8.4", False), ("4.3.9", False)],
)
def test_range_bounds(version: str, inside: bool) -> None:  # noqa: FBT001 -- a column of the table
    """Both named ends are inside, and a build changes nothing."""
    assert Range(at_least=Version("4.4"), up_to=Version("4.8.3")).holds(Version(version)) is inside


def test_paths_are_read_once() -> None:
    """The files are read once per process."""
    assert paths() is paths()
    assert isinstance(paths(), Paths)
