"""Scenarios, each played once for all tests of a file that ask about it."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.forked import played as played_by

WORLD = Path(__file__).parent / "world.yaml"

type Play = Callable[[str], Any]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Play a scenario, and give what `tests/pipelines/pipelines_host.py` tells of it."""

    @cache
    def played(scenario: str) -> Any:
        out = tmp_path_factory.mktemp("played") / "told.json"
        played_by("tests.pipelines.pipelines_host", scenario, WORLD, out)
        return json.loads(out.read_text())

    return played
