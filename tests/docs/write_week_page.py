"""Writes the blocks of docs/week.md anew: `python -m tests.docs.write_week_page`, to be reviewed before a commit."""

import tempfile
from pathlib import Path

from tests.docs.plan_page import write
from tests.docs.week_play import PAGE, week

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        write(PAGE, week(Path(folder)).blocks)
