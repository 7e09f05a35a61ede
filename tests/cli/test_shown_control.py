"""What stands still, what is asked for and what is leased, for programs: the same from the command line and the API."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.world_clock import world_now
from shared.model.ledger import LeaseWish
from simulator.loading import load
from simulator.running import running
from tests.api.api_fleet import LATER, Api
from tests.api.commanded_fleet import CLOUD, CONNECTOR, WAVE, commanded
from tests.cli.command import hcx_fleet
from tests.cli.test_command_line import settings_beside
from tests.cli.test_lint_and_init import WORLD

NOBODY = "http://127.0.0.1:9"
"""An address where no world listens."""


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """A store with a run that asks for an approval, whose connector is paused and leased."""
    made = Api(tmp_path)
    commanded(made)
    wish = LeaseWish(
        subject=CONNECTOR, quiet=(CLOUD,), run="r1", task=CONNECTOR, until=datetime(2199, 1, 1, tzinfo=UTC)
    )
    made.store.take_lease(wish, LATER)
    made.store.take_lease(LeaseWish(subject="mesh:m", quiet=(), run="r9", task="mesh:m", until=wish.until), LATER)
    body = {"by": "Ann", "comment": "a storm"}
    assert made.call("POST", f"/v1/runs/r1/tasks/{CONNECTOR}:pause", body).status_code == 202
    return made


def told(folder: Path, *words: object) -> Any:
    """What a command prints for programs."""
    return json.loads(hcx_fleet(folder, *words, "-o", "json", "--settings", settings_beside(folder)).out)


@pytest.mark.usefixtures("api")
def test_status_shows_pauses_and_leases(tmp_path: Path) -> None:
    """Each task that does not go on by whose word, each approval that is missing, and the leases of that run alone."""
    control = told(tmp_path, "status", "r1")["control"]

    assert control["heldUp"] == [{"task": CONNECTOR, "standing": "paused", "by": "Ann", "comment": "a storm"}]
    assert {one["tasks"]: (one["wave"], one["approvers"], one["missing"]) for one in control["asked"]} == {
        "manager": (WAVE, ["Ann", "ops"], 1)
    }
    assert [(one["subject"], one["until"]) for one in control["leases"]] == [(CONNECTOR, "2199-01-01T00:00:00Z")]


def test_the_api_says_the_same(api: Api, tmp_path: Path) -> None:
    """A run and the list of leases are told by one piece of code, with one form of time."""
    leases = told(tmp_path, "leases")["leases"]

    assert api.call("GET", "/v1/runs/r1").json()["control"] == told(tmp_path, "status", "r1")["control"]
    assert api.call("GET", "/v1/leases").json()["value"] == leases
    assert leases[0]["since"] == "2026-11-24T07:30:00Z"


def test_a_command_is_answered_alike(api: Api, tmp_path: Path) -> None:
    """The same command under the same key is answered by both with the same words, but for the API's links."""
    given = told(tmp_path, "cancel", "r1", "--as", "Ann", "--key", "k1")
    answered = api.call("POST", "/v1/runs/r1:cancel", {"by": "Ann", "key": "k1"}).json()

    assert answered.pop("links")
    assert given == answered
    assert given["at"].endswith("Z")


def test_a_command_that_was_changed_hides_no_run(api: Api, tmp_path: Path) -> None:
    """What people said is unknown then, which is told, and the rest of the run is there all the same."""
    with sqlite3.connect(tmp_path / "store.sqlite") as db:
        db.execute("UPDATE commands SET record = replace(record, 'Ann', 'Bob')")
    shown = hcx_fleet(tmp_path, "status", "r1", "--settings", settings_beside(tmp_path))

    assert told(tmp_path, "status", "r1")["control"] is None
    assert api.call("GET", "/v1/runs/r1").json()["control"] is None
    assert "was changed by something else than hcx-fleet" in shown.err
    assert CONNECTOR.partition(":")[2] in shown.out


@pytest.mark.usefixtures("api")
def test_a_run_of_a_simulated_fleet_is_shown_by_its_own_time(tmp_path: Path) -> None:
    """With `--clock` a run stands as at the time of that world, whatever this machine's clock shows."""
    (tmp_path / "world.yaml").write_text(WORLD, "utf-8")
    with running(load(tmp_path / "world.yaml"), tmp_path / "world") as published:
        shown, now = told(tmp_path, "status", "r1", "--clock", published["control"]), world_now(published["control"])

    assert datetime.fromisoformat(shown["asOf"]) == now


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("why", CONNECTOR),
        ("show", "fleet"),
        *(("show", what, "--live") for what in ("coverage", "calendar", "exposure", "forecast")),
    ],
)
def test_a_clock_that_nobody_serves(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Whatever goes by a world's time refuses one that is not there, rather than going by another."""
    settings = settings_beside(tmp_path)
    answered = hcx_fleet(tmp_path, *words, "--clock", NOBODY, "--settings", settings)

    assert (answered.code, answered.err) == (2, f"error: --clock {NOBODY}: no simulated world serves its clock there\n")
