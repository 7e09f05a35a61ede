"""A plan as a file: the same bytes every time, and refused when somebody changed it."""

import json
from dataclasses import replace

import pytest

from shared.report.plan_json import PlanUnreadableError, plan_json, read_plan
from shared.rules.planning.sealing import plan_hash
from tests.report.planned_fleet import PLAN

SEALED = replace(PLAN, hash=plan_hash(PLAN))


def test_a_plan_comes_back_as_it_was_written() -> None:
    """Everything of it survives, its schedule and findings included."""
    assert read_plan(plan_json(SEALED)) == SEALED
    assert plan_json(read_plan(plan_json(SEALED))) == plan_json(SEALED)


def test_a_plan_that_was_changed_by_hand_is_refused() -> None:
    """Whoever edits an owner would have to approve another plan."""
    document = json.loads(plan_json(SEALED))
    document["concurrency"] = 99

    with pytest.raises(PlanUnreadableError, match="changed after it was made"):
        read_plan(json.dumps(document).encode())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"plan: 1", "is not JSON"),
        (b"\xff", "is not JSON"),
        pytest.param(b"[" * 100_000, "is not JSON", id="nested"),
        (b"{}", "holds no plan of this release"),
    ],
)
def test_anything_else_is_no_plan(content: bytes, why: str) -> None:
    """A file of another kind is told apart from a plan of another release."""
    with pytest.raises(PlanUnreadableError, match=why):
        read_plan(content)
