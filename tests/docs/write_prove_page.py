"""Writes the blocks of docs/prove.md anew: `python -m tests.docs.write_prove_page`, to be reviewed before a commit."""

from pathlib import Path

from tests.docs.plan_page import filled
from tests.docs.prove_blocks import blocks

PAGE = Path(__file__).parents[2] / "docs" / "prove.md"

if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text("utf-8"), blocks()), "utf-8")
    print(PAGE.name)  # noqa: T201 -- what a script is for
