"""A change whose job is not found any more, and whose subject is as before, is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.model.acts import ApplianceSeen, ManagerSeen, MemberSeen
from shared.model.facts import Gap, GapReason, HcxJob, Health, JobState, Status
from shared.model.plan import ManagerTask, MeshTask
from shared.model.version import Version
from shared.rules import vanishing
from shared.rules.progress import Progress, State
from tests.builders.fleet_facts import fleet
from tests.rules.test_planner import pair, plan_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = plan_of(fleet(*pair()))
HOP = next(one for one in PLAN.tasks if isinstance(one, ManagerTask) and one.subject == "con").hops[0]
ITEM = next(one for one in PLAN.tasks if isinstance(one, MeshTask)).appliances[0]
OLD, NEW = Version("4.10.3"), Version("4.11.4")
GAP = Gap(section="job", reason=GapReason.NOT_YET, detail="503", remedy="wait", at=NOW)
WAITS = Progress(state=State.NOT_YET, detail="not at the target yet")
SECOND = timedelta(seconds=1)
MANAGER = ManagerSeen(at=NOW, alive=True, version=OLD)
APPLIANCE = ApplianceSeen(
    at=NOW, version=OLD, peer_versions=(OLD,), tunnel=Status(health=Health.UP, text="UP"), peer_tunnels=()
)


def job(state: JobState, name: str = "t-1") -> HcxJob:
    """An HCX job in this state."""
    return HcxJob(id=name, type="upgrade", entity_id="x", state=state, percent=None, message="")


def test_it_stops_only_after_a_grace_in_which_nothing_moved() -> None:
    """It says what is seen and for how long, and what to do about it."""
    early = vanishing.unless_vanished(WAITS, "IX is 4.10.3", vanishing.GRACE - SECOND, "look, then retry")
    found = vanishing.unless_vanished(WAITS, "IX is 4.10.3", vanishing.GRACE, "look, then retry")

    assert early is WAITS
    assert (found.state, found.reason, found.remedy) == (State.STOP, "job-vanished", "look, then retry")
    assert found.detail.endswith("nothing has changed for 15 minutes: IX is 4.10.3")


@pytest.mark.parametrize("state", [State.DONE, State.STOP])
def test_what_came_to_an_end_has_not_vanished(state: State) -> None:
    """What observation shows as done is done, and a stop keeps its own reason."""
    known = replace(WAITS, state=state)

    assert vanishing.unless_vanished(known, "IX is 4.10.3", timedelta(days=1), "look") is known


def test_what_may_be_at_work_has_not_vanished() -> None:
    """Where it is not seen that nothing works, the wait goes on."""
    assert vanishing.unless_vanished(WAITS, "", timedelta(days=1), "look") is WAITS


@pytest.mark.parametrize(
    "seen",
    [
        replace(MANAGER, alive=False),
        replace(MANAGER, version=None),
        replace(MANAGER, version=NEW),
        replace(MANAGER, gap=GAP),
        replace(MANAGER, upgrade=job(JobState.RUNNING)),
        replace(MANAGER, upgrade=job(JobState.QUEUED, "t-2")),
        replace(MANAGER, upgrade=job(JobState.SUCCEEDED)),
    ],
)
def test_a_manager_that_may_be_at_work(seen: ManagerSeen) -> None:
    """One that reboots, moved, cannot be read, or shows a job that works or is its own, does not rest."""
    assert vanishing.manager_rests(HOP, seen, "t-1") == ""


@pytest.mark.parametrize("upgrade", [None, job(JobState.SUCCEEDED, "t-0"), job(JobState.FAILED, "t-0")])
def test_a_manager_that_rests(upgrade: HcxJob | None) -> None:
    """It answers as before, and shows no job, or only that of an earlier upgrade."""
    assert vanishing.manager_rests(HOP, replace(MANAGER, upgrade=upgrade), "t-1") == "it answers as 4.10.3"


@pytest.mark.parametrize(
    "seen",
    [
        replace(APPLIANCE, version=None),
        replace(APPLIANCE, version=NEW),
        replace(APPLIANCE, gap=GAP),
        replace(APPLIANCE, job=job(JobState.RUNNING)),
        replace(APPLIANCE, job=job(JobState.SUCCEEDED)),
    ],
)
def test_an_appliance_that_may_be_at_work(seen: ApplianceSeen) -> None:
    """One that moved, cannot be read, or has a job, does not rest."""
    assert vanishing.appliance_rests(ITEM, seen) == ""


def test_an_appliance_that_rests_says_all_that_could_move() -> None:
    """Its version, its peer's, and the tunnels: any of them that changes begins the grace anew."""
    moved = replace(APPLIANCE, tunnel=Status(health=Health.DOWN, text="DOWN"))

    assert vanishing.appliance_rests(ITEM, APPLIANCE) == f"{ITEM.name} is 4.10.3, its peer 4.10.3, tunnels UP"
    assert vanishing.appliance_rests(ITEM, moved) != vanishing.appliance_rests(ITEM, APPLIANCE)


def test_a_group_rests_only_where_every_member_does() -> None:
    """HCX upgrades its members one after the other: the one that is looked at may be the last."""
    other = MemberSeen(appliance="NE-2", version=OLD, peer_versions=(OLD,))
    rests = vanishing.appliance_rests(ITEM, replace(APPLIANCE, others=(other,)))

    assert rests.endswith("; NE-2 is 4.10.3, its peer 4.10.3, tunnels not reported")
    assert vanishing.appliance_rests(ITEM, replace(APPLIANCE, others=(replace(other, version=NEW),))) == ""
    assert vanishing.appliance_rests(ITEM, replace(APPLIANCE, others=(replace(other, gap=GAP),))) == ""
