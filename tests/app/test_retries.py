"""A change of which nobody knows whether it arrived is sent once more by a person's word alone, and then to its end."""

from collections import Counter
from typing import Any

import pytest

from tests.app.conftest import Play

pytestmark = pytest.mark.story

EARLY, READY = "manager:con-early", "manager:con-ready"
STEP = "upgrade-manager:4.11.4"


@pytest.fixture(scope="module")
def retried(play: Play) -> Any:
    """A run that ends with such a question, and the run that carries that task out once more."""
    return play("retried_after_sending", "tests/app/worlds/late-bundle.yaml")


def ends(journal: list[Any]) -> dict[str, tuple[str, str]]:
    """How each task ended, and why."""
    results = (one["result"] for one in journal if one["kind"] == "task-ended")
    return {one["task"]: (one["outcome"], one["reason"]) for one in results}


def test_the_first_run_ends_with_one_question(retried: Any) -> None:
    """The task that cannot know failed for that reason, and the other one is done."""
    found = ends(retried["asides"]["question"])

    assert found == {EARLY: ("failed", "sent-unconfirmed"), READY: ("succeeded", "upgraded")}


def test_the_answer_brings_it_to_its_end(retried: Any) -> None:
    """The new run carries out that task alone, by the same plan, and everything is as wanted then."""
    plans = {one["request"]["id"]: one["plan_hash"] for one in retried["runs"]}

    assert ends(retried["journal"]) == {EARLY: ("succeeded", "upgraded"), READY: ("succeeded", "upgraded")}
    assert plans["again"] == plans["fleet"]
    assert (retried["run"]["parent"], retried["run"]["status"]) == ("fleet", "Succeeded")


def test_the_truth_holds_one_call_each(retried: Any) -> None:
    """Over both runs and both times that a host went away, each manager was changed once."""
    calls = Counter(one["manager"] for one in retried["truth"]["mutations"] if one["caller"] == "api")

    assert calls == {"con-early": 1, "con-ready": 1}


def test_both_attempts_stay_on_record(retried: Any) -> None:
    """The first one is as it was when its host went away; the second one is done."""
    claims = retried["asides"]["claims"]
    rows = [
        (one["generation"], one["holder"], one["state"])
        for one in (*claims["fleet"], *claims["again"])
        if (one["subject"], one["step"]) == (EARLY, STEP)
    ]

    assert rows == [(1, "fleet", "sending"), (2, "again", "done")]
