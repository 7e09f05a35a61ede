"""Keeps recordings of the first-contact world: `python -m tests.contract.write_recordings`."""

import tempfile
from pathlib import Path

from shared.hcx.contract.recording import to_text
from tests.contract.contract_world import RECORDED, RECORDINGS, contacted


def write() -> None:
    """Replace the committed recordings."""
    with tempfile.TemporaryDirectory() as folder, contacted(Path(folder)) as world:
        for manager, name in RECORDED.items():
            (RECORDINGS / name).write_text(to_text(world.walk(manager)), "utf-8")


if __name__ == "__main__":
    write()
