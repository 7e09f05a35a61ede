"""The page of prechecks: it never lags behind the checks, and says of each what its code says."""

from dataclasses import replace
from pathlib import Path

import pytest

from shared.checks import CHECKS
from shared.checks.interface import Check
from shared.checks.order import TOPICS
from shared.model.finding import BLOCKING, Verdict
from shared.report.checks_page import checks_page

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
WHOLE = checks_page(TOPICS)
SECTIONS = {part.split("\n")[0]: part for part in WHOLE.split("\n### ")[1:]}
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_the_page_does_not_lag() -> None:
    """The file is what the checks say; `python -m shared.report.checks_page > docs/checks.md` writes it."""
    assert PAGE.read_text(encoding="utf-8") == WHOLE


def test_the_order_is_that_of_the_checks() -> None:
    """Rows and sections come as the checks run."""
    linked = [line.split("](#")[0].removeprefix("| [") for line in WHOLE.splitlines() if "](#" in line]
    topics, rows = linked[: len(TOPICS)], linked[len(TOPICS) :]

    assert topics == [one.name for one in TOPICS]
    assert rows == list(SECTIONS) == [check.id for check in CHECKS]


def test_a_check_stands_under_its_topic() -> None:
    """The part of a topic has its sentence and the sections of its own checks, and of no others."""
    parts = WHOLE.split("\n## ")[1:]

    assert [part.split("\n")[0] for part in parts] == [one.name for one in TOPICS]
    for topic, part in zip(TOPICS, parts, strict=True):
        under = [line.removeprefix("### ") for line in part.splitlines() if line.startswith("### ")]
        assert topic.about in part
        assert under == [check.id for check in topic.checks]


@every_check
def test_a_section_says_what_its_check_declares(check: Check) -> None:
    """Title, verdicts, link, and the first sentence of the docstring are there."""
    section = SECTIONS[check.id]
    first = (check.judge.__doc__ or "").split("\n\n")[0].strip()

    assert f"\n{check.title}.\n" in section
    assert f"- may say: {', '.join(one.value for one in Verdict if one in check.verdicts)}\n" in section
    assert f"]({check.link})" in section
    assert f"\n{first}\n" in section


@every_check
def test_waivers_are_spoken_of_where_something_stops(check: Check) -> None:
    """A check that can stop a task says whether somebody may waive it, and one that cannot says nothing of waivers."""
    section = SECTIONS[check.id]

    assert ("- waivable: yes\n" in section) == (check.waivable and bool(check.verdicts & BLOCKING))
    assert ("- waivable: no, " in section) == (not check.waivable and bool(check.verdicts & BLOCKING))


def test_another_title_is_another_page() -> None:
    """The page is made from the checks and not from what it said before."""
    first, *rest = TOPICS
    check, *others = first.checks
    changed = replace(first, checks=(replace(check, title="Something else"), *others))

    assert checks_page([changed, *rest]) != WHOLE
