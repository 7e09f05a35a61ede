"""Scenarios, each played once for all tests of a file that ask about it."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

type Play = Callable[[str, str], Any]


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Play:
    """Play a scenario against a world file, and give what `tests/app/play.py` tells of it."""

    @cache
    def played(scenario: str, world: str) -> Any:
        out = tmp_path_factory.mktemp("played") / "told.json"
        command = [sys.executable, "-m", "tests.app.play", scenario, world, str(out)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(out.read_text())

    return played
