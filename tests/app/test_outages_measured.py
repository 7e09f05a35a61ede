"""What the change of an appliance cost its networks, as it was measured and as the simulated world knows it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from tests.app.conftest import Play

pytestmark = pytest.mark.story

PAIR, OUTAGES = "examples/worlds/one-pair.yaml", "examples/worlds/outages.yaml"
STEP = timedelta(seconds=5)
"""How often one looks, unless the policy says otherwise."""

_length: TypeAdapter[timedelta] = TypeAdapter(timedelta)


def _truth(told: Any) -> dict[str, tuple[datetime, datetime]]:
    """When each network carried no traffic; each of this world is interrupted once."""
    return {
        one["network"]: (datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"]))
        for one in told["truth"]["outages"]
    }


@pytest.mark.parametrize("scenario", ["fleet_run", "resumed"])
def test_every_outage_is_measured_within_one_step(play: Play, scenario: str) -> None:
    """Each network of each appliance has one interval whose ends are the true ones by less than one step.

    The same where the host went away while an appliance was being redeployed and came back: the looks go on.
    """
    told = play(scenario, PAIR)
    truth = _truth(told)

    assert sorted(one["network"] for one in told["outages"]) == sorted(truth)
    for one in told["outages"]:
        (interval,) = one["intervals"]
        began, ended = truth[one["network"]]
        assert abs(datetime.fromisoformat(interval["began"]) - began) <= STEP
        assert abs(datetime.fromisoformat(interval["ended"]) - ended) <= STEP
        assert abs(_length.validate_python(one["total"]) - (ended - began)) <= STEP
        assert (one["mode"], one["witness"], one["silent"]) == ("standard", "hcx", False)


def test_a_probe_is_the_witness_where_there_is_one(play: Play) -> None:
    """In a world whose networks all have a probe, each outage is told by it and off by less than a step.

    One that is shorter than a step may be missed, and the figure says of how long a one that is true.
    """
    told = play("fleet_run", OUTAGES)
    truth = _truth(told)

    assert {one["witness"] for one in told["outages"]} == {"probe"}
    assert sorted(one["network"] for one in told["outages"]) == sorted(truth)
    for one in told["outages"]:
        began, ended = truth[one["network"]]
        total, error = (_length.validate_python(one[key]) for key in ("total", "error"))
        assert abs(total - (ended - began)) <= min(error, STEP)


def test_an_outage_is_one_entry_of_the_journal(play: Play) -> None:
    """One for each network, before the end of its task."""
    told = play("fleet_run", PAIR)
    kinds = [one["kind"] for one in told["journal"] if (one["task"] or "").startswith("mesh:")]

    assert kinds.count("measured") == len(_truth(told))
    assert kinds[-1] == "task-ended"


def test_looking_holds_a_task_up_for_a_minute_at_most(play: Play) -> None:
    """What was measured is told within the one minute for which the last looks are waited for, after the hand-over."""
    told = play("fleet_run", PAIR)
    (result,) = (one["result"] for one in told["journal"] if (one["task"] or "").startswith("mesh:") and one["result"])
    entries = [datetime.fromisoformat(one["at"]) for one in told["journal"] if one["kind"] == "measured"]

    assert max(entries) - datetime.fromisoformat(result["ended_at"]) <= timedelta(seconds=75)


def test_looking_logs_in_no_more_often(play: Play) -> None:
    """Hundreds of looks at both sides go through the few sessions that a run without them has, none of them refused."""
    logins = play("fleet_run", PAIR)["truth"]["logins"]
    sessions = [one for one in logins if not one["secret"].endswith("-admin")]

    assert [one for one in logins if one["failed"] or one["locked"]] == []
    assert max(one["succeeded"] for one in sessions) < 10
