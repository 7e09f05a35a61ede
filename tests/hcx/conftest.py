"""The fixture of all tests of the HCX adapter."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hcx.hcx_site import Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site of its own for one test."""
    with ExitStack() as leave:
        yield Site(tmp_path, leave)
