"""One look at a wave that is watched: alarms since right before the change, outages, and what stays where it fails."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from activities.checking import check
from activities.observe import discover
from activities.planning import plan
from activities.soak import soak_ended, soak_looked, soak_opened
from shared.model.codec import to_json_text
from shared.model.orders import SoakOrder, StepOrder
from shared.model.policy import Soak, SoakCriterion, Wave
from shared.model.run import JournalEntry, JournalKind, Outcome, RunKind, TaskResult
from shared.model.soaking import SoakVerdict
from shared.model.vcenter import Alarm, VcenterFacts
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy

HOUR = timedelta(hours=1)
SOAK = Soak(span=HOUR, samples=2, require=(SoakCriterion.NO_NEW_ALARMS,))


def seen(ports: Ports, *alarms: str) -> None:
    """The connector was observed with these red alarms in its vCenter."""
    red = tuple(Alarm(name=one, entity="esx-1", status="red", since=NOW) for one in alarms)
    con = replace(connector("con", "4.10.3", pairs=("pc",)), vsphere=VcenterFacts(observed_at=NOW, alarms=red))
    for facts in (cloud_manager("pc", "4.11.4"), con):
        ports.store.put_document("r", f"facts/{facts.manager.id}", to_json_text(facts))


def watched(folder: Path) -> tuple[Ports, SoakOrder]:
    """A wave whose one task has ended; an alarm was red right before it."""
    hands = Hands()
    hands.wanted = policy(connectors=(entry("con"),), waves=(Wave(name="canary", select=None, soak=SOAK),))
    ports = ports_of(hands, folder)
    request = asked(ports, RunKind.UPGRADE, run="r")
    discover(ports, request)
    seen(ports, "Datastore usage")
    made = plan(ports, request)
    task = plan_known(ports.store, made.plan_hash).task("manager:con")
    check(ports, StepOrder(run="r", plan_hash=made.plan_hash, task=task.id, step=task.check.id, generation=1))
    end = TaskResult(
        task=task.id, outcome=Outcome.SUCCEEDED, reason="upgraded", detail="done", who_can_act="", ended_at=NOW
    )
    entered = JournalEntry(key="ended", at=NOW, kind=JournalKind.TASK_ENDED, text="done", task=task.id, result=end)
    ports.store.append("r", entered)
    return ports, SoakOrder(run="r", plan_hash=made.plan_hash, wave="canary", began=NOW)


def looked(ports: Ports, order: SoakOrder, number: int) -> SoakVerdict | None:
    """One look, as the orchestration has it judged; gives what it found, None where nothing."""
    sample = soak_looked(ports, replace(order, number=number, at=NOW + number * HOUR / 2))
    return sample.reasons[0].verdict if sample.reasons else None


def test_an_alarm_from_before_is_no_news(tmp_path: Path) -> None:
    """What was red right before the change is red for another reason."""
    ports, order = watched(tmp_path)

    assert [looked(ports, order, 1), looked(ports, order, 2)] == [None, None]
    assert soak_ended(ports, order).verdict is SoakVerdict.PASS


def test_a_new_alarm_fails_the_soak_though_it_goes_away(tmp_path: Path) -> None:
    """One look saw it, and that it went away by itself says nothing of why it came."""
    ports, order = watched(tmp_path)
    seen(ports, "Datastore usage", "Host connection")
    first = looked(ports, order, 1)
    seen(ports, "Datastore usage")
    second = looked(ports, order, 2)
    end = soak_ended(ports, order)

    assert (first, second, end.verdict) == (SoakVerdict.FAIL, None, SoakVerdict.FAIL)
    assert "Host connection on esx-1" in end.reasons[0]
    assert "Datastore usage" not in end.reasons[0]


def test_a_look_that_is_delivered_twice_is_one(tmp_path: Path) -> None:
    """The first judgement stays, whatever is seen by the time of the second."""
    ports, order = watched(tmp_path)
    first = looked(ports, order, 1)
    seen(ports, "Host connection")

    assert (first, looked(ports, order, 1)) == (None, None)
    assert soak_opened(ports, order).number == 2


def test_where_it_has_come_lies_in_the_store(tmp_path: Path) -> None:
    """Whoever opens it again finds the next look, whom to look at, and at the end what it came to."""
    ports, order = watched(tmp_path)
    begun = soak_opened(ports, order)
    looked(ports, order, 1)
    later = soak_opened(ports, order)
    looked(ports, order, 2)
    end = soak_ended(ports, order)

    assert {one.id for one in begun.managers} == {"con", "pc"}
    assert (begun.number, begun.next_at, begun.over_at) == (1, NOW + HOUR / 2, NOW + HOUR)
    assert (later.number, later.next_at, later.end) == (2, NOW + HOUR, None)
    assert soak_opened(ports, order).end == end


def test_a_soak_that_somebody_ends_is_no_pass(tmp_path: Path) -> None:
    """Though everything that was seen is well."""
    ports, order = watched(tmp_path)
    looked(ports, order, 1)
    end = soak_ended(ports, replace(order, stopped=True))

    assert (end.verdict, end.stopped) == (SoakVerdict.INCONCLUSIVE, True)
    assert end.reasons[0] == "somebody ended the run before wave canary had been watched to its end"
