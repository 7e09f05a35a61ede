"""The pages that are written from the catalogue: they never lag behind it, and leave no entry out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from shared.model.version import Version
from shared.report.catalogue_table import in_short, source_link, table
from shared.report.paths_page import paths_page
from shared.report.risks_page import in_words, risks_page
from shared.rules.catalogue import catalogue
from shared.rules.catalogue.consistency import keyed
from shared.rules.catalogue.records import Catalogue, Condition, Range

DOCS = Path(__file__).parents[2] / "docs"
V = Version
ON_THE_RISKS_PAGE = {one.id for one in catalogue().risks}


@pytest.mark.parametrize(
    ("name", "page"),
    [("paths", paths_page), ("risks", risks_page)],
)
def test_the_page_does_not_lag(name: str, page: Callable[[Catalogue], str]) -> None:
    """The file is what the catalogue says; `python -m shared.report.<name>_page` writes it."""
    assert (DOCS / f"{name}.md").read_text(encoding="utf-8") == page(catalogue())


def test_every_entry_is_on_a_page() -> None:
    """Each key of the catalogue, by which an override file names its entry, can be looked up."""
    paths, risks = paths_page(catalogue()), risks_page(catalogue())

    for key, entry in keyed(catalogue()):
        shown = str(getattr(entry, "release", key))  # a release as its source writes it, such as 9.1.0.0100

        assert f"## {key}\n" in risks if key in ON_THE_RISKS_PAGE else f"| `{shown}` |" in paths


def test_every_row_says_where_it_is_from() -> None:
    """A row of an entry ends with its source, how sure it is, and its day."""
    body = paths_page(catalogue()).split("## Sources")[0]
    rows = [line for line in body.splitlines() if line.startswith("| `")]
    ends = [[cell.strip() for cell in line.strip("|").split(" | ")][-3:] for line in rows]

    assert all(source.startswith("[") for source, _, _ in ends)
    assert {sure for _, sure, _ in ends} == {"documented", "quoted", "seen", "inferred"}
    assert {day for _, _, day in ends} == {"2026-11-24"}


def test_a_source_without_a_page_leads_to_the_list() -> None:
    """A link goes to the source's own page, else to its title."""
    assert source_link(catalogue(), "hcx-guide") == "[hcx-guide](#sources)"
    assert source_link(catalogue(), "oracle").startswith("[oracle](https://docs.oracle.com/")


def test_a_border_in_a_cell_is_none() -> None:
    """A table keeps its columns whatever a cell holds."""
    assert table(("a", "b"), [("x|y", "two\nlines")], ends=()) == "| a | b |\n|---|---|\n| x\\|y | two lines |"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Range(), "any"),
        (Range(at_least=V("4.4"), up_to=V("4.8.3")), "4.4 … 4.8.3"),
        (Range(at_least=V("4.4"), below=V("4.9.0")), "4.4 … before 4.9.0"),
        (Range(at_least=V("9.0.0"), up_to=V("9.0.0")), "9.0.0"),
        (Range(at_least=V("9.0")), "9.0 or later"),
        (Range(up_to=V("4.3.3")), "up to 4.3.3"),
        (Range(below=V("4.4")), "before 4.4"),
    ],
)
def test_ranges_in_short(one: Range, words: str) -> None:
    """A range reads as a person would write it."""
    assert in_short(one) == words


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (None, "always"),
        (Condition(ha_group=True), "where network extension appliances are in a high availability group"),
        (Condition(ha_group=False), "where no network extension appliance is in a high availability group"),
        (Condition(optimized=False), "where no network uses mobility optimized networking"),
        (Condition(appliances=Range(below=V("9.0"))), "where a mesh has an appliance before 9.0"),
        (
            Condition(appliance="interconnect", appliances=Range(at_least=V("4.4"), up_to=V("4.8.3"))),
            "where a mesh has an appliance of kind interconnect at 4.4 … 4.8.3",
        ),
        (
            Condition(
                any=(Condition(service="RAV"), Condition(only_service="WANOPT")), all=(Condition(kind="connector"),)
            ),
            (
                "where (the manager is a connector) and "
                "(a mesh has the service `RAV` or a mesh has the service `WANOPT` and no other)"
            ),
        ),
        (
            Condition(crosses=V("4.4"), source=Range(below=V("4.3")), host_name="x", network_name="y"),
            (
                "where the name of an extended network matches `y` and the name of a manager matches `x` and "
                "the hop crosses 4.4 and the hop starts before 4.3"
            ),
        ),
    ],
)
def test_conditions_in_words(condition: Condition | None, words: str) -> None:
    """Every part of a condition has words."""
    assert in_words(condition) == words


def test_a_risk_names_its_fix_or_that_there_is_none() -> None:
    """A section says where the fault is gone; a mere notice has nothing to fix."""
    sections = {part.split("\n")[0]: part for part in risks_page(catalogue()).split("\n## ")[1:]}

    assert "- fixed in 4.11.4\n" in sections["HCX-MON-4113"]
    assert "- no source names a release that fixes it\n" in sections["HCX-GATEWAY-4113"]
    assert "fix" not in sections["HCX-LOCAL-MODE-4110"]
