"""Status is a function of what is wanted and what was found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from shared.model.acts import ApplianceSeen, ManagerSeen, MemberSeen
from shared.model.facts import (
    ApplianceKind,
    Gap,
    GapReason,
    HcxJob,
    Health,
    JobState,
    NetworkExtension,
    ServiceState,
    Status,
)
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import ManagerTask, MeshTask
from shared.model.policy import Owner, Patience
from shared.model.vcenter import Plugin, VcenterGap
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules import progress, task_steps
from shared.rules.progress import State
from tests.builders.fleet_facts import appliance, fleet
from tests.rules.test_planner import pair, plan_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = plan_of(fleet(*pair()))
TASK = next(one for one in PLAN.tasks if isinstance(one, ManagerTask) and one.subject == "con")
MESH = next(one for one in PLAN.tasks if isinstance(one, MeshTask))
HOP = TASK.hops[0]
ITEM = MESH.appliances[0]
NE = replace(ITEM, kind=ApplianceKind.NETWORK_EXTENSION, networks=1)
TARGET = Version("4.11.4")
LOOK = partial(ManagerSeen, at=NOW, alive=True, system_id="sys-con")
UP = Status(health=Health.UP, text="UP")
DOWN = Status(health=Health.DOWN, text="DOWN")


def job(state: JobState, percent: int = 40) -> HcxJob:
    """An HCX job in this state."""
    return HcxJob(id="t-1", type="upgrade", entity_id="x", state=state, percent=percent, message="APPLY_UPGRADE")


@pytest.mark.parametrize("version", ["4.11.4", "4.11.4.0-25100001", "4.11.5"])
def test_a_manager_at_or_beyond_its_hop_has_answered(version: str) -> None:
    """Builds do not matter, and somebody who went further than planned has done the step, too."""
    assert progress.manager_answers(TASK, HOP, LOOK(version=Version(version))).state is State.DONE


def test_a_rebooting_manager_is_waited_for() -> None:
    """No answer is no failure: the manager reboots."""
    gap = Gap(section="manager", reason=GapReason.NOT_YET, detail="refused", remedy="wait", at=NOW)

    found = progress.manager_answers(TASK, HOP, ManagerSeen(at=NOW, alive=False, gap=gap))

    assert (found.state, found.waiting_for) == (State.NOT_YET, WaitingFor.MANAGER)


def test_a_failed_upgrade_stops_the_task() -> None:
    """What HCX reports as failed is not waited for any longer."""
    found = progress.manager_answers(TASK, HOP, LOOK(version=Version("4.10.3"), upgrade=job(JobState.FAILED)))

    assert (found.state, found.reason) == (State.STOP, "upgrade-failed")


def test_a_job_that_shows_the_same_for_too_long_has_stalled() -> None:
    """Whatever its own state says; one that shows something else, or nothing, is waited for."""
    running = LOOK(version=Version("4.10.3"), upgrade=job(JobState.RUNNING))
    silent = ManagerSeen(at=NOW, alive=False)
    going = progress.manager_answers(TASK, HOP, running)

    found = progress.stalled(going, progress.STALLED_AFTER)

    assert found is not None
    assert (found.state, found.reason, "APPLY_UPGRADE" in found.detail) == (State.STOP, "stalled", True)
    assert progress.stalled(going, progress.STALLED_AFTER - timedelta(seconds=1)) is None
    assert progress.stalled(progress.manager_answers(TASK, HOP, silent), timedelta(days=9)) is None
    other = progress.manager_answers(TASK, HOP, replace(running, upgrade=job(JobState.RUNNING, percent=41)))
    assert other.mark != going.mark


def test_an_appliance_job_that_shows_the_same_for_too_long_has_stalled() -> None:
    """As field notes know them: RUNNING for weeks."""
    seen = ApplianceSeen(at=NOW, version=Version("4.10.3"), job=job(JobState.RUNNING))

    found = progress.stalled(progress.appliance_back(ITEM, TARGET, seen), progress.STALLED_AFTER)

    assert found is not None
    assert found.reason == "stalled"


def test_an_observed_target_beats_a_failed_job() -> None:
    """A job that says failed while the version is right is an old job: observation wins."""
    found = progress.manager_answers(TASK, HOP, LOOK(version=TARGET, upgrade=job(JobState.FAILED)))

    assert found.state is State.DONE


def test_progress_carries_the_percent_of_hcx() -> None:
    """A running upgrade shows how far HCX says it is."""
    found = progress.manager_answers(TASK, HOP, LOOK(version=Version("4.10.3"), upgrade=job(JobState.RUNNING)))

    assert (found.state, found.percent) == (State.NOT_YET, 40)


def test_another_system_at_the_same_address_stops_the_task() -> None:
    """A changed identity is never taken for progress."""
    seen = ManagerSeen(at=NOW, alive=True, version=Version("4.10.3"), system_id="sys-other")

    assert progress.upgrade_begun(TASK, HOP, seen).reason == "identity-changed"


@pytest.mark.parametrize("reason", [GapReason.LOGIN_REFUSED, GapReason.BREAKER_OPEN, GapReason.CERTIFICATE])
def test_gaps_that_no_patience_closes_stop_the_task(reason: GapReason) -> None:
    """A refused log-in or a foreign certificate needs somebody, so the task does not poll on."""
    gap = Gap(section="manager", reason=reason, detail="no", remedy="do something", at=NOW)

    found = progress.manager_answers(TASK, HOP, ManagerSeen(at=NOW, alive=True, gap=gap))

    assert (found.state, found.reason) == (State.STOP, reason.value)


def test_services_that_start_keep_the_step_open() -> None:
    """The right version with a stopped service is not verified yet."""
    down = (ServiceState(name="appengine", running=False, text="STOPPED"),)

    found = progress.manager_verified(TASK, HOP, LOOK(version=TARGET, services=down))

    assert (found.state, "appengine" in found.detail) == (State.NOT_YET, True)


@pytest.mark.parametrize(("reason", "state"), [(GapReason.NOT_OFFERED, State.DONE), (GapReason.NOT_YET, State.NOT_YET)])
def test_services_nobody_shows_us_differ_from_services_that_do_not_answer_yet(reason: GapReason, state: State) -> None:
    """Without the account of port 9443 the version is all there is to verify; with it, a closed port keeps it open."""
    gap = Gap(section="services", reason=reason, detail="port 9443", remedy="", at=NOW)

    assert progress.manager_verified(TASK, HOP, LOOK(version=TARGET, gap=gap)).state is state
    assert progress.manager_verified(TASK, HOP, LOOK(version=TARGET, services=())).state is State.NOT_YET


def test_the_failure_of_an_earlier_job_is_an_old_story() -> None:
    """What HCX says of another job than the one that was started does not fail the upgrade."""
    seen = LOOK(version=Version("4.10.3"), upgrade=job(JobState.FAILED))

    assert progress.manager_answers(TASK, HOP, seen, "t-2").state is State.NOT_YET
    assert progress.manager_answers(TASK, HOP, seen, "t-1").state is State.STOP


def test_a_bundle_that_cannot_be_seen_is_not_said_to_be_missing() -> None:
    """While the manager does not answer, nobody knows whether the bundle lies on it."""
    ours = replace(TASK, owner=Owner.OURS)

    assert "no bundle can be seen" in progress.bundle_there(ours, HOP, ManagerSeen(at=NOW, alive=False)).detail
    assert "there is no bundle" in progress.bundle_there(ours, HOP, LOOK(version=Version("4.10.3"))).detail


def test_both_sides_of_an_appliance_must_be_there() -> None:
    """An appliance whose peer is still old is not back."""
    old_peer = ApplianceSeen(at=NOW, version=TARGET, peer_versions=(Version("4.10.3"),), tunnel=UP)

    assert progress.appliance_back(ITEM, TARGET, old_peer).state is State.NOT_YET
    assert progress.appliance_verified(ITEM, TARGET, old_peer).state is State.NOT_YET


def test_an_appliance_whose_peer_is_not_listed_is_not_back() -> None:
    """A peer that the plan knows and HCX does not show may be in any version."""
    alone = ApplianceSeen(at=NOW, version=TARGET, tunnel=UP)

    assert progress.appliance_back(ITEM, TARGET, alone).state is State.NOT_YET


def test_a_tunnel_that_is_down_keeps_the_step_open() -> None:
    """Versions alone do not verify an appliance: its tunnels must be up on both sides."""
    seen = partial(ApplianceSeen, at=NOW, version=TARGET, peer_versions=(TARGET,))

    assert progress.appliance_verified(ITEM, TARGET, seen(tunnel=UP, peer_tunnels=(DOWN,))).state is State.NOT_YET
    assert progress.appliance_verified(ITEM, TARGET, seen()).state is State.NOT_YET
    assert progress.appliance_verified(ITEM, TARGET, seen(tunnel=UP, peer_tunnels=(UP,))).state is State.DONE


GROUP = replace(ITEM, together=("ne-2",), peers=())
MEMBER = partial(MemberSeen, appliance="ne-2", peer_versions=(TARGET,), tunnel=UP, peer_tunnels=(UP,))


@pytest.mark.parametrize(
    ("others", "back", "verified"),
    [
        ((MEMBER(version=TARGET),), State.DONE, State.DONE),
        ((MEMBER(version=Version("4.10.3")),), State.NOT_YET, State.NOT_YET),
        ((MEMBER(version=TARGET, peer_versions=(Version("4.10.3"),)),), State.NOT_YET, State.NOT_YET),
        ((MEMBER(version=TARGET, peer_versions=()),), State.NOT_YET, State.NOT_YET),
        ((MEMBER(version=TARGET, tunnel=DOWN),), State.DONE, State.NOT_YET),
        ((MEMBER(version=TARGET, peer_tunnels=(DOWN,)),), State.DONE, State.NOT_YET),
        ((), State.NOT_YET, State.NOT_YET),
    ],
)
def test_every_member_of_a_group_has_to_be_there(others: tuple[MemberSeen, ...], back: State, verified: State) -> None:
    """The product changes them along, one after the other: the first one that is back is not the whole change."""
    seen = ApplianceSeen(at=NOW, version=TARGET, peer_versions=(TARGET,), tunnel=UP, peer_tunnels=(UP,), others=others)

    assert progress.appliance_back(GROUP, TARGET, seen).state is back
    assert progress.appliance_verified(GROUP, TARGET, seen).state is verified
    if back is State.NOT_YET:
        assert "ne-2 of its group not at the target yet" in progress.appliance_back(GROUP, TARGET, seen).detail


VERIFIED = partial(
    ApplianceSeen, at=NOW, version=TARGET, peer_versions=(TARGET,) * len(NE.peers), tunnel=UP, peer_tunnels=(UP,)
)
"""New on both sides, with its tunnel up."""


@pytest.mark.parametrize(
    ("state", "verified"),
    [
        (JobState.QUEUED, State.NOT_YET),
        (JobState.RUNNING, State.NOT_YET),
        (JobState.SUCCEEDED, State.DONE),
        (JobState.FAILED, State.DONE),
        (JobState.UNKNOWN, State.DONE),
        (None, State.DONE),
    ],
)
def test_a_change_that_goes_on_is_not_verified(state: JobState | None, verified: State) -> None:
    """New versions and an open tunnel come in the middle of an HCX job; one that has ended or vanished is over."""
    found = progress.appliance_verified(NE, TARGET, VERIFIED(job=job(state) if state else None))

    assert found.state is verified
    assert bool(found.mark) is (verified is State.NOT_YET)


def extension(health: Health, text: str) -> NetworkExtension:
    """A network that the appliance carries, in this state."""
    return NetworkExtension(
        id="x-1", network="net-a", appliance_id=NE.appliance_id, state=Status(health=health, text=text)
    )


UNREADABLE = partial(Gap, section="extensions", detail="503", remedy="wait", at=NOW)


@pytest.mark.parametrize(
    ("extensions", "verified", "words"),
    [
        ((extension(Health.UP, "REALIZED"),), State.DONE, "tunnels up"),
        ((extension(Health.DOWN, "FAILED"),), State.NOT_YET, "not yet its extended networks: net-a FAILED"),
        ((extension(Health.DEGRADED, "PARTLY"),), State.NOT_YET, "not yet its extended networks: net-a PARTLY"),
        ((extension(Health.UNKNOWN, "MOVING"),), State.DONE, "a state that is not understood: net-a MOVING"),
        (UNREADABLE(reason=GapReason.NOT_YET), State.NOT_YET, "its extended networks cannot be seen: 503"),
        (UNREADABLE(reason=GapReason.NOT_OFFERED), State.DONE, "its extended networks cannot be seen: 503"),
        (UNREADABLE(reason=GapReason.LOGIN_REFUSED), State.STOP, "503"),
        (None, State.DONE, "tunnels up"),
    ],
)
def test_extended_networks_are_well_before_an_appliance_is_verified(
    extensions: tuple[NetworkExtension, ...] | Gap | None, verified: State, words: str
) -> None:
    """A state that is known to be bad is waited for; a word that nobody understands is told and holds nobody up."""
    found = progress.appliance_verified(NE, TARGET, VERIFIED(extensions=extensions))

    assert found.state is verified
    assert found.detail.endswith(words)


def test_work_by_others_is_seen_when_it_runs() -> None:
    """A person's upgrade that HCX shows as running has begun."""
    assert progress.upgrade_begun(TASK, HOP, LOOK(upgrade=job(JobState.RUNNING))).state is State.DONE
    assert progress.appliance_begun(
        Owner.ASSISTED, ITEM, TARGET, ApplianceSeen(at=NOW, job=job(JobState.RUNNING))
    ).state is (State.DONE)


def test_nobody_pressed_the_button_yet() -> None:
    """While nothing runs, the wait names who is to act."""
    found = progress.upgrade_begun(TASK, HOP, LOOK(version=Version("4.10.3")))

    assert (found.state, found.waiting_for) == (State.NOT_YET, WaitingFor.PERSON)


def plugins(*versions: str) -> tuple[Plugin, ...]:
    """Plug-ins in vCenter, and one whose version counts by itself."""
    own = [
        Plugin(key=f"com.vmware.hybridity.{at}", version=Version(one), heartbeat=NOW) for at, one in enumerate(versions)
    ]
    return (*own, Plugin(key="com.vmware.vca.marketing.ngc.ui", version=Version("1.0.0"), heartbeat=None))


UPGRADED = partial(LOOK, version=TARGET, services=(ServiceState(name="web", running=True, text="RUNNING"),))
AWAY = VcenterGap(part="vcenter", reason="unreachable", detail="nobody answers", remedy="look again")


@pytest.mark.parametrize("shown", ["4.10.3", "4.9.0", "4.99.0", "not a version"])
def test_a_witness_that_disagrees_keeps_the_step_open(shown: str) -> None:
    """HCX says that it is upgraded, and one of its plug-ins in vCenter says otherwise: the step is not over."""
    found = progress.manager_verified(TASK, HOP, UPGRADED(plugins=plugins(str(TARGET), shown)))

    assert (found.state, found.waiting_for) == (State.NOT_YET, WaitingFor.MANAGER)
    assert shown in found.detail


@pytest.mark.parametrize("seen", [None, (), AWAY, plugins()])
def test_a_witness_that_nobody_observed_changes_nothing(seen: tuple[Plugin, ...] | VcenterGap | None) -> None:
    """Without a vCenter, or with one that does not answer, the manager's own word counts as it always did."""
    assert progress.manager_verified(TASK, HOP, UPGRADED(plugins=seen)).state is State.DONE


def test_a_witness_that_agrees() -> None:
    """Plug-ins of the version that answers verify the upgrade, also where both went further than planned."""
    further = Version("4.99.0")

    assert progress.manager_verified(TASK, HOP, UPGRADED(plugins=plugins(f"{TARGET}.0"))).state is State.DONE
    assert (
        progress.manager_verified(TASK, HOP, UPGRADED(version=further, plugins=plugins("4.99.0"))).state is State.DONE
    )


# --- gateways ---------------------------------------------------------------------------------------------------------

CHOICE = ModeChoice(mode=ApplianceMode.REDEPLOY, reason="no update reaches it")
SEEN = appliance("SGW-1", "m", "con", "4.10.3", ApplianceKind.SENTINEL_GATEWAY)
GATEWAY = task_steps.by_hand(SEEN, TARGET, CHOICE, Patience())


def test_a_gateway_at_the_target_is_done() -> None:
    """Its own version counts: it has no flag that could say so."""
    found = progress.gateway_redeployed(GATEWAY, TARGET, ApplianceSeen(at=NOW, version=Version("4.11.4")))

    assert found.state is State.DONE


def test_a_gateway_that_is_old_waits_for_a_person_whatever_anybody_reports() -> None:
    """Its version can be read, so that it has to show."""
    found = progress.gateway_redeployed(GATEWAY, TARGET, ApplianceSeen(at=NOW, version=Version("4.10.3")))

    assert (found.state, found.waiting_for, found.unseeable) == (State.NOT_YET, WaitingFor.PERSON, False)
    assert "still 4.10.3, 4.11.4 is wanted" in found.detail


@pytest.mark.parametrize("version", [None, Version("?")])
def test_a_gateway_whose_version_cannot_be_read_is_for_a_person_to_report(version: Version | None) -> None:
    """No look will ever show it."""
    found = progress.gateway_redeployed(GATEWAY, TARGET, ApplianceSeen(at=NOW, version=version))

    assert (found.state, found.unseeable) == (State.NOT_YET, True)


def test_a_gateway_that_is_not_seen_just_now_is_looked_at_again() -> None:
    """A manager that does not answer is no reason to believe a report, and a closed account stops the task."""
    gap = Gap(section="appliance", reason=GapReason.NOT_YET, detail="503", remedy="wait", at=NOW)
    found = progress.gateway_redeployed(GATEWAY, TARGET, ApplianceSeen(at=NOW, gap=gap))
    closed = replace(gap, reason=GapReason.BREAKER_OPEN)
    refused = progress.gateway_redeployed(GATEWAY, TARGET, ApplianceSeen(at=NOW, gap=closed))

    assert (found.state, found.unseeable) == (State.NOT_YET, False)
    assert refused.state is State.STOP
