"""Writes the blocks of docs/week.md anew: `python -m tests.docs.write_week_page`, to be reviewed before a commit."""

import tempfile
from pathlib import Path

from tests.docs.plan_page import filled
from tests.docs.week_play import PAGE, week

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        PAGE.write_text(filled(PAGE.read_text("utf-8"), week(Path(folder)).blocks), "utf-8")
    print(PAGE.name)  # noqa: T201 -- what a script is for
