"""The world of the demo has what the demo is to show."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor

DEMO = Path(__file__).parents[2] / "examples" / "demo" / "world.yaml"


def test_its_size() -> None:
    """It has fifteen clouds in three readable subscriptions, one denied one, and fourteen connectors."""
    world = load(DEMO)
    readable = {each.name for each in world.subscriptions if not each.denied}

    assert (len(world.clouds), len(world.connectors)) == (15, 14)
    assert {each.subscription for each in world.clouds} == readable
    assert (len(readable), len(world.subscriptions)) == (3, 4)


def test_every_cloud_says_what_is_expected_of_it() -> None:
    """Every cloud has an expectation, and together they cover the outcomes the demo is about."""
    world = load(DEMO)

    assert Counter(each.expect.outcome for each in world.clouds if each.expect) == {
        "current": 1,
        "upgraded": 7,
        "blocked": 3,
        "waiting": 3,
        "unknown": 1,
    }


def test_left_alone_only_others_act(tmp_path: Path) -> None:
    """With nobody calling, the provider and people move what is theirs, within their days, and nothing of ours."""
    with running(load(DEMO), tmp_path) as published, Visitor(published) as world:
        said = world.advance(timedelta(days=4))
        truth = world.truth()

    assert {each["caller"] for each in truth["mutations"]} == {"person", "provider"}
    assert [each["subject"] for each in truth["changes"] if each["subject"].startswith("manager:")] == [
        "manager:pc-cus-01",
        "manager:con-seattle",
        "manager:con-chicago",
        "manager:pc-weu-04",
    ]
    assert [each["who"].partition("-")[0] for each in said] == ["reno", "seattle", "chicago", "seattle"]
    assert not any(each["failed"] for each in truth["logins"])
