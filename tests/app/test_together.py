"""Several network extension appliances of a mesh at once: where the policy says so and HCX takes them, no more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from ruamel.yaml import YAML

from shared.model.codec import from_json
from shared.model.outage import NetworkOutage
from tests.app.conftest import ROOT, Play

pytestmark = pytest.mark.story

WORLD = "tests/app/worlds/together.yaml"
STEP = timedelta(seconds=5)
"""How often one looks."""

type Change = Callable[[Any], object]


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """The world with a change, in a file of its own."""
    folder = tmp_path_factory.mktemp("worlds")

    def written(name: str, *changes: Change) -> str:
        yaml = YAML()
        yaml.preserve_quotes = True
        document = yaml.load(ROOT / WORLD)
        for change in changes:
            change(document)
        yaml.dump(document, folder / f"{name}.yaml")
        return str(folder / f"{name}.yaml")

    return written


def _takes_one(document: Any) -> None:
    document["meshes"][0]["atOnce"] = 1


def _two_extend(document: Any) -> None:
    document["meshes"][0]["appliances"] = document["meshes"][0]["appliances"][:3]
    document["probes"] = document["probes"][:2]


def _one_at_a_time(document: Any) -> None:
    del document["policy"]["networkExtension"]


def _with_fault(**fault: str) -> Change:
    return lambda document: document.update(faults=[fault])


def _by_people(document: Any) -> None:
    """Network extension alone is behind, and somebody sees to all of it an hour later."""
    document["connectors"][0]["meshOwner"] = "assisted"
    document["meshes"][0]["appliances"][1]["version"] = "4.11.4"
    document["people"] = [{"who": "lab@contoso.example", "about": "mesh:mesh-lab", "do": "upgrade-mesh", "at": "PT1H"}]


def changes(told: Any) -> dict[str, tuple[datetime, datetime]]:
    """When each appliance really was in change."""
    found = told["truth"]["inChange"]
    return {
        one["appliance"].removeprefix("mesh-lab-"): (
            datetime.fromisoformat(one["from"]),
            datetime.fromisoformat(one["to"]),
        )
        for one in found
    }


def at_once(told: Any) -> set[tuple[str, ...]]:
    """Which appliances really were in change at the same moment."""
    spans = changes(told)
    moments = [begin for begin, _ in spans.values()]
    return {tuple(sorted(name for name, (begin, end) in spans.items() if begin <= at < end)) for at in moments}


def asked(told: Any) -> list[tuple[str, bool]]:
    """Every call that asked for an upgrade, and whether it was taken."""
    return [
        (name.removeprefix("mesh-lab-"), one["accepted"])
        for one in told["truth"]["mutations"]
        for name in one["body"]["appliances"]
    ]


def end(told: Any) -> dict[str, Any]:
    """How the task of the mesh ended."""
    (found,) = [one["result"] for one in told["journal"] if one["kind"] == "task-ended"]
    assert isinstance(found, dict)
    return found


# --- HCX takes them ---------------------------------------------------------------------------------------------------


def test_two_are_in_change_at_once_and_never_more(play: Play) -> None:
    """The interconnect alone, then two by two, fewest networks first; HCX would have taken three."""
    told = play("fleet_run", WORLD)

    assert at_once(told) == {("IX-I1",), ("NE-I2", "NE-I3"), ("NE-I1", "NE-I4")}
    assert asked(told) == [(name, True) for name in ("IX-I1", "NE-I2", "NE-I3", "NE-I4", "NE-I1")]
    assert end(told)["outcome"] == "succeeded"


def test_each_of_them_goes_through_the_steps_of_the_procedure(play: Play) -> None:
    """In their order, whatever the others of its round do meanwhile."""
    told = play("fleet_run", WORLD)
    began: dict[str, list[str]] = {}
    for one in told["journal"]:
        if one["kind"] == "step-started" and one["step"].count(":") == 2:
            began.setdefault(one["step"].split(":")[1], []).append(one["section"])

    assert {tuple(sections) for sections in began.values()} == {("2.3", "2.4", "2.5")}


def test_each_of_them_is_measured_by_itself(play: Play) -> None:
    """Every network of both has its outage, each end and the whole off by no more than one step."""
    told = play("fleet_run", WORLD)
    truth = {
        one["network"]: (datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"]))
        for one in told["truth"]["outages"]
    }
    found = {one.network: one for one in (from_json(NetworkOutage, each) for each in told["outages"])}

    assert sorted(found) == sorted(truth)
    for network, (began, ended) in truth.items():
        assert abs(found[network].total - (ended - began)) <= STEP, network
        for one in found[network].intervals:
            assert one.ended is not None
            assert max(abs(one.began - began), abs(one.ended - ended)) <= STEP, network


def test_without_the_key_it_is_one_at_a_time(play: Play, varied: Callable[..., str]) -> None:
    """Whatever HCX would take."""
    told = play("fleet_run", varied("one-at-a-time", _one_at_a_time, _two_extend))

    assert at_once(told) == {("IX-I1",), ("NE-I2",), ("NE-I1",)}
    assert end(told)["outcome"] == "succeeded"


def test_a_round_goes_on_after_its_host_was_away(play: Play) -> None:
    """No call is made twice, and both are followed to their end before the next round begins."""
    told = play("restarted_in_a_round", WORLD)

    assert [name for name, _ in asked(told)] == ["IX-I1", "NE-I2", "NE-I3", "NE-I4", "NE-I1"]
    assert at_once(told) == {("IX-I1",), ("NE-I2", "NE-I3"), ("NE-I1", "NE-I4")}
    assert end(told)["outcome"] == "succeeded"


def test_a_cancel_in_a_round_lets_those_in_change_come_to_their_end(play: Play) -> None:
    """Both are verified, no further one begins, and the task has been canceled."""
    told = play("canceled_in_a_round", WORLD)
    verified = [one["step"] for one in told["journal"] if one["kind"] == "step-done" and one["section"] == "2.5"]

    assert [name for name, _ in asked(told)] == ["IX-I1", "NE-I2", "NE-I3"]
    assert len(verified) == 3
    assert end(told)["outcome"] == "canceled"


# --- HCX takes one ----------------------------------------------------------------------------------------------------


def test_an_hcx_that_takes_one_gets_the_next_when_that_is_verified(play: Play, varied: Callable[..., str]) -> None:
    """Its *busy* is told as what is waited for; the one in change is followed to its end, then it is asked again."""
    told = play("fleet_run", varied("takes-one", _takes_one, _two_extend))
    waits = [one["text"] for one in told["journal"] if one["waiting"] and one["step"].startswith("upgrade-appliance")]

    assert at_once(told) == {("IX-I1",), ("NE-I2",), ("NE-I1",)}
    assert asked(told) == [("IX-I1", True), ("NE-I2", True), ("NE-I1", False), ("NE-I1", True)]
    assert ["the mesh is busy" in one or "another HCX job" in one for one in waits] == [True]
    assert end(told)["outcome"] == "succeeded"


def test_an_hcx_that_stays_busy_ends_the_task_with_that_reason(play: Play, varied: Callable[..., str]) -> None:
    """What was begun is verified first; what was not is named, and nothing was sent for it but what HCX refused."""
    somebody = _with_fault(name="operation_in_progress", on="mesh-lab", **{"from": "PT10M"})
    told = play("fleet_run", varied("stays-busy", _takes_one, _two_extend, somebody))

    assert [name for name, taken in asked(told) if taken] == ["IX-I1", "NE-I2"]
    assert end(told)["outcome"] == "failed"
    assert end(told)["reason"] in {"manager-busy", "no-other-upgrade"}
    assert any(
        "verify-appliance:mesh-lab-NE-I2" in one["key"] and one["kind"] == "step-done" for one in told["journal"]
    )
    assert any("What remains for the next plan: mesh-lab-NE-I1." in one["text"] for one in told["journal"])


# --- one of them fails ------------------------------------------------------------------------------------------------


def test_one_that_fails_leaves_the_other_followed_to_its_end(play: Play, varied: Callable[..., str]) -> None:
    """The other is verified, what failed is told at once, and then the task ends as failed: no later round begins."""
    fails = _with_fault(name="task_fails", on="mesh-lab", **{"from": "PT13M40S", "until": "PT14M"})
    told = play("fleet_run", varied("one-fails", _standard, fails))
    done = [one["step"] for one in told["journal"] if one["kind"] == "step-done" and one["section"] == "2.5"]
    stopped = [one["text"] for one in told["journal"] if one["key"].endswith("/stopped") and one["kind"] == "checked"]

    assert len(done) == 2
    assert ["is followed to its end" in one for one in stopped] == [True]
    assert (end(told)["outcome"], end(told)["reason"]) == ("failed", "appliance-upgrade-failed")
    assert len(asked(told)) == 3


def _standard(document: Any) -> None:
    document["policy"]["networkExtension"] = {"together": 2, "mode": "standard"}


# --- people do it -----------------------------------------------------------------------------------------------------


def test_people_are_told_of_a_round_together(play: Play, varied: Callable[..., str]) -> None:
    """Each appliance with instructions of its own, both at once; of the next round only when these are verified."""
    told = play("fleet_run", varied("by-people", _by_people))
    instructed = [(one["at"], one["step"]) for one in told["journal"] if one["kind"] == "instructed"]
    first = [step.split(":")[1] for at, step in instructed if at == instructed[0][0]]

    assert first == ["mesh-lab-NE-I2", "mesh-lab-NE-I3"]
    assert end(told)["outcome"] == "succeeded"
