"""docs/check.md shows what a check answers, and names every kind of reason."""

from pathlib import Path

from shared.model.readiness import ReasonKind

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "check.md").read_text("utf-8")


def test_the_page_shows_the_golden_output() -> None:
    """The example on the page is the golden file of the Markdown form, to the letter."""
    golden = (ROOT / "tests" / "report" / "golden" / "check.md").read_text("utf-8")

    assert f"````markdown\n{golden.rstrip()}\n````\n" in PAGE


def test_the_page_explains_every_kind_of_reason() -> None:
    """Each kind of reason has its row."""
    assert [kind for kind in ReasonKind if f"| `{kind.value}` |" not in PAGE] == []
