"""Writes the blocks of docs/first-afternoon.md: `python -m tests.docs.write_first_afternoon_page`, to be reviewed."""

import tempfile
from pathlib import Path

from tests.docs.afternoon_play import PAGE, afternoon
from tests.docs.plan_page import write

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder, afternoon(Path(folder)) as whole:
        write(PAGE, {one.block.name: one.block for one in whole.played})
