"""What holds a task, and when it may begin, by the file and the tags as they are now and not as the run began."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from activities.checking import check, held
from activities.observe import discover, observe_clouds
from activities.planning import plan
from activities.window import window
from shared.model.codec import to_json_text
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Tag
from shared.model.orders import CloudsOrder, StepOrder
from shared.model.policy import Exclusion, Hold, Policy, Scope, SiteEntry, Window
from shared.ports import Ports
from shared.report.stored import plan_known
from tests.activities.desk import Hands, asked, ports_of
from tests.builders.fleet_facts import cloud_manager, connector, entry, policy, private_cloud

FILE = policy(connectors=(entry("con"),))
HOLD = Hold(subject="pc", reason="year-end close", owner="ana@contoso.example", until=None)
NIGHTS = Window(name="nights", rrule="FREQ=DAILY", start="22:00", zone="UTC", duration=timedelta(hours=5))


@pytest.fixture
def hands() -> Hands:
    """A private cloud and a connector in the policy."""
    hands = Hands()
    hands.wanted = FILE
    return hands


@pytest.fixture
def ports(hands: Hands, tmp_path: Path) -> Ports:
    """Ports over them, with a plan that moves both."""
    ports = ports_of(hands, tmp_path)
    request = asked(ports)
    discover(ports, request)
    for one in (cloud_manager("pc", "4.10.3"), connector("con", "4.10.3", pairs=("pc",))):
        ports.store.put_document("r", f"facts/{one.manager.id}", to_json_text(one))
    assert plan(ports, request).problem == ""
    return ports


def order(ports: Ports, kind: str = "upgrade-manager") -> StepOrder:
    """A step of the connector's task."""
    run = ports.store.run("r")
    assert run is not None
    assert run.plan_hash is not None
    task = plan_known(ports.store, run.plan_hash).task("manager:con")
    step = next(one for one in task.steps if one.kind.value == kind)
    return StepOrder(run="r", plan_hash=run.plan_hash, task=task.id, step=step.id, generation=1)


def found(ports: Ports) -> list[Verdict]:
    """What speaks against the connector's change."""
    return [one.verdict for one in held(ports, order(ports)).findings]


@pytest.mark.parametrize(
    ("file", "verdict"),
    [
        (replace(FILE, holds=(HOLD,)), Verdict.OUTAGE_RISK),
        (
            replace(FILE, scope=Scope(exclude=(Exclusion(cloud="pc", reason="gone", owner="ana", until=None),))),
            Verdict.OUTAGE_RISK,
        ),
        (None, Verdict.UNKNOWN),
    ],
    ids=["held", "excluded", "unreadable"],
)
def test_the_file_counts_as_it_is_now(hands: Hands, ports: Ports, file: Policy | None, verdict: Verdict) -> None:
    """A hold or an exclusion of the private cloud that the connector serves, and a broken file, each block."""
    before = found(ports)
    hands.wanted = file

    assert (before, found(ports)) == ([], [verdict])


def test_a_tag_counts_as_soon_as_azure_was_asked_again(hands: Hands, ports: Ports) -> None:
    """The connector stands in no private cloud; a tag of the one that it serves holds it."""
    hands.clouds = (replace(private_cloud("pc"), tags=(Tag(name="hcx-hold", value="true"),)),)
    before = found(ports)
    hands.later(timedelta(minutes=1))
    observe_clouds(ports, CloudsOrder(run="r", clouds=("pc",)))

    assert (before, found(ports)) == ([], [Verdict.OUTAGE_RISK])


def test_what_other_checks_found_stays(hands: Hands, ports: Ports) -> None:
    """A report shows the findings of the task's own check, and of holds the newest word."""
    check(ports, order(ports, "check-manager"))
    hands.wanted = replace(FILE, holds=(HOLD,))
    held(ports, order(ports))
    text = ports.store.document("r", "findings/manager:con") or ""

    assert text.count('"check":"not-held"') == 1
    assert "year-end close" in text
    assert '"check":"manager-alive"' in text


def test_nobody_asks_for_holds_at_the_hand_over(hands: Hands, ports: Ports) -> None:
    """What a hold would have kept from being changed is changed: the subject may converge."""
    hands.wanted = replace(FILE, holds=(HOLD,))
    told: tuple[Finding, ...] = check(ports, order(ports, "hand-over-manager")).findings

    assert "not-held" not in {one.check for one in told}


def test_windows_count_as_the_file_has_them_now(hands: Hands, ports: Ports) -> None:
    """Any time when the run began, nights only since then."""
    before = window(ports, order(ports))
    hands.wanted = replace(FILE, windows=(NIGHTS,))
    after = window(ports, order(ports))

    assert (before.fits, after.fits) == (True, False)
    assert after.opens_at is not None
    assert after.opens_at.hour == 22


@pytest.mark.parametrize("file", [None, replace(FILE, sites=())], ids=["unreadable", "site-gone"])
def test_a_file_that_does_not_say_when_counts_as_closed(hands: Hands, ports: Ports, file: Policy | None) -> None:
    """It cannot be read, or no longer describes a site that had windows when the run began: ask again later."""
    text = to_json_text(replace(FILE, sites=(SiteEntry(name="con", windows=(NIGHTS,)),)))
    ports.store.put_document("r", "policy", text)
    hands.wanted = file

    found = window(ports, order(ports))

    assert (found.fits, found.opens_at, found.unreadable) == (False, None, True)
    assert "fleet.yaml" in found.why
