"""Writes the blocks of docs/first-afternoon.md: `python -m tests.docs.write_first_afternoon_page`, to be reviewed."""

import tempfile
from pathlib import Path

from tests.docs.afternoon_play import PAGE, afternoon
from tests.docs.plan_page import filled

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder, afternoon(Path(folder)) as whole:
        blocks = {one.block.name: one.block for one in whole.played}
    PAGE.write_text(filled(PAGE.read_text("utf-8"), blocks), "utf-8")
    print(PAGE.name)  # noqa: T201 -- what a script is for
