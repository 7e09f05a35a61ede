"""Override files: they add and correct without code, and a bad one is refused with everything that is wrong in it."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from shared.model.version import Version
from shared.policy.problems import PolicyInvalidError
from shared.ports import NoOverrides, Overrides, OverrideText
from shared.rules.catalogue import (
    CatalogueInvalidError,
    catalogue,
    catalogue_of,
    catalogue_with,
    unknown_release,
)
from shared.rules.path import NoPath, hops
from shared.store.override_file import OverrideFile

FAULTS: list[dict[str, Any]] = YAML(typ="safe", pure=True).load(
    (Path(__file__).parent / "override_faults.yaml").read_text(encoding="utf-8")
)
ORIGIN = "source: support-case, confidence: quoted, dated: 2026-11-24"
OWN = f"""
sources:
  - {{id: support-case, title: answer to a support case}}
releases:
  - {{release: "4.11.6", released: 2026-11-20, {ORIGIN}}}
  - {{release: "4.11.3", released: 2025-09-29, {ORIGIN}}}
paths:
  allowed:
    - {{id: 4.11.6-from-4.11, to: ["4.11.6"], start: {{at_least: "4.11.0", below: "4.11.6"}}, {ORIGIN}}}
    - {{id: 4.11.4-from-4.9, to: ["4.11.4"], start: {{at_least: "4.10.0", below: "4.11.4"}}, {ORIGIN}}}
skew:
  managers: {{minors: 1, detail: told by support, {ORIGIN}}}
  strict_meshes:
    - {{rule: own-rule, target: {{at_least: "4.11.6"}}, detail: told by support, {ORIGIN}}}
priors:
  - {{of: manager-hop, p50: PT20M, p90: PT45M, detail: measured, {ORIGIN}}}
remove: [HCX-NETWORK-NAMES, back-in-time-9.0, activation-450]
"""


def told(text: str) -> tuple[str, ...]:
    """What is wrong with an override file."""
    with pytest.raises(CatalogueInvalidError) as refused:
        catalogue_with(text, "FILE")
    assert str(refused.value) == "\n".join(refused.value.problems)
    return refused.value.problems


# --- good ones --------------------------------------------------------------------------------------------------------


def test_entries_are_added() -> None:
    """A release, a path and a rule of one's own count like delivered ones, in their order."""
    found = catalogue_with(OWN, "own.yaml")
    names = [str(one.release) for one in found.releases]

    assert names == sorted(names, key=lambda text: Version(text).order)
    assert hops(Version("4.11.0"), Version("4.11.6"), found.paths) == (Version("4.11.6"),)
    assert found.skew.strict_meshes[-1].rule == "own-rule"


def test_entries_are_replaced_whole_and_in_place() -> None:
    """What has the key of a delivered entry takes its place; nothing of the old one is left."""
    found, delivered = catalogue_with(OWN, "own.yaml"), catalogue()
    corrected = found.release(Version("4.11.3"))

    assert corrected is not None
    assert (corrected.ends, corrected.notes, corrected.source) == ((), (), "support-case")
    assert [one.id for one in found.paths.allowed][:-1] == [one.id for one in delivered.paths.allowed]
    assert isinstance(hops(Version("4.9.2"), Version("4.11.4"), delivered.paths), tuple)
    assert [one.of for one in found.priors] == [one.of for one in delivered.priors]
    assert (found.skew.managers.minors, found.skew.appliances) == (1, delivered.skew.appliances)


def test_entries_are_removed() -> None:
    """What `remove` names is gone, whatever kind it is."""
    found = catalogue_with(OWN, "own.yaml")

    assert {one.id for one in catalogue().risks} - {one.id for one in found.risks} == {"HCX-NETWORK-NAMES"}
    assert {one.id for one in catalogue().clocks} - {one.id for one in found.clocks} == {"activation-450"}
    assert "back-in-time-9.0" not in {one.id for one in found.paths.closed}


def test_the_newest_validated_release_can_be_corrected() -> None:
    """Where the delivered word on 4.11.3 is taken away, an older release is the newest validated one."""
    found = catalogue_with(OWN, "own.yaml").latest_validated

    assert found is not None
    assert found.release == Version("4.11.0")


def test_hashes() -> None:
    """The catalogue's hash follows its content; the override's own hash follows what the file says, not its layout."""
    plain, own = catalogue(), catalogue_with(OWN, "own.yaml")
    laid_out = catalogue_with(f"# a comment\n{OWN}", "elsewhere.yaml")

    assert (plain.overrides_hash, len(plain.hash)) == (None, 64)
    assert own.hash != plain.hash
    assert (laid_out.hash, laid_out.overrides_hash) == (own.hash, own.overrides_hash)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "remove: []\nrisks: []\n"])
def test_an_empty_file_changes_nothing(text: str) -> None:
    """A file without entries leaves the catalogue as delivered, though it has a hash of its own."""
    found = catalogue_with(text, "own.yaml")

    assert found.hash == catalogue().hash
    assert found.overrides_hash is not None


def test_a_whole_delivered_list_may_be_given_again() -> None:
    """Replacing an entry by itself changes nothing."""
    text = """
clocks:
  - id: activation-450
    starts: {at_least: "4.11.0", below: "9.0"}
    runs: P450D
    detail: activation keys stop 450 days after that system's own upgrade to 4.11.0; that an upgrade straight to a later
      4.11 starts the same clock is inferred
    source: ms-upgrade
    confidence: documented
    dated: 2026-11-24
"""
    assert catalogue_with(text, "own.yaml").hash == catalogue().hash


# --- bad ones ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["about"])
def test_a_bad_file_is_refused_with_all_that_is_wrong(fault: dict[str, Any]) -> None:
    """Exactly the expected faults are told, at once, each with the name of the file."""
    assert list(told(fault["file"])) == fault["told"]


# --- from the port ----------------------------------------------------------------------------------------------------


def test_without_a_file_the_catalogue_is_as_delivered() -> None:
    """No override file is no override."""
    none: Overrides = NoOverrides()

    assert catalogue_of(none.read()) is catalogue()


def test_the_file_counts_at_the_next_reading(tmp_path: Path) -> None:
    """A changed file is another catalogue, without a restart; an unchanged one is not parsed twice."""
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    overrides: Overrides = OverrideFile(path)
    first = catalogue_of(overrides.read())

    assert catalogue_of(overrides.read()) is first
    path.write_text("{}", encoding="utf-8")
    assert catalogue_of(overrides.read()).hash == catalogue().hash


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"remove: [HCX-LOGIN]", "remove: there is no HCX-LOGIN; did you mean HCX-LOGIN-4102?"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_like_the_policy(
    tmp_path: Path, content: bytes | None, problem: str
) -> None:
    """Its errors come as errors of a file of the owner, which every caller can tell."""
    path = tmp_path / "own.yaml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(PolicyInvalidError) as refused:
        OverrideFile(path).read()
    assert refused.value.problems == (f"{path}: {problem}",)


# --- what the catalogue does not know ---------------------------------------------------------------------------------


def test_a_known_release_is_known() -> None:
    """Any build of a listed release is that release."""
    assert unknown_release(catalogue(), Version("4.11.3.0-24972695")) is None


def test_an_unknown_release_says_how_to_add_it() -> None:
    """The sentence holds an entry that, with its gaps filled in, makes the release known."""
    version = Version("4.12.1")
    sentence = unknown_release(catalogue(), version)

    assert sentence is not None
    entry = sentence[sentence.index("{") :].replace("title: ...", "title: notes").replace("...", "2026-11-24")
    assert unknown_release(catalogue_with(entry, "own.yaml"), version) is None


def test_a_strange_version_is_for_the_owner_of_hcx_fleet() -> None:
    """No entry helps where the shape of a version is not understood."""
    assert unknown_release(catalogue(), Version("latest")) == (
        "version latest is not understood: the owner of hcx-fleet adds the shape of it with its source"
    )


def test_no_path_to_what_was_added_without_one() -> None:
    """A release that is known has no path for that alone."""
    found = catalogue_with(
        'releases: [{release: "4.12.1", released: null, source: oracle, confidence: seen, dated: 2026-11-24}]',
        "own.yaml",
    )

    assert isinstance(hops(Version("4.11.4"), Version("4.12.1"), found.paths), NoPath)


def test_the_text_travels_with_its_name() -> None:
    """Faults of a text from the port name the file that it came from."""
    with pytest.raises(CatalogueInvalidError, match=r"^etc/own\.yaml: "):
        catalogue_of(OverrideText(name="etc/own.yaml", text="risk: []"))
