"""A run as JUnit, Markdown, CSV and annotations: the same run in each, and harmless whatever things are called."""

import csv
import io
import json
import re
from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from shared.model.plan import SubjectKind
from shared.model.run import Bucket, Outcome, RunKind, RunState
from shared.model.view import RunView
from shared.report.annotations import SHOWN, Level, annotations, for_azure, for_github
from shared.report.html import render_html
from shared.report.markdown import plain
from shared.report.markdown_sections import SUMMARY_BYTES
from shared.report.run_csv import COLUMNS, run_csv
from shared.report.run_json import render_json
from shared.report.run_junit import run_junit
from shared.report.run_markdown import run_markdown
from shared.rules.run_end import end_state
from tests.report.canonical_run import at
from tests.report.large_run import large_run
from tests.report.test_check_forms import valid

ENDED, UNDER_WAY = at(180), at(40)
GFM = MarkdownIt("commonmark").enable("table")


def tags(view: RunView) -> dict[str, str]:
    """Name of each case with the tag inside it."""
    (suite,) = valid(run_junit(view))
    return {one.attrib["name"]: next((each.tag for each in one), "") for one in suite.findall("testcase")}


# --- JUnit ------------------------------------------------------------------------------------------------------------


def test_one_private_cloud_is_one_case() -> None:
    """Every private cloud once, beside the run itself and the subscriptions that could not be read."""
    (suite,) = valid(run_junit(ENDED))
    cases = Counter(one.attrib["classname"] for one in suite.findall("testcase"))
    clouds = [one for one in ENDED.subjects if one.kind is SubjectKind.PRIVATE_CLOUD]

    assert cases["private cloud"] == len(clouds)
    assert cases["run"] == 1


def test_what_is_skipped_has_a_reason_and_what_failed_says_who_can_act() -> None:
    """No case leaves its reader to guess."""
    (suite,) = valid(run_junit(ENDED))
    for case in suite.findall("testcase"):
        for found in case:
            assert found.attrib["message"]
            if found.tag != "skipped" and case.attrib["classname"] == "private cloud":
                assert "Who acts next: " in (found.text or "")


@pytest.mark.parametrize("bucket", Bucket)
@pytest.mark.parametrize("kind", [RunKind.UPGRADE, RunKind.CHECK])
def test_the_suite_fails_where_the_run_did(bucket: Bucket, kind: RunKind) -> None:
    """A run that has not succeeded never leaves a suite that passes, whatever its subjects came to."""
    placed = tuple(replace(one, bucket=bucket) for one in ENDED.placed)
    request = replace(ENDED.run.request, kind=kind)
    state = end_state(request, placed, (), "")
    view = replace(ENDED, run=replace(ENDED.run, request=request, state=state), placed=placed, subscriptions=())
    found = set(tags(view).values())

    assert bool(found & {"failure", "error"}) >= (state is RunState.FAILED)
    assert ("" in found) >= (state is RunState.SUCCEEDED)
    if kind is RunKind.UPGRADE and state is RunState.SUCCEEDED:
        assert not found & {"failure", "error"}


def test_nothing_fails_that_is_only_not_there_yet() -> None:
    """While a run goes on, what waits or has not begun is skipped, and the run says that it has not ended."""
    (suite,) = valid(run_junit(UNDER_WAY))
    (run,) = [one for one in suite.findall("testcase") if one.attrib["classname"] == "run"]

    assert run[0].attrib["message"].startswith("the run has not ended: ")
    standing = {one.subject: one.bucket for one in UNDER_WAY.placed if one.kind is SubjectKind.PRIVATE_CLOUD}
    for name, tag in tags(UNDER_WAY).items():
        if standing.get(name) in {Bucket.WAITING, Bucket.RUNNING, Bucket.PLANNED}:
            assert tag == "skipped"


# --- Markdown ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("clouds", [1, 200, 2000])
def test_a_summary_fits_whatever_the_size_of_the_fleet(clouds: int) -> None:
    """It is never longer than a pipeline takes; every table in it is whole, and what is not there is named."""
    view = large_run(clouds, Outcome.FAILED)
    page = run_markdown(view, "it ended")
    titles = [one[3:] for one in page.splitlines() if one.startswith("## ")]

    assert len(page.encode()) <= SUMMARY_BYTES
    assert _rows(page) == {name: number for name, number in _wanted(view).items() if name in titles}
    for name in _wanted(view):
        assert (name in titles) != (name in page.splitlines()[-1])


def _wanted(view: RunView) -> dict[str, int]:
    clouds = len([one for one in view.subjects if one.kind is SubjectKind.PRIVATE_CLOUD])
    named = "private cloud" if clouds == 1 else "private clouds"
    return {f"{clouds} {named}": clouds, "Tasks": len(view.tasks)}


def _rows(page: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for section in page.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if title == "Tasks" or "private cloud" in title:
            found[title] = len([one for one in body.splitlines() if one.startswith("|")]) - 2
    return found


@given(bytes_max=st.integers(6000, 40_000))
@settings(max_examples=30)
def test_a_summary_is_cut_between_sections_alone(bytes_max: int) -> None:
    """At whatever length: it is kept, the head is there, and every section is that of the whole page."""
    whole = run_markdown(ENDED, "it ended").split("\n## ")
    page = run_markdown(ENDED, "it ended", bytes_max)
    head, *sections = page.split("\n## ")

    assert len(page.encode()) <= bytes_max
    assert head.startswith(whole[0])
    for one in sections:
        assert any(one.startswith(each) for each in whole[1:])


# --- annotations ------------------------------------------------------------------------------------------------------


def test_the_gravest_come_first() -> None:
    """Errors before warnings before notices, and each says what it is about."""
    found = annotations(ENDED)
    ranks = [list(Level).index(one.level) for one in found]

    assert ranks == sorted(ranks)
    assert found[0].level is Level.ERROR
    assert all(one.title and one.message for one in found)


def test_a_page_shows_ten_and_says_of_how_many() -> None:
    """The first ten of them stand at its head."""
    view = large_run(20, Outcome.FAILED)
    page = run_markdown(view, "it ended")
    total = len(annotations(view))

    assert f"First to look at ({SHOWN} of {total}):" in page
    assert len([one for one in page.split("\n## ", maxsplit=1)[0].splitlines() if one.startswith("- ")]) == SHOWN


# --- whatever things are called ---------------------------------------------------------------------------------------

NASTY = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "a|b",
        "\n\n# x\n",
        "]]>",
        "```",
        "\n```\n",
        "`x",
        "[a](javascript:1)",
        "![a](http://x)",
        "[a]: http://x",
        "&#x202e;",
        "\u202eabc",
        "\ud800",
        "\x00\x1b[31m",
        "\x85\u2028",
        "::error::x",
        "##vso[task.setvariable variable=a]b",
        "##[command]",
        "###vso[task.prependpath]/x",
        ":::error::x",
        "=cmd|' /C calc'!A0",
        "\\",
        "\\|",
        "\\<script>",
        "\\\\<script>",
        "\\&#x202e;",
        "<!--",
        "- x",
        "1. x",
        "> x",
        "---",
        "{{ 7*7 }}",
        "\"}'",
    ]
)
NAMES = st.lists(NASTY | st.text(max_size=8), min_size=1, max_size=4).map("".join)


def _called(view: RunView, name: str, said: str) -> RunView:
    """The run with that name for everything that has one, and that text wherever a system or a person may write."""
    return replace(
        view,
        run=replace(view.run, problem=said or "x", request=replace(view.run.request, requested_by=name)),
        subjects=tuple(replace(one, name=name) for one in view.subjects),
        placed=tuple(replace(one, detail=said, who_acts_next=name) for one in view.placed),
        tasks=tuple(
            replace(one, title=name, result=replace(one.result, detail=said, who_can_act=name) if one.result else None)
            for one in view.tasks
        ),
        findings=tuple(replace(one, summary=said, remedy=name, link=said) for one in view.findings),
        subscriptions=tuple(replace(one, name=name, detail=said) for one in view.subscriptions),
    )


@given(name=NAMES, said=NAMES)
@settings(max_examples=120)
def test_no_name_breaks_a_form_of_the_report(name: str, said: str) -> None:
    """JSON, JUnit, CSV and HTML are what they are, the page has the shape of ours, and no line of it is a command."""
    view = _called(ENDED, name, said)

    assert _shape_of_json(render_json(view)) == _shape_of_json(render_json(_called(ENDED, "x", "y")))
    valid(run_junit(view))
    rows = list(csv.reader(io.StringIO(run_csv(view).decode("utf-8-sig"), newline="")))
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert not any(re.match(r"[=+@\t\r-]", cell) for row in rows[1:] for cell in row)
    assert b"<script" not in render_html(view).replace(b"&lt;script", b"")
    page = run_markdown(view, said).encode(errors="replace").decode()
    assert _shape(page) == _shape(run_markdown(_called(ENDED, "x", "x"), "x"))
    assert not re.search(r"##(vso)?\[|^\s*::", page, re.MULTILINE)


def _shape_of_json(document: bytes) -> object:
    def shape(value: object) -> object:
        match value:
            case dict():
                return {key: shape(one) for key, one in value.items()}
            case list():
                return [shape(one) for one in value]
            case _:
                return isinstance(value, str)

    return shape(json.loads(document))


def _shape(page: str) -> list[tuple[str, str]]:
    """Blocks of the page in their order; no tag, link, picture or code of anybody else's is among their content."""
    tokens = GFM.parse(page)
    for one in tokens:
        for child in one.children or ():
            assert child.type not in {"html_inline", "link_open", "image"}, child
    return [(one.type, one.tag) for one in tokens]


@given(name=NAMES)
@settings(max_examples=200)
def test_a_line_of_a_log_holds_one_command(name: str) -> None:
    """For GitHub and for Azure: each annotation is one line, and no name begins a command of its own in it."""
    found = annotations(_called(ENDED, name, name))
    for line in for_github(found):
        assert re.fullmatch(r"::(error|warning|notice) title=[^:,\n\r]+::[^\n\r]*", line)
        assert "##" not in line
    for line in for_azure(found):
        assert line.count("##") == 1
        assert line.splitlines() == [line]


SIGNS = st.lists(st.sampled_from(["#", ":", "##", "::", "\\", " ", "\x00", "vso["]) | st.text(max_size=2)).map("".join)


@given(text=SIGNS)
@example(text="###vso[task.prependpath]/x")
@example(text="####")
@example(text="#####")
@example(text=":::error::x")
@settings(max_examples=300)
def test_no_two_signs_of_a_command_stay_side_by_side(text: str) -> None:
    """However many there are: in an annotation neither `##` nor `::`, on the page no `##`, and no `::` first on it."""
    view = replace(ENDED, run=replace(ENDED.run, problem=f"x{text}"))
    (one,) = [each for each in annotations(view) if each.title.endswith("could not go on")]

    assert "##" not in one.message
    assert "::" not in one.message
    assert "##" not in plain(text)
    assert not plain(text).startswith("::")


@pytest.mark.parametrize("text", ["\\<b>", "\\\\<b>", "<b>", "\\&#x202e;", "\\\\&amp;", "&amp;"])
def test_a_backslash_opens_no_way_for_a_tag(text: str) -> None:
    """What stands before a tag or the name of a character takes no escape away from it."""
    (_, shown, _) = GFM.parse(f"a {plain(text)}")

    assert {each.type for each in shown.children or ()} <= {"text", "text_special"}
    assert "\u202e" not in shown.content
    assert "".join(each.content for each in shown.children or ()).endswith(f"a {text}")


@pytest.mark.parametrize("many", range(2, 6))
def test_signs_are_parted_and_none_is_dropped(many: int) -> None:
    """An address of IPv6 and a row of signs can still be read."""
    view = replace(ENDED, run=replace(ENDED.run, problem=f"fe80::1 {'#' * many}"))
    (one,) = [each for each in annotations(view) if each.title.endswith("could not go on")]
    (_, shown, _) = GFM.parse(f"a\n{plain('x' + '#' * many)}")

    assert one.message == f"fe80: :1 {' '.join('#' * many)}"
    assert "".join(each.content for each in shown.children or ()).endswith(f"x{'#' * many}")


@given(text=NAMES)
@settings(max_examples=300)
def test_a_line_of_its_own_stays_a_paragraph(text: str) -> None:
    """Text that stands first on its line makes no heading, list, rule, code, quotation or definition of itself."""
    shown = plain(text)
    kinds = [one.type for one in GFM.parse(f"before\n\n{shown}\n\nafter\n")]

    assert kinds == ["paragraph_open", "inline", "paragraph_close"] * (3 if shown else 2)


def test_the_document_is_xml_that_holds_the_names() -> None:
    """What a document can hold of a name is there: it is escaped, not dropped."""
    root = ET.fromstring(run_junit(_called(ENDED, "<b>&]]>", "a < b")))  # noqa: S314 -- our own
    assert any(one.attrib["name"].startswith("<b>&]]>") for one in root.iter("testcase"))
