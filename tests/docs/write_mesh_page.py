"""Writes the blocks of docs/mesh.md anew: `python -m tests.docs.write_mesh_page`; review it before a commit."""

import tempfile
from pathlib import Path

from tests.docs.mesh_play import PAGE, play
from tests.docs.plan_page import write

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="hcx-page-") as folder:
        write(PAGE, play(Path(folder)))
