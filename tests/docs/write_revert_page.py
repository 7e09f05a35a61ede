"""Writes the blocks of docs/revert.md anew: `python -m tests.docs.write_revert_page`; review it before a commit."""

import tempfile
from pathlib import Path

from tests.docs.plan_page import write
from tests.docs.revert_play import PAGE, play

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        write(PAGE, play(Path(folder)))
