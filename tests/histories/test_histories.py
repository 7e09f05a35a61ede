"""What earlier code started, the code as it is now goes on with: every recorded history is replayed, turn by turn."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from durabletask.task import OrchestrationContext

import function_app
from orchestrators.versions import STARTED_AS
from tests.histories.kept import FOLDER, History, read
from tests.histories.record import STORIES
from tests.histories.replay import registry_of, strays

FILES = sorted(FOLDER.glob("*.json.gz"))
KIB_MAX = 200
"""Of one file."""
REGISTRY = registry_of(function_app.ORCHESTRATORS)
MEND = "an orchestration that changes incompatibly gets a new name: see docs/decisions/0011-versions-by-name.md"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_recorded_history_is_replayed(path: Path) -> None:
    """Each turn of each instance does now what it did when it was recorded, to the last document."""
    told = [one for history in read(path) for one in strays(history, REGISTRY)]

    assert told == [], f"{MEND}\n{told[0]}"


def test_the_stories_are_those_that_can_be_recorded() -> None:
    """Every story has its file, no file is left over, and none is large."""
    assert {path.name.removesuffix(".json.gz") for path in FILES} == set(STORIES)
    assert [path.name for path in FILES if path.stat().st_size > KIB_MAX * 1024] == []


def test_the_stories_together_show_every_orchestration() -> None:
    """Each name under which something is started now occurs in a recorded history."""
    assert set(STARTED_AS.values()) <= {history.name for path in FILES for history in read(path)}


def test_every_name_has_its_code() -> None:
    """What is started now, and what any recorded history was started as, is registered."""
    registered = {one.__name__ for one in function_app.ORCHESTRATORS}
    recorded = {history.name for path in FILES for history in read(path)}

    assert set(STARTED_AS.values()) | recorded <= registered


# --- the rule can fail ------------------------------------------------------------------------------------------------


def _whole_run() -> History:
    return next(one for one in read(FOLDER / "whole-run.json.gz") if one.name == "fleet")


def test_code_that_does_something_else_is_found() -> None:
    """A run whose code asks first for something else strays in its first turn, and breaks in the next one."""

    def fleet(ctx: OrchestrationContext, document: Any) -> Generator[Any, Any, Any]:
        yield ctx.call_activity("plan", input=document)
        yield ctx.call_activity("discover", input=document)

    told = strays(_whole_run(), registry_of([fleet]))

    assert "turn 0" in told[0]
    assert "NonDeterminismError" in told[1]


def test_a_document_that_changed_is_found() -> None:
    """A run whose code asks for the same, and with another document, strays as well: the other side reads it."""

    def fleet(ctx: OrchestrationContext, document: Any) -> Generator[Any, Any, Any]:
        yield ctx.call_activity("discover", input={**document, "id": "another"})

    assert "turn 0" in strays(_whole_run(), registry_of([fleet]))[0]
