"""On time, slow or stuck: by what such work takes, and always well before its time is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.plan import Estimate, ManagerTask, MeshTask, Safeguard, Step, Task
from shared.model.policy import Owner
from shared.model.waiting import Pace, WaitingFor
from shared.rules import pace, task_steps
from shared.rules.progress import Progress, State
from tests.builders.fleet_facts import fleet
from tests.rules.test_planner import pair, plan_of

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PLAN = plan_of(fleet(*pair()))
MANAGER = next(one for one in PLAN.tasks if isinstance(one, ManagerTask) and one.subject == "con")
MESH = next(one for one in PLAN.tasks if isinstance(one, MeshTask))
HOP, ITEM = MANAGER.hops[0], MESH.appliances[0]
SNAPSHOT = task_steps.protect("con", Owner.OURS, Safeguard.RUN_COMMAND_SNAPSHOT)
ORDER = (Pace.ON_TIME, Pace.SLOW, Pace.STUCK)
WAITS = Progress(state=State.NOT_YET, detail="it does not answer yet")
spans = st.integers(min_value=1, max_value=24 * 60).map(lambda minutes: timedelta(minutes=minutes))


def minutes(count: int) -> timedelta:
    """That many."""
    return timedelta(minutes=count)


def at(task: Task, step: Step, waited: int, before: int = 0) -> Pace:
    """How a wait of a step stands after so many minutes of its change, some of them before the wait."""
    found = pace.limits(task, step, step.budget, minutes(before))
    return pace.pacing(found, WaitingFor.MANAGER, minutes(waited)).pace


@pytest.mark.parametrize(
    ("task", "step", "before", "slow", "stuck"),
    [
        (MANAGER, HOP.answer, 0, 60, 90),
        (MANAGER, HOP.verify, 40, 60, 100),
        (MANAGER, HOP.verify, 80, 60, 120),
        (MESH, ITEM.back, 0, 30, 60),
        (MESH, ITEM.verify, 20, 30, 60),
        (MANAGER, MANAGER.hand_over, 0, 30, 60),
        (MANAGER, SNAPSHOT, 0, 30, 60),
    ],
    ids=lambda one: one.id if isinstance(one, Step) else None,
)
def test_when_a_step_is_slow_and_stuck(task: Task, step: Step, before: int, slow: int, stuck: int) -> None:
    """By nine in ten and twice that, or half of the step's time; without figures by a quarter and half of that time."""
    assert [at(task, step, waited, before) for waited in (slow - 1, slow, stuck - 1, stuck)] == [
        Pace.ON_TIME,
        Pace.SLOW,
        Pace.SLOW,
        Pace.STUCK,
    ]


def test_the_clock_of_a_change_goes_on_while_it_is_verified() -> None:
    """What is recorded of earlier changes is measured so, too; every other wait is its own beginning."""
    assert {pace.first_of(MANAGER, one) for one in (HOP.answer, HOP.verify)} == {HOP.answer}
    assert {pace.first_of(MESH, one) for one in (ITEM.back, ITEM.verify)} == {ITEM.back}
    assert {pace.first_of(MANAGER, one) for one in (SNAPSHOT, MANAGER.hand_over, HOP.stage)} == {None}


@pytest.mark.parametrize("reason", sorted(set(WaitingFor) - pace.OF_A_SYSTEM))
def test_people_are_late_and_not_slow(reason: WaitingFor) -> None:
    """Only the work of a system has a pace: everything else that is waited for has its own word."""
    found = pace.limits(MANAGER, HOP.answer, HOP.answer.budget, timedelta())

    assert pace.pacing(found, reason, timedelta(days=9)) == pace.ON_TIME
    assert pace.turns(found, reason, NOW) == ()


@pytest.mark.parametrize("step", [MANAGER.observe, HOP.stage, HOP.upgrade, ITEM.upgrade], ids=lambda one: one.id)
def test_other_steps_have_no_pace(step: Step) -> None:
    """They look, or wait for somebody: nobody knows what is usual."""
    assert pace.limits(MANAGER, step, step.budget, timedelta()) is None


def test_it_says_against_what() -> None:
    """The figure and where it comes from, or the share of the time that the step has."""
    found = pace.limits(MESH, ITEM.back, ITEM.back.budget, timedelta())
    assert found is not None

    assert pace.pacing(found, WaitingFor.HCX_JOB, minutes(31)).detail == (
        "slow: it takes longer than the 30 min that nine in ten take (public figures)"
    )
    assert pace.pacing(found, WaitingFor.HCX_JOB, minutes(60)).detail == (
        "stuck: it takes twice the 30 min that nine in ten take (public figures)"
    )
    capped = pace.limits(MANAGER, HOP.answer, HOP.answer.budget, timedelta())
    assert pace.pacing(capped, WaitingFor.MANAGER, minutes(90)).detail == (
        "stuck: half of the 180 min that this may take are over"
    )


def test_it_says_whether_the_job_still_moves() -> None:
    """Whoever looks wants to know first whether HCX does anything."""
    moving = replace(WAITS, mark="upgrade t-1 RUNNING 40 % APPLY_UPGRADE")

    assert pace.so_far(WAITS, minutes(61), minutes(61)) == (
        "61 min so far; it does not answer yet; no HCX job is seen at work"
    )
    assert pace.so_far(moving, minutes(61), minutes(12)).endswith(
        "the HCX job has shown the same for 12 min: upgrade t-1 RUNNING 40 % APPLY_UPGRADE"
    )


@pytest.mark.parametrize(
    ("task", "step", "names"),
    [
        (MANAGER, HOP.answer, "sub-tasks on port 9443 of con"),
        (MANAGER, HOP.verify, "which services run"),
        (replace(MANAGER, owner=Owner.PROVIDER), HOP.answer, "ask Microsoft how far the upgrade of con is"),
        (MANAGER, SNAPSHOT, "where the snapshot of con is taken"),
        (MANAGER, MANAGER.hand_over, "not settled yet of con"),
        (MESH, ITEM.back, f"read the tasks of the mesh {MESH.name}"),
        (MESH, ITEM.verify, f"tunnels of the mesh {MESH.name} from both sides"),
    ],
)
def test_the_next_action_says_where_to_look(task: Task, step: Step, names: str) -> None:
    """A slow step only says where; a stuck one asks for it, and says until when the wait goes on."""
    slow, stuck = (pace.next_action(task, step, one, NOW) for one in (Pace.SLOW, Pace.STUCK))

    assert names in slow
    assert names in stuck
    assert slow.startswith("Nothing has to be done yet.")
    assert stuck.endswith("hcx-fleet goes on looking until 2026-11-24 00:00 UTC.")
    assert pace.next_action(task, step, Pace.ON_TIME, NOW) == ""


@given(p90=spans, budget=spans, before=spans, waited=spans, more=spans)
def test_slow_and_stuck_come_in_order_and_in_time(
    p90: timedelta, budget: timedelta, before: timedelta, waited: timedelta, more: timedelta
) -> None:
    """Never slow before nine in ten, stuck at half of the step's time at the latest, and never better again."""
    hop = replace(HOP, takes=Estimate(p50=p90 / 2, p90=p90, basis="recorded times"))
    found = pace.limits(replace(MANAGER, hops=(hop,)), hop.verify, budget, before)
    now, later = (pace.pacing(found, WaitingFor.MANAGER, each).pace for each in (waited, waited + more))

    assert now is not Pace.SLOW or waited >= p90
    assert waited < before + budget / 2 or now is Pace.STUCK
    assert now is not Pace.STUCK or waited >= min(2 * p90, before + budget / 2)
    assert ORDER.index(now) <= ORDER.index(later)


@given(p90=spans, budget=spans)
def test_a_wait_looks_when_it_becomes_slow_and_stuck(p90: timedelta, budget: timedelta) -> None:
    """The moments at which it has to look are those at which its state changes."""
    hop = replace(HOP, takes=Estimate(p50=p90, p90=p90, basis="recorded times"))
    found = pace.limits(replace(MANAGER, hops=(hop,)), hop.answer, budget, timedelta())
    slow, stuck = pace.turns(found, WaitingFor.MANAGER, NOW)

    assert pace.pacing(found, WaitingFor.MANAGER, stuck - NOW).pace is Pace.STUCK
    assert pace.pacing(found, WaitingFor.MANAGER, slow - NOW).pace is not Pace.ON_TIME
