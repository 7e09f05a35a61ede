"""The world of the demo has what the demo is to show."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

pytestmark = pytest.mark.story

DEMO = Path(__file__).parents[2] / "examples" / "demo" / "world.yaml"


def test_its_size() -> None:
    """It has seventeen clouds in three readable subscriptions, one denied one, and fifteen connectors."""
    world = load(DEMO)
    readable = {each.name for each in world.subscriptions if not each.denied}

    assert (len(world.clouds), len(world.connectors)) == (17, 15)
    assert {each.subscription for each in world.clouds} == readable
    assert (len(readable), len(world.subscriptions)) == (3, 4)


def test_every_cloud_says_what_is_expected_of_it() -> None:
    """Every cloud has an expectation, and together they cover the outcomes the demo is about."""
    world = load(DEMO)

    assert Counter(each.expect.outcome for each in world.clouds if each.expect) == {
        "current": 1,
        "upgraded": 7,
        "blocked": 4,
        "waiting": 3,
        "unknown": 1,
        "excluded": 1,
    }


def test_what_a_plan_is_to_show() -> None:
    """Waves with a soak, a window with a cut-off, a freeze, a strict budget, and both ways to hold back."""
    world = load(DEMO)
    said = world.policy
    (canary, broad), (nights,), (freeze,) = said.waves, said.windows, said.freezes

    assert canary.select is not None
    assert canary.select.tags == {"hcx-ring": ("canary",)}
    assert {each.name for each in world.clouds if each.tags.get("hcx-ring") == "canary"} == {"pc-eus-01"}
    assert (canary.soak is not None, broad.select) == (True, None)
    assert nights.cut_off
    assert freeze.end is not None
    assert said.budget is not None
    assert said.budget.strict
    assert {each.name for each in world.clouds if "hcx-hold" in each.tags} == {"pc-frc-01"}
    assert {each.cloud for each in said.scope.exclude} == {"pc-krc-01"}


def test_the_provider_is_early_late_and_wrong_by_the_days_it_announced() -> None:
    """What fleet.yaml says of the provider fits what the provider does: a day early, a day late, and far too late."""
    world = load(DEMO)
    announced = {each.private_cloud: each.provider.announced for each in world.policy.sites if each.private_cloud}
    comes = {each.cloud: (world.start + each.delay).date() for each in world.provider}

    assert {name: (comes[name] - day).days for name, day in announced.items() if name and day} == {
        "pc-cus-01": -1,
        "pc-weu-04": 1,
        "pc-aue-01": 7,
    }
    assert world.start + next(each.delay for each in world.provider if each.cloud == "pc-cus-01") < (
        world.start + world.approved_after
    )


def test_left_alone_only_others_act(tmp_path: Path) -> None:
    """With nobody calling, the provider and people move what is theirs, within their days, and nothing of ours."""
    with running(load(DEMO), tmp_path) as published, Visitor(published) as world:
        said = world.advance(timedelta(days=4))
        truth = world.truth()

    assert {each["caller"] for each in truth["mutations"]} == {"person", "provider"}
    assert [each["subject"] for each in truth["changes"] if each["subject"].startswith("manager:")] == [
        "manager:pc-cus-01",
        "manager:con-chicago",
        "manager:con-seattle",
        "manager:pc-weu-04",
    ]
    assert [each["who"].partition("-")[0] for each in said] == ["reno", "chicago", "seattle", "seattle"]
    assert not any(each["failed"] for each in truth["logins"])
