"""Scenarios, each played once for all tests of a file that ask about it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.forked import played as played_by

ROOT = Path(__file__).parents[2]

type Play = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Play a scenario against a world file, and give what `tests/app/play.py` tells of it."""

    @cache
    def played(scenario: str, world: str) -> Any:
        out = tmp_path_factory.mktemp("played") / "told.json"
        played_by("tests.app.play", scenario, ROOT / world, out)
        return json.loads(out.read_text())

    return played
