"""What is asked of the plan right before a change: its window, its budget, and whether it stands as it was approved."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.checking import check
from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.finding import Verdict
from shared.model.orders import StepOrder
from shared.model.policy import Amount, Budget, Freeze
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.span import Span
from shared.model.version import Version
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy

CONNECTORS = (entry("con"),)


@pytest.fixture
def hands() -> Hands:
    """A private cloud that is current, and a connector that is behind; one task of the run may fail."""
    hands = Hands()
    hands.wanted = policy(connectors=CONNECTORS, budget=Budget(max_failed=Amount(number=1)))
    return hands


def begun(hands: Hands, folder: Path) -> tuple[Ports, StepOrder]:
    """Ports with a plan that moves the connector, and the order to check its task."""
    ports = ports_of(hands, folder)
    request = asked(ports)
    discover(ports, request)
    for facts in (cloud_manager("pc", "4.11.4"), connector("con", "4.10.3", pairs=("pc",))):
        ports.store.put_document("r", f"facts/{facts.manager.id}", to_json_text(facts))
    made = plan(ports, request)
    assert made.problem == ""
    task = plan_known(ports.store, made.plan_hash).task("manager:con")
    return ports, StepOrder(run="r", plan_hash=made.plan_hash, task=task.id, step=task.check.id, generation=1)


def found(ports: Ports, order: StepOrder, check_id: str) -> list[tuple[Verdict, str]]:
    """What a check says that does not simply pass."""
    return [(one.verdict, one.summary) for one in check(ports, order).findings if one.check == check_id]


def test_nothing_is_said_of_a_plan_that_stands(hands: Hands, tmp_path: Path) -> None:
    """With a window open, nothing failed and no file changed, every question about the plan passes."""
    ports, order = begun(hands, tmp_path)
    told = {one.check for one in check(ports, order).findings}

    assert told.isdisjoint({"plan-approved", "plan-holds", "target-wanted", "budget-left", "window-fits"})
    assert told.isdisjoint({"freeze-apart", "maintenance-apart", "way-back-lasts", "azure-read", "endpoint-stays"})


def test_a_freeze_that_came_since_is_told(hands: Hands, tmp_path: Path) -> None:
    """Both the freeze and the window that it closes are named, with when it is over."""
    ports, order = begun(hands, tmp_path)
    span = Span(start=NOW - timedelta(hours=1), end=NOW + timedelta(hours=5))
    freeze = Freeze(name="year-end", spans=(span,), reason="closing", owner="ann")
    hands.wanted = policy(connectors=CONNECTORS, freezes=(freeze,))

    assert [one for one, _ in found(ports, order, "freeze-apart")] == [Verdict.WARN]
    ((verdict, summary),) = found(ports, order, "window-fits")
    assert verdict is Verdict.WARN
    assert summary.endswith("the next one opens 2026-11-24 11:00 UTC")


def test_another_target_is_told(hands: Hands, tmp_path: Path) -> None:
    """Somebody changed the target while the run goes on."""
    ports, order = begun(hands, tmp_path)
    assert hands.wanted is not None
    hands.wanted = replace(hands.wanted, target=Version("4.11.3"))

    assert [one for one, _ in found(ports, order, "target-wanted")] == [Verdict.WARN]


def test_failures_are_counted_as_they_come(hands: Hands, tmp_path: Path) -> None:
    """A task that failed since the last look is counted, and each of them once."""
    ports, order = begun(hands, tmp_path)
    before = found(ports, order, "budget-left")
    for number in (1, 1, 2):
        _fail(ports, f"mesh:{number}")
    after = found(ports, order, "budget-left")

    assert before == []
    assert [one for one, _ in after] == [Verdict.WARN]
    assert "2 of at most 1 of the run failed (mesh:1, mesh:2)" in after[0][1]


def _fail(ports: Ports, task: str) -> None:
    result = TaskResult(task=task, outcome=Outcome.FAILED, reason="stalled", detail="", who_can_act="", ended_at=NOW)
    entry_ = JournalEntry(key=f"{task}/ended", at=NOW, kind=JournalKind.TASK_ENDED, text="", task=task, result=result)
    ports.store.append("r", entry_)


def test_another_system_that_answers_stops_the_task(hands: Hands, tmp_path: Path) -> None:
    """What the plan was made for is not there any more."""
    ports, order = begun(hands, tmp_path)
    changed = connector("con", "4.10.3", pairs=("pc",))
    assert changed.identity is not None
    identity = replace(changed.identity, value=replace(changed.identity.value, system_id="sys-new"))
    ports.store.put_document("r", "facts/con", to_json_text(replace(changed, identity=identity)))
    ((verdict, summary),) = found(ports, order, "plan-holds")

    assert verdict is Verdict.OUTAGE_RISK
    assert "another system answers for manager con" in summary


def test_the_hand_over_asks_nothing_of_what_was_to_come(hands: Hands, tmp_path: Path) -> None:
    """A freeze that began after the change, or a target that was changed, is no matter of its hand-over."""
    ports, order = begun(hands, tmp_path)
    hands.wanted = policy("4.11.3", connectors=CONNECTORS)
    last = plan_known(ports.store, order.plan_hash).task("manager:con").hand_over.id

    assert found(ports, replace(order, step=last), "target-wanted") == []
