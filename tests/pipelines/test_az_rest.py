"""The example for a terminal upgrades a private cloud of the real app, with `az` replaced and nothing else."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.pipelines.by_az_rest import CRAFTED
from tests.pipelines.conftest import Play

pytestmark = pytest.mark.story


@pytest.fixture(scope="module")
def told(play: Play) -> Any:
    """What came of it."""
    return play("by_az_rest")


def test_whoever_may_only_read_is_told_which_role_starts(told: Any) -> None:
    """The command fails, and prints code and remedy."""
    refused = told["start by reader"]

    assert refused["code"] == 1
    assert '"caller.role"' in refused["out"]
    assert "give eve@contoso.example the role Fleet.Operate" in refused["out"]


def test_starting_twice_is_one_run(told: Any) -> None:
    """The same line again prints the same; another private cloud under that id is refused."""
    assert told["start"]["code"] == told["start again"]["code"] == 0
    assert told["start"]["out"] == told["start again"]["out"]
    assert (told["start of another"]["code"], '"repeat.otherBody"' in told["start of another"]["out"]) == (1, True)


def test_a_name_adds_nothing_to_what_is_asked_for(told: Any) -> None:
    """All of it is the name of a private cloud, and who asked is who signed in."""
    crafted = json.loads(told["start of a crafted name"]["out"])

    assert crafted["requestedBy"] == told["run"]["requestedBy"]
    assert (crafted["privateCloud"], crafted["includeShared"]) == (CRAFTED, False)


def test_following_what_is_not_there_fails_with_the_remedy(told: Any) -> None:
    """It neither waits nor goes by what it read before."""
    assert told["no such run"]["code"] == 1
    assert "GET /v1/runs lists them" in told["no such run"]["out"]


def test_following_has_a_bound(told: Any) -> None:
    """After a second it leaves without having failed, and says that the run goes on."""
    assert told["time is up"]["code"] == 0
    assert told["time is up"]["out"].endswith("The run goes on by itself.\n")


def test_following_ends_where_somebody_has_to_act(told: Any) -> None:
    """The last line says what is waited for, and for whom."""
    last = told["until it asks"]["out"].splitlines()[-1]

    assert last.startswith("0 %, waitingForApproval: ")
    assert last.endswith("Who can act: ann@contoso.example")


def test_another_one_lets_it_go(told: Any) -> None:
    """Not who started it, but whoever has the role, for the state that was read."""
    assert (told["approve by pipeline"]["code"], '"caller.role"' in told["approve by pipeline"]["out"]) == (1, True)
    assert told["approve"]["code"] == 0
    assert "ann@contoso.example" in told["approve"]["out"]


def test_only_what_was_read_is_let_go(told: Any) -> None:
    """Without having read it nothing is; a run that moved since is refused with the remedy, until it is read again."""
    assert told["approve unread"]["code"] == 1
    assert "follow weu-01-by-hand leaves run.json" in told["approve unread"]["out"]
    assert (told["read"]["code"], told["moved"]) == (0, [202, 202])
    assert told["approve after it moved"]["code"] == 1
    assert "412" in told["approve after it moved"]["out"]
    assert '"remedy"' in told["approve after it moved"]["out"]
    assert told["read again"]["code"] == 0


def test_it_is_followed_to_its_end(told: Any) -> None:
    """The command succeeds because the run did."""
    assert told["to its end"]["code"] == 0
    assert told["to its end"]["out"].splitlines()[-1].startswith("Succeeded: ")
    assert told["run"]["status"] == "Succeeded"


def test_the_results_are_left_as_files(told: Any) -> None:
    """JUnit with one test case for the private cloud, and Markdown; whoever may read gets them."""
    cases = [one.get("name") for one in ET.fromstring(told["files"]["report.xml"]).iter("testcase")]  # noqa: S314 -- ours

    assert told["result"]["code"] == 0
    assert cases == ["weu-01-by-hand", "pc-weu-01"]
    assert told["files"]["report.md"].startswith("# ✅ hcx-fleet upgrade: weu-01-by-hand")
