"""Waivers of checks where they count: in the plan, in what a pass says, and right before a change."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.checking import check, held
from activities.observe import discover
from activities.planning import plan
from shared.model.codec import to_json_text
from shared.model.facts import Seen
from shared.model.finding import Finding, Verdict
from shared.model.inventory import CloudPart, ProvisioningState, Unread, UnreadReason
from shared.model.orders import StepOrder
from shared.model.plan import Plan
from shared.model.policy import Waiver
from shared.ports import Ports
from shared.report.digest_text import digest_lines, digest_of
from shared.report.stored import plan_known, plan_of
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import NOW, cloud_manager, policy, private_cloud

TOMORROW = NOW.date() + timedelta(days=1)
UPDATING = replace(private_cloud("pc"), provisioning_state=ProvisioningState.UPDATING)


def waiver(check: str = "cloud-provisioned", subject: str = "pc") -> Waiver:
    """A waiver until tomorrow."""
    return Waiver(check=check, subject=subject, owner="ann", reason="a resize", until=TOMORROW)


@pytest.fixture
def hands() -> Hands:
    """One private cloud that Azure is at work on, which somebody lets pass."""
    hands = Hands()
    hands.clouds = (UPDATING,)
    hands.wanted = policy(waivers=(waiver(),))
    return hands


def planned(hands: Hands, folder: Path) -> Ports:
    """Ports over it, with a plan that moves the cloud manager."""
    ports = ports_of(hands, folder)
    request = asked(ports)
    discover(ports, request)
    ports.store.put_document("r", "facts/pc", to_json_text(cloud_manager("pc", "4.10.3")))
    assert plan(ports, request).problem == ""
    return ports


def made(ports: Ports) -> Plan:
    """The plan with its findings."""
    run = ports.store.run("r")
    found = plan_of(ports.store, run) if run else None
    assert found is not None
    return found


def order(ports: Ports, kind: str) -> StepOrder:
    """One step of the cloud manager's task."""
    plan_hash = made(ports).hash
    task = plan_known(ports.store, plan_hash).task("manager:pc")
    step = next(one for one in task.steps if one.kind.value == kind)
    return StepOrder(run="r", plan_hash=plan_hash, task=task.id, step=step.id, generation=1)


def of(found: tuple[Finding, ...], check_id: str) -> list[tuple[Verdict, bool]]:
    """Verdict of each finding of a check, and whether it is waived."""
    return [(one.verdict, one.waived) for one in found if one.check == check_id]


def test_the_plan_shows_what_is_waived(hands: Hands, tmp_path: Path) -> None:
    """It stands in the plan as a warning with its owner, so that whoever approves the plan knows."""
    found = made(planned(hands, tmp_path)).findings

    assert of(found, "cloud-provisioned") == [(Verdict.WARN, True)]
    assert "(waived by ann until 25 November 2026: a resize)" in "".join(one.summary for one in found)


def test_a_task_begins_while_the_waiver_counts(hands: Hands, tmp_path: Path) -> None:
    """Right before the first change the finding is waived as well, and blocks again the day after the waiver's last."""
    ports = planned(hands, tmp_path)
    before = check(ports, order(ports, "check-manager")).findings
    hands.wanted = policy(waivers=(replace(waiver(), until=NOW.date() - timedelta(days=1)),))
    after = check(ports, order(ports, "check-manager")).findings

    assert of(before, "cloud-provisioned") == [(Verdict.WARN, True)]
    assert of(after, "cloud-provisioned") == [(Verdict.OUTAGE_RISK, False)]
    assert "the waiver of ann ended on 23 November 2026" in next(
        one.summary for one in after if one.check == "cloud-provisioned"
    )


def test_it_counts_before_every_change(hands: Hands, tmp_path: Path) -> None:
    """What is asked anew before each change may be waived, too: maintenances that nobody can read."""
    hands.unread = (Unread(part=CloudPart.MAINTENANCES, reason=UnreadReason.DENIED, detail="403"),)
    ports = planned(hands, tmp_path)
    before = held(ports, order(ports, "upgrade-manager")).findings
    hands.wanted = policy(waivers=(waiver("maintenances-known"),))
    after = held(ports, order(ports, "upgrade-manager")).findings

    assert of(before, "maintenances-known") == [(Verdict.UNKNOWN, False)]
    assert of(after, "maintenances-known") == [(Verdict.WARN, True)]


@pytest.mark.parametrize("useless", [waiver("not-held"), waiver("no-such-check"), waiver(subject="pc-elsewhere")])
def test_one_that_lets_nothing_pass_is_told(hands: Hands, tmp_path: Path, useless: Waiver) -> None:
    """The plan says so, by name of the check or subject that is wrong, with its owner."""
    hands.wanted = policy(waivers=(useless,))
    (told,) = [one for one in made(planned(hands, tmp_path)).findings if one.check == "waiver-matches-nothing"]

    assert told.verdict is Verdict.WARN
    assert told.remedy.startswith("ann: ")


def test_one_that_ended_is_told_with_its_owner(hands: Hands, tmp_path: Path) -> None:
    """Somebody has to renew or remove it."""
    hands.wanted = policy(waivers=(replace(waiver(), until=NOW.date() - timedelta(days=1)),))
    (told,) = [one for one in made(planned(hands, tmp_path)).findings if one.check == "ended"]

    assert (told.verdict, told.remedy) == (Verdict.WARN, "ann: renew or remove it")


def test_the_next_pass_says_what_changed(hands: Hands, tmp_path: Path) -> None:
    """The first pass has nothing to compare with; the next one tells what is worse or gone, in its journal as well."""
    ports = planned(hands, tmp_path)
    hands.wanted = policy()
    again = asked(ports, run="s")
    discover(ports, again)
    facts = replace(cloud_manager("pc", "4.10.3"), alive=Seen(value=True, at=NOW))
    ports.store.put_document("s", "facts/pc", to_json_text(facts))
    plan(ports, again)
    digest = digest_of(ports.store, "s")
    assert digest is not None

    assert digest_of(ports.store, "r") is None
    assert [(one.turn.value, one.check) for one in digest.differences] == [("worse", "cloud-provisioned")]
    assert digest_lines(digest, {})[0].startswith("Since run r of ")
    assert [entry.text for _, entry in ports.store.journal("s") if entry.key == "digest"] == [
        "since run r: 1 worse (worse cloud-provisioned on pc)"
    ]
