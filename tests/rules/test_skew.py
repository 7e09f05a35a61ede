"""How far apart versions are is counted in minor releases beyond the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.version import Version
from shared.rules import skew
from tests.builders.skew_rules import skew_rules

RULES = skew_rules()
releases = st.builds(
    lambda major, minor, patch: Version(f"{major}.{minor}.{patch}"),
    st.sampled_from((4, 5, 9)),
    st.integers(0, 12),
    st.integers(0, 4),
)


@pytest.mark.parametrize(
    ("a", "b", "measure"),
    [
        ("4.11.4", "4.11.0", 0),
        ("4.9.2", "4.11.4", 0),
        ("4.8.2", "4.11.4", 1),
        ("4.3.0", "4.11.4", 6),
        ("4.8.2-23456", "4.11.4.0.98765", 1),
        ("4.11.4", "9.0.0", None),
        ("4.11.4", "5.11.4", None),
        ("9.0.0", "9.1.1", 0),
    ],
)
def test_managers_apart(a: str, b: str, measure: int | None) -> None:
    """Minor releases beyond the limit of two count; other majors are further than any number."""
    assert skew.apart(Version(a), Version(b), RULES) == measure


@pytest.mark.parametrize(
    ("appliance", "manager", "measure"),
    [
        ("4.11.4", "4.11.4", 0),
        ("4.9.2", "4.11.4", 0),
        ("4.8.2", "4.11.4", 1),
        ("4.11.4", "4.8.2", 0),
        ("4.11.4", "9.1.1", None),
    ],
)
def test_appliances_behind(appliance: str, manager: str, measure: int | None) -> None:
    """Appliances count by how far their newer manager is ahead of them, and not at all when they are ahead."""
    assert skew.behind(Version(appliance), Version(manager), RULES) == measure


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [(0, 0, False), (0, 1, True), (2, 1, False), (2, 2, False), (9, None, True), (None, None, False), (None, 9, False)],
)
def test_getting_further(before: int | None, after: int | None, *, worse: bool) -> None:
    """Never paired is further than any number and as far as itself."""
    assert skew.further(before, after) is worse


@given(releases, releases)
def test_apart_is_the_same_from_both_sides(a: Version, b: Version) -> None:
    """Two managers are as far from each other as each from the other, and not at all from themselves."""
    assert skew.apart(a, b, RULES) == skew.apart(b, a, RULES)
    assert skew.apart(a, a, RULES) == 0
    assert (skew.never_paired(a, b, RULES) is None) == (skew.never_paired(b, a, RULES) is None)


@given(releases, releases)
def test_managers_across_a_rule_have_no_distance(a: Version, b: Version) -> None:
    """Where a rule says never, no number is given."""
    assert skew.never_paired(a, b, RULES) is None or skew.apart(a, b, RULES) is None


@pytest.mark.parametrize(
    ("appliance", "manager", "must"),
    [("4.3.3", "4.4.0", True), ("4.3.3", "4.11.4", True), ("4.4.0", "4.11.4", False), ("4.2.4", "4.3.3", False)],
)
def test_the_border_that_forces_meshes(appliance: str, manager: str, *, must: bool) -> None:
    """Appliances must follow exactly if they are before the border and a manager is not."""
    found = skew.compulsory(Version(appliance), Version(manager), RULES)

    assert (found is not None and found.rule == "photon") is must


def test_strict_meshes() -> None:
    """Only for releases of the strict range a mesh waits for all paired managers."""
    assert skew.strict(Version("4.11.4"), RULES) is None
    assert skew.strict(Version("9.1.1"), RULES) is not None
