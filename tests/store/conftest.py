"""What tests of stores share."""

from collections.abc import Iterator

import pytest

from tests.azurite import Azurite, running_azurite


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """One emulator for all tests of a worker; each test has tables of its own."""
    with running_azurite() as running:
        yield running
