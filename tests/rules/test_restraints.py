"""What is held back, as a plan keeps it."""

from hypothesis import given
from hypothesis import strategies as st

from shared.model.plan import RestraintKind, SubjectKind
from shared.model.policy import Exclusion, ExtensionMode
from shared.model.version import Version
from shared.rules.holds import HeldBy, Key
from shared.rules.restraints import is_stricter, part, restraints_then
from shared.rules.tags import Restraints

CLOUD, CONNECTOR = SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR
HELD = {
    (kind, name): HeldBy(reason="audit", owner="ana", until=None, source="tag hcx-hold of pc-one")
    for kind, name in ((CLOUD, "pc-one"), (CONNECTOR, "con-one"))
}
TAGS = {
    "pc-one": Restraints(max_version=Version("4.10.3")),
    "pc-two": Restraints(extension_mode=ExtensionMode.MANUAL, max_version=Version("4.11.4")),
    "pc-three": Restraints(),
}
OUT = {"pc-old": Exclusion(cloud="pc-old", reason="migrated away", owner="ana", until=None)}
FOUND = restraints_then(HELD, TAGS, OUT)


def test_everything_that_holds_back_is_kept_in_order() -> None:
    """Holds, exclusions, caps and modes, each with its subject and what it allows at most."""
    assert [(one.kind.value, one.subject, one.value) for one in FOUND] == [
        ("exclusion", "pc-old", ""),
        ("extension-mode", "pc-two", "manual"),
        ("hold", "con-one", ""),
        ("hold", "pc-one", ""),
        ("version-cap", "pc-one", "4.10.3"),
        ("version-cap", "pc-two", "4.11.4"),
    ]
    assert "connector con-one is held: audit (tag hcx-hold of pc-one)" in {one.text for one in FOUND}


@given(st.permutations(list(HELD.items())), st.permutations(list(TAGS.items())))
def test_the_order_of_the_input_does_not_matter(
    held: list[tuple[Key, HeldBy]], tags: list[tuple[str, Restraints]]
) -> None:
    """Plans are compared by their bytes."""
    assert restraints_then(dict(held), dict(tags), OUT) == FOUND


def test_nothing_is_stricter_than_itself() -> None:
    """Only what is new, or allows less, is."""
    assert not any(is_stricter(one, one) for one in FOUND)
    assert all(is_stricter(None, one) for one in FOUND)


def test_a_part_is_about_its_subjects() -> None:
    """Others are left out, whatever their kind."""
    assert {one.kind for one in part(FOUND, {"pc-one"})} == {RestraintKind.HOLD, RestraintKind.VERSION_CAP}
