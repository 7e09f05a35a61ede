"""What hcx-fleet promises of every run, seen from the far end of the wire."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.app.conftest import ROOT, Play

pytestmark = pytest.mark.story

SHARED = "tests/app/worlds/shared-connector.yaml"


def test_checks_and_plans_change_nothing(play: Play) -> None:
    """A check and a plan of a fleet full of work of ours put no mutating call on the wire."""
    told = play("look_only", SHARED)

    assert told["truth"]["mutations"] == []
    assert {one["bucket"] for one in told["run"]["placed"]} == {"planned"}


def test_without_confirmations_every_step_of_ours_is_somebody_elses(play: Play, tmp_path: Path) -> None:
    """With the confirmations taken away nothing is sent, and every task of ours became assisted, saying why."""
    told = play("fleet_run", str(_without_confirmations(ROOT / "examples/worlds/one-pair.yaml", tmp_path)))
    owners = {task["owner"]: task["owner_reason"] for group in told["plan"]["groups"] for task in group["tasks"]}

    assert told["truth"]["mutations"] == []
    assert list(owners) == ["assisted"]
    assert "no confirmation covers" in owners["assisted"]
    assert {one["bucket"] for one in told["run"]["placed"]} == {"waiting"}


def test_a_shared_connector_needs_leave(play: Play) -> None:
    """Upgrading one cloud refuses to touch a connector that serves another one, and names it; with leave it goes."""
    told = play("shared_cloud", SHARED)
    refused, accepted = told["answers"][1:3]

    assert (refused["status"], refused["body"]["code"]) == (409, "shared.connector")
    assert "pc-two" in refused["body"]["detail"]
    assert (accepted["status"], told["run"]["status"]) == (202, "Succeeded")


def test_a_single_cloud_leaves_the_others_alone(play: Play) -> None:
    """The run for one cloud plans and changes nothing outside it."""
    told = play("shared_cloud", SHARED)
    changed: set[Any] = {one["manager"] for one in told["truth"]["mutations"]}

    assert changed == {"pc-one", "con-hub"}


@pytest.mark.parametrize("name", ["pc-one", "con-hub"])
def test_a_stale_password_costs_one_refused_log_in(play: Play, tmp_path: Path, name: str) -> None:
    """However often a manager is looked at, its account sees one refused log-in and is not locked."""
    told = play("fleet_run", str(_with_stale_account(ROOT / SHARED, tmp_path, name)))
    failed = {one["secret"]: (one["failed"], one["locked"]) for one in told["truth"]["logins"] if one["failed"]}
    placed = {one["subject"]: (one["bucket"], one["reason"]) for one in told["run"]["placed"]}

    assert list(failed.values()) == [(1, False)]
    assert placed[name] == ("unknown", "login-refused")


def test_no_account_is_locked_whoever_looks_and_restarts(play: Play, tmp_path: Path) -> None:
    """Timer, command line and HTTP over three restarts of the host: one refused log-in for each account, no change."""
    told = play("refused_everywhere", str(_with_stale_accounts(ROOT / SHARED, tmp_path)))
    logins = {one["secret"]: (one["failed"], one["succeeded"], one["locked"]) for one in told["truth"]["logins"]}
    asked = {(one["request"]["trigger"], one["request"]["kind"]) for one in told["runs"]}

    assert set(logins.values()) == {(1, 0, False)}
    assert told["truth"]["mutations"] == []
    assert asked == {("http", "upgrade"), ("http", "check"), ("timer", "upgrade")}  # the check is the command's


def _with_stale_accounts(world: Path, folder: Path) -> Path:
    document = YAML(typ="safe").load(world)
    clouds, connectors = document["clouds"], document["connectors"]
    secrets = [f"hcx-{one['name']}" for one in clouds] + [f"{one['name']}-hcx" for one in connectors]
    secrets += [f"hcx-{one['name']}-admin" for one in clouds if one.get("applianceManagement")]
    secrets += [f"{one['name']}-admin" for one in connectors]
    document["accounts"] = [{"secret": one, "stale": True} for one in secrets]
    return _written(document, folder)


def _without_confirmations(world: Path, folder: Path) -> Path:
    document = YAML(typ="safe").load(world)
    document["confirmations"] = False
    return _written(document, folder)


def _with_stale_account(world: Path, folder: Path, manager: str) -> Path:
    document = YAML(typ="safe").load(world)
    secret = f"hcx-{manager}" if manager.startswith("pc-") else f"{manager}-hcx"
    document["accounts"] = [{"secret": secret, "stale": True}]
    return _written(document, folder)


def _written(document: Any, folder: Path) -> Path:
    target = folder / "world.yaml"
    with target.open("w") as file:
        YAML().dump(document, file)
    return target
