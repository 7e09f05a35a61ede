"""Worlds for tests: served from a thread, in lockstep, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

ONE_PAIR = Path(__file__).parents[2] / "examples" / "worlds" / "one-pair.yaml"

HEAD = """
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub-a}]
"""


@pytest.fixture
def serve_file(tmp_path: Path) -> Iterator[Callable[[str], Visitor]]:
    """Serve a world from the whole text of its file."""
    with ExitStack() as stack:

        def start(text: str) -> Visitor:
            path = tmp_path / "world.yaml"
            path.write_text(text, "utf-8")
            published = stack.enter_context(running(load(path), tmp_path / "out"))
            return stack.enter_context(Visitor(published))

        yield start


@pytest.fixture
def serve(serve_file: Callable[[str], Visitor]) -> Callable[[str], Visitor]:
    """Serve a world from the text of its file; a usual beginning is put in front of it."""
    return lambda text: serve_file(HEAD + text)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Visitor]:
    """The smallest example: one cloud, one connector, one mesh."""
    with running(load(ONE_PAIR), tmp_path / "out") as published, Visitor(published) as visitor:
        yield visitor
