"""HCX versions: what is understood, how releases compare, and that nothing is guessed."""

import copy
import pickle
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from packaging.version import Version as Release

from shared.model.codec import from_json, to_json
from shared.model.version import UNKNOWN, UnknownVersionError, Version

PARTS = st.lists(st.integers(0, 9999), min_size=2, max_size=4)
BUILDS = st.none() | st.integers(10_000, 99_999_999)


def text_of(parts: list[int], build: int | None = None) -> str:
    """A release, with a build after a dash where there is one."""
    return ".".join(map(str, parts)) + (f"-{build}" if build else "")


KNOWN = st.builds(text_of, PARTS, BUILDS).map(Version)


@pytest.mark.parametrize(
    ("text", "release", "build"),
    [
        ("4.10.3", "4.10.3", None),
        ("4.11.3.0", "4.11.3", None),
        ("4.11.3.0-24972693", "4.11.3", 24972693),
        ("4.11.3-24972693", "4.11.3", 24972693),
        ("9.1.1.0.25690219", "9.1.1", 25690219),
        ("9.0.0.0.24597083", "9.0.0", 24597083),
        ("9.0.0.00000", "9.0.0", None),
        ("4.10", "4.10.0", None),
        ("4.10.0.2", "4.10.0.2", None),
        ("  4.9.2\n", "4.9.2", None),
    ],
)
def test_understood(text: str, release: str, build: int | None) -> None:
    """Every shape that HCX is known to report is understood, with its build apart from its release."""
    version = Version(text)

    assert (version.known, version.release, version.build) == (True, release, build)


@pytest.mark.parametrize(
    "text",
    ["", "4", "latest", "v4.10.3", "4.10.x", "4.10.3 (build 1)", "4..1", "4.10.3-rc1", "4.10.3-", "1.2.3.4.5",
     "4.10.3-1234", "\u0664.\u0661\u0660.\u0663", "4.10.3\n4.10.4", "unknown", "-4.10", "4,10"],
)  # fmt: skip
def test_not_understood(text: str) -> None:
    """Anything else is unknown, keeps its text for evidence, and is never half understood."""
    version = Version(text)

    assert (version.known, version.build, version.text) == (False, None, text)
    for ask in (
        lambda: version.release,
        lambda: version.major,
        lambda: version.minor,
        lambda: version.before_photon,
    ):
        with pytest.raises(UnknownVersionError, match="was not understood"):
            ask()


@given(st.text(max_size=30) | st.from_regex(r"[\d.\-]{1,30}"))
def test_any_text(text: str) -> None:
    """Whatever a manager reports becomes a version, known or not, and keeps what was said."""
    version = Version(text)

    assert version.text == text.strip()
    assert str(version) == (text.strip() or "unknown")
    assert version.known == (version != UNKNOWN and _asks_nothing_wrong(version))


def _asks_nothing_wrong(version: Version) -> bool:
    try:
        version.release  # noqa: B018 -- asking is the point
    except UnknownVersionError:
        return False
    return True


@given(KNOWN, KNOWN)
def test_one_of_three(one: Version, other: Version) -> None:
    """Of two known versions exactly one holds: older, newer, or the same release."""
    assert [one.older_than(other), other.older_than(one), one.same_release(other)].count(True) == 1


@given(st.lists(KNOWN, min_size=3, max_size=3))
def test_order_is_total(versions: list[Version]) -> None:
    """What is older than something older is older."""
    for one, middle, other in permutations(versions):
        if one.older_than(middle) and not other.older_than(middle):
            assert one.older_than(other)


@given(PARTS, PARTS)
def test_agrees_with_packaging(one: list[int], other: list[int]) -> None:
    """Releases compare as Python's own packaging versions do, so 4.9 comes before 4.10."""
    ours, theirs = (Version(text_of(one)), Version(text_of(other))), (Release(text_of(one)), Release(text_of(other)))

    assert ours[0].older_than(ours[1]) == (theirs[0] < theirs[1])
    assert ours[0].same_release(ours[1]) == (theirs[0] == theirs[1])


@given(PARTS, BUILDS, BUILDS)
def test_builds_do_not_count(parts: list[int], one: int | None, other: int | None) -> None:
    """Builds differ between cloud managers and connectors of one release, so they never make it older or newer."""
    first, second = Version(text_of(parts, one)), Version(text_of(parts, other))

    assert first.same_release(second)
    assert not first.older_than(second)
    assert first.release == second.release


@given(KNOWN, st.sampled_from(["", "latest", "4", "4.10.x"]).map(Version))
def test_unknown_never_compares(known: Version, unknown: Version) -> None:
    """A version that was not understood is neither older, newer nor the same as any other, itself included."""
    for one, other in ((known, unknown), (unknown, known), (unknown, unknown)):
        with pytest.raises(UnknownVersionError):
            one.older_than(other)
        with pytest.raises(UnknownVersionError):
            one.same_release(other)


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999), BUILDS)
def test_structure(major: int, minor: int, patch: int, build: int | None) -> None:
    """The structure that appliances report means the same as the text."""
    version = Version.from_parts(major, minor, patch, build)

    assert version.same_release(Version(f"{major}.{minor}.{patch}"))
    assert (version.major, version.minor, version.build) == (major, minor, build)


@pytest.mark.parametrize(("text", "before"), [("4.3.3", True), ("4.4.0", False), ("4.4", False), ("9.0.0", False)])
def test_photon(text: str, before: bool) -> None:  # noqa: FBT001 -- a table
    """Appliances run on Photon OS from 4.4 on."""
    assert Version(text).before_photon is before


@given(KNOWN)
def test_shown_release_reads_back(version: Version) -> None:
    """The release as it is shown names the same release."""
    assert Version(version.release).same_release(version)


@given(st.text(max_size=20).map(Version) | KNOWN)
def test_travels(version: Version) -> None:
    """A version travels as its text, and can be copied and pickled like any record around it."""
    assert to_json(version) == version.text
    assert from_json(Version, to_json(version)) == version
    assert copy.deepcopy(version) == version
    assert pickle.loads(pickle.dumps(version)) == version  # noqa: S301 -- our own bytes


@given(KNOWN, KNOWN)
def test_equal_by_text(one: Version, other: Version) -> None:
    """Equal means written the same, so that evidence never loses a build; hashes follow."""
    assume(one.text != other.text)

    assert one != other
    assert one == Version(one.text)
    assert hash(one) == hash(Version(f" {one.text} "))


def test_immutable() -> None:
    """A version does not change."""
    with pytest.raises(AttributeError, match="immutable"):
        Version("4.10.3").build = 1


@pytest.mark.parametrize("document", [None, 4.1, 4, ["4.10"], {"major": 4}])
def test_only_text_is_a_version(document: object) -> None:
    """A number is no version: 4.10 would have become 4.1."""
    with pytest.raises(ValueError, match="not a readable Version"):
        from_json(Version, document)
