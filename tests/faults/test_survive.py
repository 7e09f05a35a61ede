"""Faults that pass or do no harm: the look goes on, the wait goes on, and nothing is changed twice."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from shared.model.facts import GapReason, Health, JobState
from tests.faults.upgrader import CON, HASTE, MESH, NE, PC, PROBED, Upgrader

type Over = Callable[..., Upgrader]
FEW = 5
"""Sections that are left out at the least: a look has some fifteen, and two or three answers fit into its time."""
LOOKS_AT_BOTH_SECONDS = 12.0
"""Far more than a look needs here, and less than a dozen slow answers would take."""


@pytest.mark.parametrize(
    "fault",
    [
        "token_expired@con-lyon",
        "rows_vs_items@con-lyon",
        "version_other_form@con-lyon",
        "missing_available_version@con-lyon",
        "self_site_mesh@pc-weu-01",
        "stale_last_task@mesh-lyon",
        "clock_off@con-lyon",
        "clocks_apart",
        "certificate_changed@con-lyon",
        "arm_throttled",
        "arm_timestamp_space",
    ],
)
def test_it_changes_nothing_about_the_plan(over: Over, fault: str) -> None:
    """Both managers and the mesh have their tasks, and nothing is in the way."""
    ours = over(fault)
    made = ours.plan()

    assert ours.in_the_way(made) == {}
    assert len(made.tasks) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("conn_refused", GapReason.NOT_YET),
        ("silent_peer", GapReason.UNREACHABLE),
        ("http_502", GapReason.NOT_YET),
        ("http_503", GapReason.NOT_YET),
        ("http_429", GapReason.NOT_YET),
        ("sso_not_ready_xml", GapReason.NOT_YET),
        ("truncated_answer", GapReason.UNREADABLE),
        ("slow_answer", GapReason.UNREADABLE),
    ],
)
def test_a_wait_outlives_it(over: Over, fault: str, reason: GapReason) -> None:
    """While it lasts the look says why it sees nothing; then it sees again, and no log-in was spent on it."""
    ours = over(f"{fault}@con-lyon,from=PT1H,until=PT2H")
    ours.look()
    ours.later(hours=1)
    during = ours.seen()
    ours.later(hours=1)

    assert during.gap is not None
    assert (during.version, during.gap.reason) == (None, reason)
    assert ours.seen().version is not None
    assert ours.failed_logins() == 0


def test_a_lost_answer_is_looked_for_and_not_repeated(over: Over) -> None:
    """Nobody can tell from a closed connection; the next look finds the upgrade and takes it for the one asked for."""
    ours = over("answer_lost@con-lyon")
    ours.look()
    first, second = ours.upgrade(), ours.upgrade()

    assert (first.kind, second.kind, ours.accepted()) == ("uncertain", "adopted", 1)


def test_a_lost_answer_of_an_appliance_is_adopted_as_well(over: Over) -> None:
    """The same for the appliances of a mesh."""
    ours = over("answer_lost@con-lyon")
    ours.look()
    first, second = ours.update(), ours.update()

    assert (first.kind, second.kind, ours.accepted()) == ("uncertain", "adopted", 1)


def test_an_upgrade_of_somebody_else_is_waited_for(over: Over) -> None:
    """It is seen, and nothing is sent."""
    ours = over("upgrade_in_progress@con-lyon")
    ours.look()

    assert (ours.upgrade().kind, ours.accepted()) == ("ask-again", 0)


def test_an_operation_of_somebody_else_is_waited_for(over: Over) -> None:
    """It blocks the mesh while it lasts, and nothing is sent."""
    ours = over("operation_in_progress@mesh-lyon")
    found = ours.in_the_way(ours.plan())

    assert "no-other-upgrade" in found[MESH]
    assert (ours.update().kind, ours.accepted()) == ("ask-again", 0)


def test_an_upgrade_that_stalls_stays_open(over: Over) -> None:
    """A day later it still runs, is of no version, and is no success: the wait's own limit ends it."""
    ours = over("upgrade_stalls@con-lyon")
    ours.look()
    ours.upgrade()
    ours.later(days=1)
    seen = ours.seen()

    assert seen.upgrade is not None
    assert (seen.alive, seen.version, seen.upgrade.state) == (False, None, JobState.RUNNING)


def test_a_manager_that_never_comes_back_is_no_success(over: Over) -> None:
    """A day after the start it takes no connection, and its version is not known."""
    ours = over("dead_after_reboot@con-lyon")
    ours.look()
    ours.upgrade()
    ours.later(days=1)
    seen = ours.seen()

    assert (seen.alive, seen.version) == (False, None)


def test_a_slow_start_is_no_failure(over: Over) -> None:
    """Seventy minutes after the start log-ins still fail; two hours after it the manager is of the new version."""
    ours = over("appengine_slow@con-lyon")
    ours.look()
    ours.upgrade()
    ours.later(minutes=70)
    late = ours.seen()
    ours.later(minutes=50)
    seen = ours.seen()

    assert late.gap is not None
    assert late.gap.reason is GapReason.NOT_YET
    assert seen.version is not None
    assert (seen.version.release, ours.failed_logins()) == ("4.11.4", 0)


def test_a_task_that_vanishes_is_seen_to_be_gone(over: Over) -> None:
    """No HCX job answers any more and the version is the old one: what ends the step is what is observed."""
    ours = over("task_vanishes@mesh-lyon")
    ours.look()
    act = ours.update()
    ours.later(minutes=10)
    seen = ours.appliance_seen(getattr(act, "job", None))

    assert seen.version is not None
    assert (seen.job, seen.version.release, seen.gap) == (None, "4.11.0", None)


def test_an_upgrade_that_outlives_its_job_is_seen_to_be_done(over: Over) -> None:
    """No HCX job answers any more, and the version of both ends is new: what is observed ends the step well."""
    ours = over("job_vanishes_upgrade_goes_on@mesh-lyon")
    ours.look()
    act = ours.update(NE)
    ours.later(minutes=10)
    seen = ours.appliance_seen(getattr(act, "job", None), NE)

    assert seen.version is not None
    assert (seen.job, seen.version.release, seen.gap) == (None, "4.11.2", None)
    assert {one.release for one in seen.peer_versions} == {"4.11.2"}


def test_clocks_that_are_apart_do_not_hide_a_job(over: Over) -> None:
    """The job that was started a minute ago by our clock, and at another time by theirs, is found and adopted."""
    ours = over("clocks_apart")
    ours.look()
    first = ours.update()
    ours.later(minutes=1)
    second = ours.update()

    assert (first.kind, second.kind, ours.accepted()) == ("started", "adopted", 1)


def test_lost_answers_leave_enough_to_see_the_end(over: Over) -> None:
    """While the appliance changes some looks say why they saw nothing; the last one sees what became of it."""
    ours = over("lost_samples@mesh-lyon")
    ours.look()
    act = ours.update(NE)
    looks = []
    for _ in range(60):
        ours.later(seconds=10)
        looks.append(ours.appliance_seen(getattr(act, "job", None), NE))
    lost = [one for one in looks if one.gap]

    assert FEW <= len(lost) < len(looks) // 2
    assert {one.version for one in lost} == {None}
    assert looks[-1].job is not None
    assert looks[-1].job.state is JobState.SUCCEEDED


def test_a_probe_that_was_red_before_stops_nothing(over: Over) -> None:
    """It says nothing of the network: the plan is the same, and HCX says that the network is well."""
    ours = over("probe_red_before@mesh-lyon", text=PROBED)
    made = ours.plan()
    (probe,) = ours.ports.configuration.policy().probes
    networks = ours.look()[CON].extensions

    assert networks is not None
    assert ours.ports.probes.ask(probe, 1.0).ok is False
    assert [one.state.health for one in networks.value if one.network == probe.network] == [Health.UP]
    assert (len(made.tasks), ours.in_the_way(made)) == (3, {})


def test_a_warning_that_passes_fails_nothing(over: Over) -> None:
    """An appliance that could not be reached for a while is upgraded all the same."""
    ours = over("transient_noroute@mesh-lyon")
    ours.look()
    act = ours.update()
    ours.later(minutes=10)
    seen = ours.appliance_seen(getattr(act, "job", None))

    assert seen.job is not None
    assert seen.job.state is JobState.SUCCEEDED


def test_azure_that_is_not_available_is_no_end(over: Over) -> None:
    """The subscription is reported as failed, and read at the next look."""
    ours = over("arm_unavailable,until=PT1H")
    ours.look()
    during = ours.subscriptions()[0].state.value
    ours.later(hours=1)
    ours.look()

    assert (during, ours.subscriptions()[0].state.value) == ("failed", "read")
    assert set(ours.look()) == {CON, "pc-weu-01"}


def test_a_manager_that_is_too_slow_is_not_asked_on_and_on(over: Over) -> None:
    """Once the time of a visit is over nothing more is asked; what was not reached says so, with what to do."""
    patient = replace(HASTE, read=1.0, whole=0.6, visit=1.2)
    ours = over("slow_answer@con-lyon", timeouts=patient)
    began = time.monotonic()
    seen = ours.look()
    left_out = [gap for gap in seen[CON].gaps if "time for one visit was over" in gap.detail]

    assert time.monotonic() - began < LOOKS_AT_BOTH_SECONDS
    assert len(left_out) >= FEW
    assert {gap.reason for gap in left_out} == {GapReason.UNREACHABLE}
    assert all(gap.remedy.startswith("see why the manager answers so slowly") for gap in left_out)
    assert seen[PC].version is not None
