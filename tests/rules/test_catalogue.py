"""The catalogue: every entry is readable, has its source, and a careless edit is refused with its place."""

from datetime import date
from itertools import pairwise

import pytest

from shared.model.version import Version
from shared.rules.catalogue import (
    CatalogueInvalidError,
    catalogue,
    paths,
    releases,
    removed_services,
    sources,
)
from shared.rules.catalogue.consistency import digest, faults_of, keyed, used_sources, whole
from shared.rules.catalogue.records import Lasting, Paths, Range, Release, RiskVerdict
from shared.rules.catalogue.strict import read_entries

GOOD = """
- release: "4.9.0"
  released: 2024-03-26
  source: notes
  confidence: documented
  dated: 2026-11-24
"""
CARELESS = [
    ("release: 4.9\n", 'release: "4.9.0"', "[0].release"),
    ('release: "4.9.x"', 'release: "4.9.0"', "'4.9.x' is not understood"),
    ("source: elsewhere", "source: notes", "'elsewhere' is not in sources.yaml"),
    ("confidence: certain", "confidence: documented", "[0].confidence"),
    ("released: in spring", "released: 2024-03-26", "[0].released"),
    ("dated: 2026-11-24\n  nots: []", "dated: 2026-11-24", "nots: there is no such key"),
    ("notes: [{text: a, source: gone, confidence: seen}]\n  source: notes", "source: notes", "'gone'"),
    ("dated: 2026-11-24\n  dated: 2026-11-24", "dated: 2026-11-24", "duplicate key"),
]


def read(text: str) -> tuple[Release, ...]:
    """Releases as that text gives them, with one known source."""
    return read_entries("releases.yaml", text, tuple[Release, ...], frozenset({"notes"}))


def test_the_packaged_files_are_read() -> None:
    """All eight files are there and hold something."""
    known = catalogue()

    assert all((sources(), releases(), paths().allowed, paths().closed, removed_services()))
    assert all((known.skew.never_paired, known.risks, known.clocks, known.priors))


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
    assert set(used_sources(catalogue())) == {one.id for one in sources()}


def test_every_key_names_one_entry() -> None:
    """An override file can name each entry by its key alone, whatever kind it is."""
    keys = [key for key, _ in keyed(catalogue())]

    assert all(keys)
    assert len(keys) == len(set(keys))


def test_entries_fit_each_other() -> None:
    """No fault is found in the whole, and the parts that the checks read are the same ones."""
    known = catalogue()

    assert list(faults_of(known)) == []
    assert (known.paths, known.releases, known.services) == (paths(), releases(), removed_services())


def test_ways_that_are_closed_say_who_opens_them() -> None:
    """Every rule that leaves no way names who can do what."""
    openings = [one.opens for one in paths().closed] + [one.opens for one in catalogue().skew.never_paired]

    assert all(text.startswith("the owner of ") for text in openings)


def test_ends_of_support_come_after_the_release() -> None:
    """Support ends after a release came out, and a newer release is not supported for less long by its earliest end."""
    for one in releases():
        assert all(one.released is None or one.released < end.on for end in one.ends)
    ends = [one.end_of_support for one in releases() if one.end_of_support is not None]

    assert ends == sorted(ends)


def test_days_of_release_are_in_order_within_a_major() -> None:
    """Where sources give the day, a newer release of the same major came out later."""
    for major in (4, 9):
        days = [one.released for one in releases() if one.release.major == major and one.released is not None]

        assert days == sorted(days)


def test_every_fix_is_a_listed_release_or_explained() -> None:
    """A risk that is no mere notice names its fix among the releases, or its message says what to do without one."""
    listed = {str(one.release) for one in releases()}
    for risk in catalogue().risks:
        assert {str(one) for one in risk.fixed_in} <= listed
        assert risk.fixed_in or risk.verdict is not RiskVerdict.REFUSE
        assert len(risk.message) > len(risk.title)


def test_at_least_a_dozen_risks_are_known() -> None:
    """The risks that public material tells of are there, each linked where its source has a page."""
    pages = {one.id: one.url for one in sources()}

    assert len(catalogue().risks) >= 14
    assert all(bool(risk.link) == bool(pages[risk.source]) for risk in catalogue().risks)


def test_every_kind_of_work_has_a_duration() -> None:
    """Whatever a plan estimates has a prior, and each says that it is inferred."""
    priors = catalogue().priors

    assert {one.of for one in priors} == set(Lasting)
    assert {one.confidence.value for one in priors} == {"inferred"}


def test_the_newest_validated_release() -> None:
    """It is the one that Microsoft's page describes the upgrade to, and says that this is inferred."""
    newest = catalogue().latest_validated

    assert newest is not None
    assert newest.validated is not None
    assert (str(newest.release), newest.validated.confidence.value) == ("4.11.3", "inferred")


def test_the_hash_is_of_the_content() -> None:
    """The same parts make the same hash, and another part makes another one."""
    known = catalogue()
    parts = {name: getattr(known, name) for name in ("sources", "releases", "paths", "services", "skew", "clocks")}

    again = whole("again", **parts, risks=known.risks, priors=known.priors)
    fewer = whole("fewer", **parts, risks=known.risks[1:], priors=known.priors)

    assert again == known
    assert fewer.hash != known.hash
    assert digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})


def test_the_catalogue_is_read_once() -> None:
    """Asking again costs nothing."""
    assert catalogue() is catalogue()


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
