"""Planning on stored facts: what a run is planned under, and what one that goes on starts from."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.facts import ManagerFacts
from shared.model.inventory import Tag
from shared.model.ledger import ClaimState
from shared.model.orders import Planned
from shared.model.run import JournalEntry, JournalKind, Outcome, Run, RunKind, RunState, TaskResult
from shared.ports import Ports
from shared.report.stored import plan_of
from shared.rules.cloud_ids import long_id
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, connector, entry, policy, private_cloud


@pytest.fixture
def hands() -> Hands:
    """A private cloud and a connector in the policy."""
    hands = Hands()
    hands.wanted = policy(connectors=(entry("con"),))
    return hands


@pytest.fixture
def ports(hands: Hands, tmp_path: Path) -> Ports:
    """Ports over them."""
    return ports_of(hands, tmp_path)


def observed(ports: Ports, *managers: ManagerFacts) -> None:
    """Keep these facts with the run."""
    for one in managers:
        ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))


def test_a_policy_that_changes_meanwhile_counts_from_the_next_run_on(hands: Hands, ports: Ports) -> None:
    """What was discovered under a policy is planned under it, also when the file breaks in between."""
    request = asked(ports)
    discover(ports, request)
    observed(ports, cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",)))
    hands.wanted = None

    planned = plan(ports, request)

    assert (planned.problem, [task.id for task in planned.admission.tasks]) == ("", ["manager:con", "manager:pc"])


def test_a_run_that_goes_on_keeps_its_plan_and_knows_what_it_had_come_to(hands: Hands, ports: Ports) -> None:
    """Facts, policy and time may have moved on: the plan stays, with ends and begun changes of its tasks."""
    request = asked(ports)
    discover(ports, request)
    observed(ports, cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",)))
    first = plan(ports, request)
    end = TaskResult(
        task="manager:pc", outcome=Outcome.WAITING, reason="provider", detail="", who_can_act="", ended_at=NOW
    )
    ports.store.append(
        "r",
        JournalEntry(
            key="manager:pc/ended", at=NOW, kind=JournalKind.TASK_ENDED, text="", task="manager:pc", result=end
        ),
    )
    claim = ports.store.claim("manager:con", "upgrade-manager:4.11.4", 1, "r", NOW)
    claim = ports.store.record_claim(claim, ClaimState.CLAIMED, None, NOW)
    ports.store.record_claim(claim, ClaimState.SENDING, None, NOW)
    hands.wanted = policy("4.11.5")
    discover(ports, request)

    again = plan(ports, request)
    left = {task.id: task.left_off for task in again.admission.tasks}

    assert again.plan_hash == first.plan_hash
    assert left["manager:pc"].result == end
    assert left["manager:con"].begun == ("upgrade-manager:4.11.4",)


def test_a_check_asked_for_again_plans_anew(ports: Ports) -> None:
    """Only an upgrade is bound to its plan: what a check saw before is old."""
    request = asked(ports, RunKind.CHECK)
    discover(ports, request)
    observed(ports, cloud_manager("pc", "4.10.3"))
    first = plan(ports, request)
    observed(ports, cloud_manager("pc", "4.11.4"))

    assert first.admission.tasks
    assert plan(ports, request).admission.tasks == ()


def test_two_runs_of_one_plan_have_findings_of_their_own(ports: Ports) -> None:
    """The plan is kept once; what its checks found belongs to the run that asked."""
    request = asked(ports, RunKind.PLAN)
    discover(ports, request)
    observed(ports, replace(cloud_manager("pc", "4.10.3"), vcenter=None))
    first = plan(ports, request)
    run = ports.store.run("r")
    assert run is not None
    before = plan_of(ports.store, run)
    observed(ports, cloud_manager("pc", "4.10.3"))

    second = plan(ports, request)
    after = plan_of(ports.store, run)

    assert first.plan_hash == second.plan_hash
    assert before is not None
    assert after is not None
    assert "vcenter-connection" in {one.check for one in before.findings}
    assert "vcenter-connection" not in {one.check for one in after.findings}


def test_a_private_cloud_may_be_named_by_its_long_id(ports: Ports) -> None:
    """`name~8 hex` is always valid: the run is then about the cloud's own id."""
    request = asked(ports, cloud=long_id(private_cloud("pc")))
    discover(ports, request)
    observed(ports, cloud_manager("pc", "4.10.3"))

    planned = plan(ports, request)
    run = ports.store.run("r")

    assert (planned.problem, [task.id for task in planned.admission.tasks]) == ("", ["manager:pc"])
    assert run is not None
    assert run.request.private_cloud == "pc"


# --- a plan that somebody approved ------------------------------------------------------------------------------------


def approved(ports: Ports, change: Callable[[], None], stored: str | None = None) -> Planned:
    """A fleet is planned, something changes, and a run takes that plan, or the one that is stored under a hash."""
    request = asked(ports, RunKind.PLAN)
    discover(ports, request)
    observed(ports, cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",)))
    made = plan(ports, request)
    change()
    again = replace(request, id="u", kind=RunKind.UPGRADE, plan_hash=stored or made.plan_hash)
    ports.store.put_run(Run(request=again, state=RunState.NOT_STARTED))
    discover(ports, again)
    for name in ("pc", "con"):
        ports.store.put_document("u", f"facts/{name}", ports.store.document("r", f"facts/{name}") or "")
    return plan(ports, again)


def test_an_approved_plan_is_taken_while_nothing_has_changed(ports: Ports) -> None:
    """The run carries out that plan."""
    found = approved(ports, lambda: None)

    assert (found.problem, len(found.admission.tasks)) == ("", 2)


@pytest.mark.parametrize(
    ("tag", "value", "told"),
    [
        ("hcx-hold", "year-end close", "private cloud pc is held: year-end close"),
        ("hcx-max-version", "4.10.3", "allows 4.10.3 at most"),
    ],
)
def test_what_is_held_back_since_voids_an_approved_plan(
    hands: Hands, ports: Ports, tag: str, value: str, told: str
) -> None:
    """Tags are no part of fleet.yaml, whose hash would tell; a hold beats an approval all the same."""

    def tagged() -> None:
        hands.clouds = (replace(private_cloud("pc"), tags=(Tag(name=tag, value=value),)),)

    found = approved(ports, tagged)

    assert told in found.problem
    assert found.admission.tasks == ()


def test_what_is_let_go_is_progress(hands: Hands, ports: Ports) -> None:
    """The plan has no task for what was held, and does nothing more than what was approved."""
    hands.clouds = (private_cloud("pc"), replace(private_cloud("pc-two"), tags=(Tag(name="hcx-hold", value="x"),)))

    def let_go() -> None:
        hands.clouds = (private_cloud("pc"), private_cloud("pc-two"))

    found = approved(ports, let_go)
    told = [entry.text for _, entry in ports.store.journal("u") if entry.key == "progress-since-plan"]

    assert found.problem == ""
    assert "no longer so: private cloud pc-two is held" in told[0]


def test_a_plan_that_does_not_fit_its_hash_is_refused(ports: Ports) -> None:
    """What was approved is what the hash says, not what a store holds under it."""
    other = "f" * 64

    def changed() -> None:
        kept = ports.store.plan(ports.store.plans()[0])
        assert kept is not None
        ports.store.put_plan(replace(kept, hash=other, concurrency=99))

    assert "does not fit its hash" in approved(ports, changed, other).problem
