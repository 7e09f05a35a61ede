"""Alarms of a vCenter right before a change, beside those that the run showed which made the plan."""

from dataclasses import replace
from pathlib import Path

from activities.checking import check
from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.finding import Finding
from shared.model.orders import StepOrder
from shared.model.run import RunKind
from shared.model.vcenter import Alarm, VcenterFacts
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy

FULL, LOST = "Datastore usage on disk", "Host connection"


def seen_by(run: str, ports: Ports, kind: RunKind, *alarms: str) -> str:
    """Let a run observe the connector with these red alarms in its vCenter and plan; gives the hash of its plan."""
    request = asked(ports, kind, run=run)
    discover(ports, request)
    red = tuple(Alarm(name=one, entity="esx-1", status="red", since=NOW) for one in alarms)
    con = replace(connector("con", "4.10.3", pairs=("pc",)), vsphere=VcenterFacts(observed_at=NOW, alarms=red))
    for facts in (cloud_manager("pc", "4.11.4"), con):
        ports.store.put_document(run, f"facts/{facts.manager.id}", to_json_text(facts))
    made = plan(ports, request)
    assert made.problem == ""
    return made.plan_hash


def alarms_told(ports: Ports, plan_hash: str, kind: str = "check") -> list[str]:
    """What the check of run r says of alarms, before the connector's task or at its hand-over."""
    task = plan_known(ports.store, plan_hash).task("manager:con")
    step = task.check.id if kind == "check" else task.hand_over.id
    order = StepOrder(run="r", plan_hash=plan_hash, task=task.id, step=step, generation=1)
    found: tuple[Finding, ...] = check(ports, order).findings
    return [one.summary for one in found if one.check == "alarms-quiet"]


def desk(folder: Path) -> Ports:
    """Ports over a connector that is behind."""
    hands = Hands()
    hands.wanted = policy(connectors=(entry("con"),))
    return ports_of(hands, folder)


def test_only_what_is_red_since_the_plan_was_made_is_told(tmp_path: Path) -> None:
    """An alarm that whoever approved the plan could read beside it is not told again; a new one is, until the end."""
    ports = desk(tmp_path)
    approved = seen_by("p", ports, RunKind.PLAN, FULL)
    again = seen_by("r", ports, RunKind.UPGRADE, FULL, LOST)
    since = [f"con: red in its vCenter since the plan was made: {LOST} on esx-1"]

    assert again == approved
    assert alarms_told(ports, approved) == since
    assert alarms_told(ports, approved, "hand-over") == since


def test_nothing_is_told_where_nothing_is_new(tmp_path: Path) -> None:
    """The same alarm as when the plan was made keeps nobody."""
    ports = desk(tmp_path)
    approved = seen_by("p", ports, RunKind.PLAN, FULL)
    seen_by("r", ports, RunKind.UPGRADE, FULL)

    assert alarms_told(ports, approved) == []


def test_a_run_that_planned_for_itself_tells_every_red_alarm(tmp_path: Path) -> None:
    """What it saw while planning is overwritten by what it sees as it goes, so nobody knows what is new."""
    ports = desk(tmp_path)
    own = seen_by("r", ports, RunKind.UPGRADE, FULL)

    assert alarms_told(ports, own) == [f"con: red in its vCenter: {FULL} on esx-1"]
