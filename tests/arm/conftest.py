"""What the tests of Azure Resource Manager share."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.arm.azure_world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world of its own for one test."""
    with ExitStack() as leave:
        yield World(tmp_path, leave)
