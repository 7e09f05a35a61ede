"""A small world with faults, and hcx-fleet over it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from shared.hcx.wire import Timeouts
from tests.faults.upgrader import HASTE, OLD_MESH, Upgrader, upgrader


@pytest.fixture
def over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Upgrader]]:
    """hcx-fleet over a small world with the faults it is called with."""
    with ExitStack() as stack:

        def start(*faults: str, text: str = OLD_MESH, timeouts: Timeouts = HASTE) -> Upgrader:
            folder = tmp_path / str(len(list(tmp_path.iterdir())))  # one for each: stores are not shared
            folder.mkdir()
            made = stack.enter_context(upgrader(folder, *faults, text=text, timeouts=timeouts))
            for name in ("IDENTITY_ENDPOINT", "IDENTITY_HEADER"):  # azure-identity reads them itself
                monkeypatch.setenv(name, made.world.settings[name])
            return made

        yield start
