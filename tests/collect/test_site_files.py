"""Files that went from hand to hand are read up to a size, whatever somebody hands over instead of one."""

from pathlib import Path

import pytest

from cli.collector.order import OrderUnusableError, read_order
from cli.collector.site_files import MEBIBYTES_MAX, read_site_file
from cli.edge import WrongUseError
from cli.importing import ImportOrder, import_facts
from tests.cli.test_command_line import settings_beside

LIMIT = MEBIBYTES_MAX * 1024 * 1024
TOLD = r"large\.json: cannot be read: it is larger than 64 MiB, .*; give what collect or export wrote"


def sized(folder: Path, size: int) -> Path:
    """A file of that many bytes, which takes no room on the disk."""
    path = folder / "large.json"
    with path.open("wb") as file:
        file.truncate(size)
    return path


def test_what_is_as_large_as_may_be_is_read(tmp_path: Path) -> None:
    """The limit itself is no byte too many."""
    assert len(read_site_file(sized(tmp_path, LIMIT))) == LIMIT


def test_facts_that_are_too_large(tmp_path: Path) -> None:
    """An import of them is wrong use, with what to give instead."""
    path = sized(tmp_path, LIMIT + 1)
    order = ImportOrder(settings=settings_beside(tmp_path), files=(path,), accept_identity=(), json=False, world=None)

    with pytest.raises(WrongUseError, match=TOLD):
        import_facts(order)


def test_an_order_that_is_too_large(tmp_path: Path) -> None:
    """A collector does not take it, and says the same."""
    with pytest.raises(OrderUnusableError, match=TOLD):
        read_order(sized(tmp_path, LIMIT + 1))


def test_what_never_ends_is_no_file() -> None:
    """What has no size at all, such as a device, is read no further than any other."""
    with pytest.raises(OSError, match="larger than 64 MiB"):
        read_site_file(Path("/dev/zero"))
