"""What was reported against the truth: each comparison finds its own kind of lie, and no other one does."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cli.comparison import compare
from cli.truth import Truth, WorldCloud
from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.policy import Freeze, Owner, Policy
from shared.model.run import Outcome
from shared.model.span import Span
from shared.model.view import RunView
from tests.builders.fleet_facts import NOW, entry, policy
from tests.cli.played_fleet import CLOUDS, ENDS, call, true_appliance, truth, view


def ours() -> RunView:
    """The upgraded fleet with every task ours."""
    made = view()
    return replace(made, tasks=tuple(replace(task, owner=Owner.OURS) for task in made.tasks))


def failing(
    reported: RunView,
    really: Truth,
    clouds: tuple[WorldCloud, ...] = CLOUDS,
    *,
    wanted: Policy | None = None,
    confirmed: bool = True,
) -> dict[str, tuple[str, ...]]:
    """The comparisons that do not hold, with what does not fit."""
    shown = view().run.plan_hash
    found = compare(reported, really, clouds, wanted or policy(), confirmed=confirmed, shown=shown)
    return {one.id: one.misfits for one in found if not one.holds}


def test_an_honest_report_holds() -> None:
    """Nothing is found where report and truth agree."""
    assert failing(view(), truth()) == {}


def test_a_cloud_that_ended_otherwise_is_named_with_both_ends() -> None:
    """An expectation that is not met says what was expected and what came."""
    expected = [{"cloud": "pc-a", "outcome": "blocked", "reason": "photon"}]

    assert failing(view(), truth(expectations=expected)) == {
        "expectations": ("pc-a: expected blocked (photon), ended upgraded (upgraded)",)
    }


def test_an_expected_cloud_that_is_missing_is_named() -> None:
    """A cloud that was never reported does not meet its expectation."""
    expected = [{"cloud": "pc-z", "outcome": "upgraded", "reason": "upgraded"}]

    assert failing(view(), truth(expectations=expected)) == {
        "expectations": ("pc-z: expected upgraded (upgraded), ended not reported at all",)
    }


def test_a_cloud_of_a_read_subscription_must_be_reported() -> None:
    """Nothing is dropped silently: a cloud that the world has and the report has not is found."""
    lost = WorldCloud(id="pc-lost", subscription="one", subscription_id="sub-1")

    assert failing(view(), truth(), (*CLOUDS, lost)) == {"count": ("pc-lost: reported 0 times",)}


def test_a_denied_subscription_stands_for_its_clouds() -> None:
    """Clouds of a denied subscription may be absent as long as the subscription itself is reported."""
    hidden = WorldCloud(id="pc-hidden", subscription="lab", subscription_id="sub-9")
    denied = SubscriptionSeen(id="sub-9", name="lab", state=SubscriptionState.DENIED)

    assert failing(view(subscriptions=(denied,)), truth(), (*CLOUDS, hidden)) == {}
    assert failing(view(), truth(), (*CLOUDS, hidden)) == {
        "count": ("pc-hidden: neither it nor its subscription lab is reported",)
    }


def test_a_subject_in_two_buckets_is_found() -> None:
    """Every subject is in exactly one bucket."""
    made = view()
    twice = replace(made, placed=(*made.placed, made.placed[-1]))

    assert list(failing(twice, truth())) == ["count"]


def test_a_version_that_is_not_there_is_found() -> None:
    """A task that reports success while its manager has another release is a lie, told with both."""
    misfits = failing(view(), truth("4.11.2"))["versions"]

    assert "con-a: reported 4.11.4, really 4.11.2" in misfits
    assert "mesh-a IX-I1: reported 4.11.4, really 4.11.2" in misfits


def test_a_tunnel_that_is_down_is_found() -> None:
    """An appliance of an upgraded mesh must be connected."""
    down = [{"id": "mesh-a", "name": "mesh-a", **ENDS, "appliances": [true_appliance(tunnel="DOWN")]}]

    assert failing(view(), truth(meshes=down)) == {"versions": ("mesh-a IX-I1: reported upgraded, tunnel really DOWN",)}


def test_a_failed_task_claims_nothing() -> None:
    """What was not reported as done is not compared with the truth."""
    expected = [{"cloud": "pc-a", "outcome": "failed", "reason": "because"}]

    assert failing(view(Outcome.FAILED), truth("4.9.2", expectations=expected)) == {}


@pytest.mark.parametrize(
    ("subject", "body", "told"),
    [
        ("manager:con-a", {"targetVersion": "4.11.4"}, "manager:con-a: upgrade-manager-4x for 4.11.4 sent 2 times"),
        (
            "mesh:mesh-a",
            {"appliances": ["IX-I1"]},
            "mesh:mesh-a: upgrade-appliance for IX-I1 sent 2 times",
        ),
    ],
)
def test_the_same_step_sent_twice_is_found(subject: str, body: dict[str, Any], told: str) -> None:
    """Two changing calls for one version of a manager, or for one appliance, are one too many."""
    assert failing(ours(), truth(mutations=[call(subject, **body)] * 2)) == {"one-call": (told,)}


def test_two_hops_are_two_steps() -> None:
    """A manager may be called once for each version it passes through."""
    calls = [call("manager:con-a", targetVersion=version) for version in ("4.10.3", "4.11.4")]

    assert failing(ours(), truth(mutations=calls)) == {}


def run_command(cmdlet: str, execution: str) -> dict[str, Any]:
    """A run command for the cloud manager in the world's words."""
    return {**call("manager:pc-a", cmdlet=cmdlet, execution=execution), "route": "run-command"}


def test_each_run_command_is_a_step_of_its_own() -> None:
    """Taking a snapshot and removing it are two steps; starting the same one again is one too many."""
    taken, removed = run_command("New-HCXManagerSnapshot", "a"), run_command("Remove-HCXManagerSnapshot", "b")

    assert failing(ours(), truth(mutations=[taken, removed])) == {}
    assert failing(ours(), truth(mutations=[taken, taken, removed])) == {
        "one-call": ("manager:pc-a: run-command for New-HCXManagerSnapshot a sent 2 times",)
    }


def test_a_run_command_that_only_looks_is_no_change() -> None:
    """It may be started as often as somebody wants to know, at any time and for anybody's task."""
    looks = [run_command("Get-HCXManagerSnapshot", name) for name in ("a", "a", "b")]

    assert failing(view(), truth(mutations=looks), confirmed=False) == {}


def test_a_call_for_a_task_of_others_is_found() -> None:
    """Only tasks of ours may be behind a changing call of ours; what people do is theirs."""
    calls = [call("manager:con-a", targetVersion="4.11.4"), call("manager:pc-a", "provider", targetVersion="4.11.4")]

    assert failing(view(), truth(mutations=calls)) == {
        "own-steps": ("manager:con-a: upgrade-manager-4x at 24 Nov 06:00",)
    }


def test_another_plan_than_the_one_shown_is_found() -> None:
    """Nobody approved a plan that nobody saw."""
    made = view()
    other = replace(made, run=replace(made.run, plan_hash="0" * 64))

    assert list(failing(other, truth())) == ["plan"]


@pytest.mark.parametrize("subject", ["manager:con-a", "mesh:mesh-a"])
def test_a_call_in_a_freeze_is_found(subject: str) -> None:
    """A changing call counts at every site that it touches; the freeze of one of them is enough."""
    frozen = Freeze(
        name="sale",
        spans=(Span(start=NOW, end=NOW + timedelta(hours=1)),),
        reason="a sale",
        owner="shop",
        sites=("con-a",),
    )
    calls = [call(subject, targetVersion="4.11.4")]
    late = [{**calls[0], "at": NOW + timedelta(hours=1)}]
    wanted = replace(policy(connectors=(entry("con-a"),)), freezes=(frozen,))

    assert list(failing(ours(), truth(mutations=calls), wanted=wanted)) == ["calendar"]
    assert failing(ours(), truth(mutations=late), wanted=wanted) == {}


def test_any_call_without_confirmations_is_found() -> None:
    """Where nothing is confirmed nothing is sent, whoever owns the task."""
    calls = [call("manager:con-a", targetVersion="4.11.4")]

    assert list(failing(ours(), truth(mutations=calls), confirmed=False)) == ["confirmations"]


@pytest.mark.parametrize(("failed", "locked"), [(2, False), (1, True)])
def test_an_account_at_risk_is_found(failed: int, *, locked: bool) -> None:
    """A second failed log-in, or a lock, is one too many."""
    accounts = [{"secret": "hcx-pc-a", "failed": failed, "locked": locked}]

    assert list(failing(view(), truth(logins=accounts))) == ["log-ins"]
