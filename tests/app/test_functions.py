"""What the production worker library makes of `function_app.py`: functions, triggers, routes, schedules, bindings."""

import json
from typing import Any

import pytest

from tests.app.conftest import ROOT, Play

pytestmark = pytest.mark.story

GOLDEN = ROOT / "tests" / "app" / "functions.json"


def test_the_indexed_functions_are_the_golden_list(play: Play) -> None:
    """Every function with its bindings is as reviewed; a change of the list is a change of the file."""
    found = play("look_only", "tests/app/worlds/shared-connector.yaml")["functions"]

    assert sorted(found, key=_name) == sorted(json.loads(GOLDEN.read_text()), key=_name)


def _name(function: Any) -> str:
    return str(function["name"])
