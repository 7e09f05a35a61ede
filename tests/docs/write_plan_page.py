"""Writes the blocks of docs/plan.md anew: `python -m tests.docs.write_plan_page`, to be reviewed before a commit."""

import tempfile
from pathlib import Path

from tests.docs.plan_page import write
from tests.docs.plan_play import PAGE, play

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        write(PAGE, play(Path(folder)))
