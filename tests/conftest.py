"""What holds for every test."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from tests.turns import longest_first, others

# The same examples each time, so that a change is judged by itself; new ones, to hunt for bugs, by
# make test PYTEST_ARGS=--hypothesis-profile=free
# No example has a deadline: a busy machine is no bug, and what is promised in seconds has tests of its own.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("free", print_blob=True, deadline=None)
settings.load_profile("fixed")

MARKS = ("story", "scale")


def pytest_configure() -> None:
    """Commands that tests start can be interrupted, even where this suite runs in the background of a shell.

    Such a shell lets its children ignore SIGINT, and they would hand that on to the commands.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--turn` leaves out the files that have their turn with other commits."""
    parser.addoption("--turn", metavar="HASH", help="of the files of tests/turns.py, those of this commit alone")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where one mark is asked for, import no file without it: that takes each worker longer than many a story."""
    mark = config.getoption("markexpr")
    if mark not in MARKS or collection_path.suffix != ".py":
        return None
    return f"mark.{mark}" not in collection_path.read_text("utf-8") or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has its turn with other commits, and begin with the files that take longest."""
    commit = config.getoption("--turn")
    left_out = others(commit) if commit else frozenset()
    config.hook.pytest_deselected(items=[one for one in items if _file_of(one) in left_out])
    items[:] = longest_first([one for one in items if _file_of(one) not in left_out], _file_of)


def _file_of(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
