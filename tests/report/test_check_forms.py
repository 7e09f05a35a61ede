"""What a check answers, in each of its forms."""

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.report.check_junit import check_junit, clean
from shared.report.check_making import Asked, NotThatSubjectError
from shared.report.check_markdown import BYTES_MAX, check_markdown
from shared.report.check_record import CheckAnswer, StepKind
from shared.report.check_text import check_sheet, counted
from tests.builders.fleet_facts import NOW
from tests.report.checked_fleet import EVERY, WAIVED, answered, finding

READY = answered()
BLOCKED = answered(*EVERY, WAIVED)

SUITE = {"name", "id", "package", "tests", "failures", "errors", "skipped", "timestamp", "time", "hostname"}
"""Attributes of a suite that the schemas of Ant and of Jenkins both have."""
CHILDREN = ["properties", "testcase", "system-out", "system-err"]
"""Of a suite, in the order of Ant's schema."""


def valid(document: bytes) -> ET.Element:
    """The document, when it is one that the schemas of Ant and of Jenkins both take."""
    root = ET.fromstring(document)  # noqa: S314 -- our own document
    assert (root.tag, root.attrib) == ("testsuites", {})
    for suite in root:
        assert (suite.tag, set(suite.attrib)) == ("testsuite", SUITE)
        assert suite.attrib["name"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", suite.attrib["timestamp"])
        assert sorted((one.tag for one in suite), key=CHILDREN.index) == [one.tag for one in suite]
        assert set(CHILDREN) == {one.tag for one in suite}
        cases = suite.findall("testcase")
        numbers = {tag: len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")}
        assert int(suite.attrib["tests"]) == len(cases)
        assert [int(suite.attrib[name]) for name in ("failures", "errors", "skipped")] == list(numbers.values())
        for case in cases:
            assert set(case.attrib) == {"classname", "name", "time"}
            assert len(case) <= 1
            assert all("type" in one.attrib for one in case if one.tag in {"failure", "error"})
    return root


def cases(document: bytes, suite: str) -> dict[str, str]:
    """Name of each case of a suite up to the colon, with the tag inside it."""
    root = valid(document)
    found = next(one for one in root if one.attrib["name"] == suite)
    return {
        one.attrib["name"].partition(":")[0]: next((each.tag for each in one), "") for one in found.findall("testcase")
    }


def test_ready_is_said_with_its_end_in_every_form() -> None:
    """Where nothing stands in the way the verdict begins with READY, and no form shows a failure."""
    assert (READY.ready, READY.holds, READY.reasons) == (True, True, ())
    assert READY.verdict == "READY, observed from 24 Nov 2026 06:00 UTC; holds until 24 Nov 2026 06:15 UTC"
    assert "❌" not in check_markdown(READY)
    assert all(one.attrib["failures"] == one.attrib["errors"] == "0" for one in valid(check_junit(READY)))


def test_each_subject_is_a_suite_and_each_finding_a_case_of_its_kind() -> None:
    """What blocks is a failure, what is unknown an error; manual, not applicable and waived are skipped."""
    assert cases(check_junit(BLOCKED), "connector con-a") == {
        "tunnels-up": "",
        "clocks-agree": "skipped",
        "backup-known": "skipped",
        "photon": "skipped",
        "migrations-running": "failure",
        "services-running": "failure",
        "site-pairs-healthy": "error",
    }
    names = [one.attrib["name"] for one in valid(check_junit(BLOCKED))]
    assert names == ["check", "private cloud pc-a", "connector con-a", "mesh mesh-a"]


def test_what_is_too_old_is_an_error_of_its_subject() -> None:
    """Facts that no check complains of but that are too old keep a suite from passing."""
    late = answered(now=NOW + timedelta(hours=2), as_of=NOW)

    assert cases(check_junit(late), "connector con-a")["too-old"] == "error"
    assert late.verdict.startswith("NOT READY, as of 24 Nov 2026 06:00 UTC, judged at 24 Nov 2026 08:00 UTC")


TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
"""Control characters, ]]>, quotes and lone surrogates' neighbours among them."""


@given(name=TEXTS, summary=TEXTS, remedy=TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_name_breaks_the_document(name: str, summary: str, remedy: str) -> None:
    """Whatever subjects are called and findings say, the XML is valid, and the text is there without control signs."""
    hostile = answered(finding(Verdict.OUTAGE_RISK, summary or "x", remedy=f'{remedy}]]>"<&\x00\x1b[31m\x9b\u202e'))
    named = tuple(replace(one, name=f"{name}\x07<") for one in hostile.subjects)
    document = check_junit(replace(hostile, subjects=named))

    valid(document)
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", document.decode())
    assert "\x1b" not in check_markdown(replace(hostile, subjects=named))


def test_clean_takes_out_what_xml_cannot_hold_and_leaves_the_rest() -> None:
    """Controls, non-characters and signs that turn text go; letters of any script and new lines stay."""
    assert clean("Zürich\n日本\x00\x1b\ufffe\u202e\x85!") == "Zürich\n日本!"


def test_counts_add_up_to_what_was_seen() -> None:
    """Every subject is in exactly one bucket, and the sentence has all of them."""
    assert sum(one.number for one in BLOCKED.counts) == BLOCKED.seen == 3
    assert counted(BLOCKED).startswith("3 seen: 1 private cloud (1 blocked)")


def test_a_reason_says_what_who_and_what_to_do() -> None:
    """Every reason has a row with kind, check, who can act and the remedy."""
    rows = {row[2]: row for row in check_sheet(BLOCKED).grids[1].rows}

    assert set(rows) == {"migrations-running", "services-running", "site-pairs-healthy"}
    assert rows["migrations-running"][1] == "finding"
    assert rows["site-pairs-healthy"][1] == "gap"
    assert rows["migrations-running"][4:] == ("the people of con-a", "the site: mend it, then check again")


# --- what is asked ----------------------------------------------------------------------------------------------------


def test_chosen_checks_are_never_ready_as_a_whole() -> None:
    """By checks that pass alone nothing stands in the way, and READY is not said all the same."""
    passed = answered(*EVERY, asked=Asked(only=("tunnels-up",)))

    assert (passed.ready, passed.holds, passed.reasons) == (False, True, ())
    assert passed.verdict.startswith("NOT READY as a whole, which was not asked; by tunnels-up alone, nothing stands")


def test_a_chosen_check_that_blocks_does_not_hold() -> None:
    """Of the chosen checks the one that says no is the only reason."""
    found = answered(*EVERY, asked=Asked(only=("tunnels-up", "services-running")))

    assert not found.holds
    assert [one.code for one in found.reasons] == ["services-running"]


def test_a_chosen_check_that_was_asked_of_nobody_is_no_pass() -> None:
    """Where no finding of it is there nobody knows, so it does not hold."""
    found = answered(asked=Asked(only=("tunnels-up",)))

    assert (found.holds, [one.code for one in found.reasons]) == (False, ["not-asked"])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (Asked(subject="pc-a"), {"pc-a", "con-a", "mesh-a"}),
        (Asked(subject="con-a"), {"con-a", "mesh-a"}),
        (Asked(subject="mesh-a"), {"mesh-a"}),
        (Asked(subject="mesh:mesh-a"), {"mesh-a"}),
        (Asked(subject="pc-a", steps=StepKind.MANAGER), {"pc-a", "con-a"}),
        (Asked(subject="pc-a", steps=StepKind.MESH), {"mesh-a"}),
        (Asked(subject="mesh-a", steps=StepKind.MANAGER), {"pc-a", "con-a"}),
        (Asked(steps=StepKind.MESH), {"mesh-a"}),
    ],
)
def test_a_subject_stands_for_what_belongs_to_it(asked: Asked, expected: set[str]) -> None:
    """A cloud for its connectors and meshes, a connector for its meshes, a mesh for itself; a kind limits it."""
    found = answered(asked=asked)

    assert {one.id for one in found.subjects} == expected
    assert found.ready


def test_the_verdict_names_the_kind_of_step() -> None:
    """READY for the mesh step alone is not READY for both."""
    assert answered(asked=Asked(subject="con-a", steps=StepKind.MESH)).verdict.startswith("READY for the mesh step,")


def test_what_was_not_seen_is_an_error() -> None:
    """A name of nothing is told, not answered with READY."""
    with pytest.raises(NotThatSubjectError, match="'pc-z'"):
        answered(asked=Asked(subject="pc-z"))


# --- Markdown below what a summary takes ------------------------------------------------------------------------------


def large(answer: CheckAnswer, clouds: int) -> CheckAnswer:
    """The same answer with so many connectors."""
    (one,) = (each for each in answer.subjects if each.kind is SubjectKind.CONNECTOR)
    many = tuple(
        replace(one, id=f"con-{number}", name=f"con-{number}", cases=one.cases * 20) for number in range(clouds)
    )
    return replace(answer, subjects=many)


def test_a_page_that_would_be_too_long_leaves_whole_sections_out_and_says_so() -> None:
    """A fleet of 2,000 connectors stays below a mebibyte, with the verdict first and the number left out last."""
    page = check_markdown(large(BLOCKED, 2_000))

    assert len(page.encode()) <= BYTES_MAX
    assert page.startswith("# ❌ hcx-fleet check: the whole scope\n\n**NOT READY")
    assert re.search(
        r"\n\d+ sections were left out, to stay below what a summary takes: .*Checks of .* and \d+ more", page
    )
    assert all(line.endswith("|") for line in page.splitlines() if line.startswith("|"))


def test_a_page_that_fits_leaves_nothing_out() -> None:
    """A small fleet has every section and no note."""
    page = check_markdown(BLOCKED)

    assert "left out" not in page
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## Why not",
        "## Subjects",
        "## Warnings",
        "## Look yourself",
        "## Checks of connector con-a",
    ]


# --- what nobody has to read ------------------------------------------------------------------------------------------


def rows_of(page: str, section: str) -> list[list[str]]:
    """The cells of the table of one section, without its head."""
    body = page.partition(f"## {section}\n")[2].partition("\n## ")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in body.splitlines() if line.startswith("|")
    ][2:]


def test_a_section_lists_what_blocks_first_and_counts_what_is_well() -> None:
    """The gravest comes first, what was waived last; what passed or does not apply is a number beside it."""
    page = check_markdown(BLOCKED)

    assert [row[1] for row in rows_of(page, "Checks of connector con-a")] == [
        "upgrade would fail",
        "outage risk",
        "could not be observed",
        "warning",
        "waived",
    ]
    assert "Findings that are not listed: 1 passed and 1 does not apply" in page
    assert "every tunnel is up" not in page


def test_what_a_person_must_look_at_is_told_once_for_all() -> None:
    """Two subjects with the same look are one row, which names both."""
    (one,) = (each for each in BLOCKED.subjects if each.cases)
    both = replace(BLOCKED, subjects=(one, replace(one, id="con-b", name="con-b")))

    assert rows_of(check_markdown(both), "Look yourself") == [
        ["backup-known", "the site: mend it, then check again", "con-a, con-b"]
    ]


def test_verbose_lists_every_finding() -> None:
    """Whoever asks for all gets a row for each, in Markdown and in the table, and no count in their place."""
    page, sheet = check_markdown(BLOCKED, verbose=True), check_sheet(BLOCKED, verbose=True)

    assert len(rows_of(page, "Checks of connector con-a")) == len(EVERY) + 1
    assert {row[1] for row in sheet.grids[-1].rows} == {"tunnels-up", "photon"}
    assert not any("not listed" in line for line in (*page.splitlines(), *sheet.foot))


def test_the_table_counts_what_it_does_not_list() -> None:
    """Nothing is dropped in silence: the numbers of what passed and does not apply stand below."""
    sheet = check_sheet(BLOCKED)

    assert [line for line in sheet.foot if "not listed" in line] == [
        "Findings that are not listed: 1 passed and 1 does not apply (--verbose lists them, and -o json has them)."
    ]
    assert sheet.grids[-1].rows == ()
