"""report.json: as documented, as its schema says, and saying what the run says."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from shared.model.run import Outcome, RunKind
from shared.report.run_json import json_schema, render_json
from tests.report import canonical_run
from tests.report.canonical_outages import measured_in
from tests.report.large_run import large_run

DOCS = Path(__file__).parents[2] / "docs"
ENDED = json.loads(render_json(canonical_run.at(180), canonical_run.CALLS))


def _keys(schema: dict[str, Any]) -> Iterator[str]:
    for part in (schema, *schema["$defs"].values()):
        yield from part.get("properties", {})


def test_every_key_is_documented() -> None:
    """docs/report.md names every key and every word that a key may hold."""
    named = set(re.findall(r"`([^`]+)`", (DOCS / "report.md").read_text(encoding="utf-8")))
    buckets = json_schema()["$defs"]["Bucket"]["enum"]
    outcomes = json_schema()["$defs"]["Outcome"]["enum"]

    missing = {*_keys(json_schema()), *buckets, *outcomes} - named

    assert missing == set()


@pytest.mark.parametrize("minutes", [0, 1, 3, 40, 180])
@pytest.mark.parametrize("kind", RunKind)
def test_a_report_fits_its_schema(minutes: int, kind: RunKind) -> None:
    """Whatever kind of run, at whatever moment, the file is what its schema says."""
    document = json.loads(render_json(measured_in(canonical_run.at(minutes, kind))))

    errors = list(Draft202012Validator(json_schema()).iter_errors(document))

    assert errors == []


def test_every_subject_is_in_one_bucket() -> None:
    """As many subjects as were seen are in the file, each once."""
    subjects = [(one["kind"], one["id"]) for one in ENDED["subjects"]]

    assert len(subjects) == len(set(subjects)) == 13


def test_every_step_of_the_plan_is_there() -> None:
    """A step that never began is in the file like one that did, and says so."""
    states = {(task["id"], step["id"]): step["state"] for task in ENDED["tasks"] for step in task["steps"]}

    assert len(states) == sum(len(task.steps) for task in canonical_run.PLAN.tasks)
    assert states["manager:con-graz", "check-manager"] == "stopped"
    assert states["manager:con-graz", "upgrade-manager:4.11.4"] == "not-started"
    assert states["manager:con-lyon", "upgrade-manager:4.9.2"] == "done"


def test_nothing_is_left_out_of_a_large_fleet() -> None:
    """The file holds what the page only counts: every task with every step."""
    document = json.loads(render_json(large_run(100, Outcome.BLOCKED)))

    assert len(document["tasks"]) == len(document["needs"]) == 300
    assert all(task["steps"] for task in document["tasks"])


@pytest.mark.parametrize(
    ("minutes", "phase"), [(1, "running"), (40, "running"), (170, "waitingForPeople"), (180, "finished")]
)
def test_the_phase_says_whether_the_run_goes_on_by_itself(minutes: int, phase: str) -> None:
    """A run whose last open task waits for the provider waits for people, and an ended one is finished."""
    assert json.loads(render_json(canonical_run.at(minutes)))["run"]["phase"] == phase


def test_calls_that_nobody_counted_are_not_zero() -> None:
    """Without a count there is no number, and changes are counted from the journal all the same."""
    uncounted = json.loads(render_json(canonical_run.at(180)))

    assert uncounted["calls"] is None
    assert uncounted["changes"] == ENDED["changes"] == 2
    assert ENDED["calls"] == canonical_run.CALLS


def test_outages_are_there_with_how_sure_they_are() -> None:
    """Each network has its figure, its error, its limit and its witness; a network without a figure has a reason."""
    told = json.loads(render_json(measured_in(canonical_run.at(180))))["outages"]
    erp = next(one for one in told["measured"] if one["network"] == "net-erp")

    assert (told["networks"], told["totalSeconds"], told["errorSeconds"]) == (4, 235, 30)
    assert (erp["totalSeconds"], erp["errorSeconds"], erp["limitSeconds"], erp["over"]) == (40, 6, 60, False)
    assert (erp["witness"], erp["probed"], erp["mode"], len(erp["intervals"])) == ("probe", True, "standard", 1)
    assert {one["network"]: one["probed"] for one in told["measured"] if one["network"] != "net-erp"} == {
        "net-lab": True,
        "net-print": False,
        "net-voice": True,
        "net-web": False,
    }
    assert [(one["networks"], one["reason"]) for one in told["unmeasured"]] == [
        (["net-press", "net-store"], "nothing-sampled")
    ]
