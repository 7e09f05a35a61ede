"""A mesh in the middle of the way of its managers: which hops it waits for, and when it may start."""

from dataclasses import replace

import pytest

from shared.model.facts import ApplianceKind
from shared.model.orders import AtHop, LeftOff, TaskBrief
from shared.model.plan import ManagerTask, MeshTask, Requirement
from shared.model.policy import CloudManagerEntry, Owner
from shared.model.run import JournalEntry, JournalKind, Outcome
from shared.model.version import Version
from shared.model.waiting import WaitingFor
from shared.rules.planning.hops import hops_awaited, next_needs_mesh
from shared.rules.resume import hops_done
from shared.rules.rollout import Rollout
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, fleet, mesh, meshed, policy
from tests.rules.test_planner import plan_of
from tests.rules.test_rollout import brief, end, ends_of, rollout_of, wave

IX = appliance("IX-I1", "m", "con", "4.8.2", ApplianceKind.INTERCONNECT)
PLAN = plan_of(
    fleet(cloud_manager("pc", "4.8.2"), meshed(connector("con", "4.8.2", pairs=("pc",)), mesh("m", "con", "pc"), IX)),
    policy(clouds=(CloudManagerEntry(cloud="pc", owner=Owner.ASSISTED),)),
)
"""Both sides go by 4.9.2, where their mesh has to follow."""
CON = AtHop(task="manager:con", release="4.9.2")
PC = AtHop(task="manager:pc", release="4.9.2")


def manager(name: str) -> ManagerTask:
    """The task of a manager."""
    task = PLAN.task(name)
    assert isinstance(task, ManagerTask)
    return task


def middle(*, begun: bool = False, done: tuple[str, ...] = ()) -> tuple[TaskBrief, ...]:
    """Two managers and the mesh between their hops, with how far they had come."""
    left_off = LeftOff(begun=("upgrade",) if begun else ())
    between = replace(brief("mesh"), mesh=True, after_hops=(CON, PC), left_off=left_off)
    return (replace(brief(CON.task), hops_done=done), brief(PC.task, owner=Owner.PROVIDER), between)


def at_both(rollout: Rollout) -> None:
    """Both managers are verified at their hop."""
    for hop in (CON, PC):
        rollout.come_to(hop, NOW)


# --- what the plan says -----------------------------------------------------------------------------------------------


def test_a_mesh_on_the_way_waits_for_the_hops_of_both_its_managers() -> None:
    """The last upgrade of the mesh waits for whole tasks, and for no hop."""
    assert hops_awaited(PLAN) == {"mesh:m@4.9.2": (CON, PC)}


def test_what_no_task_here_brings_about_is_no_hop() -> None:
    """A manager without a task in this plan is left to what is observed right before the change."""
    found, far = PLAN.task("mesh:m@4.9.2"), Version("4.9.2")
    assert isinstance(found, MeshTask)
    alone = replace(found, requires=(Requirement(kind="manager", subject="far", version=far, reason="elsewhere"),))

    assert hops_awaited(replace(PLAN, groups=(replace(PLAN.groups[0], tasks=(alone,)),))) == {alone.id: ()}


def test_a_hop_is_told_where_a_mesh_has_to_follow_before_the_next() -> None:
    """The last hop is told by the end of the task."""
    for one in ("manager:con", "manager:pc"):
        assert [next_needs_mesh(manager(one), hop) for hop in manager(one).hops] == [True, False]


def test_the_journal_tells_which_hops_were_verified() -> None:
    """Only a verification counts, and only of this task."""
    con = manager("manager:con")
    told = [
        (con.id, con.hops[0].verify.id, JournalKind.STEP_DONE),
        (con.id, con.hops[1].verify.id, JournalKind.STEP_STARTED),
        (con.id, con.hops[1].upgrade.id, JournalKind.STEP_DONE),
        ("manager:pc", con.hops[1].verify.id, JournalKind.STEP_DONE),
    ]
    journal = [JournalEntry(key=str(one), at=NOW, kind=one[2], text="", task=one[0], step=one[1]) for one in told]

    assert hops_done(con, journal) == ("4.9.2",)
    assert hops_done(PLAN.task("mesh:m"), journal) == ()


# --- who may start ----------------------------------------------------------------------------------------------------


def test_it_starts_when_both_managers_are_there() -> None:
    """In whatever order they come, with their own tasks still under way; said again it means nothing."""
    rollout = rollout_of(middle())
    first = rollout.admit(NOW).start
    rollout.come_to(PC, NOW)
    rollout.come_to(PC, NOW)
    half = rollout.admit(NOW).start
    rollout.come_to(CON, NOW)

    assert (first, half, rollout.admit(NOW).start) == ((CON.task, PC.task), (), ("mesh",))
    assert rollout.running == {CON.task, PC.task, "mesh"}


def test_another_release_is_not_enough() -> None:
    """A hop before it, or one of a manager that nobody waits for, lets nothing go."""
    rollout = rollout_of(middle())
    rollout.admit(NOW)
    for hop in (replace(CON, release="4.8.3"), replace(PC, task="manager:far"), PC):
        rollout.come_to(hop, NOW)

    assert rollout.admit(NOW).start == ()


def test_it_says_how_far_its_managers_have_to_be() -> None:
    """What was come to is not named any more, and whoever performs the rest can act."""
    rollout = rollout_of(middle())
    rollout.admit(NOW)
    both = rollout.waiting(NOW)["mesh"]
    rollout.come_to(CON, NOW)
    one = rollout.waiting(NOW)["mesh"]

    assert (both.reason, both.detail) == (
        WaitingFor.DEPENDENCY,
        "begins after manager:con at 4.9.2 and manager:pc at 4.9.2",
    )
    assert (one.detail, one.who_can_act) == ("begins after manager:pc at 4.9.2", "the provider")


def test_a_manager_that_ends_before_its_hop_takes_the_mesh_with_it() -> None:
    """Nothing would ever bring it there; one that ends well has been there."""
    lost, well = rollout_of(middle()), rollout_of(middle())
    for rollout in (lost, well):
        rollout.admit(NOW)
        rollout.come_to(PC, NOW)

    assert ends_of(lost.apply(end(CON.task, Outcome.WAITING))) == {"mesh": "dependency"}
    assert well.apply(end(CON.task)) == ()
    assert well.admit(NOW).start == ("mesh",)


def test_a_manager_that_fails_after_its_hop_stops_no_mesh() -> None:
    """The mesh is at the middle of the way, and there both its managers stand."""
    rollout = rollout_of(middle())
    rollout.admit(NOW)
    at_both(rollout)

    assert rollout.apply(end(CON.task, Outcome.FAILED)) == ()
    assert rollout.admit(NOW).start == ("mesh",)


def test_hops_from_before_the_host_went_away_count() -> None:
    """The other one is still waited for; a mesh that had begun waits for none."""
    rollout, begun = rollout_of(middle(done=("4.9.2",))), rollout_of(middle(begun=True))
    rollout.admit(NOW)
    rollout.come_to(PC, NOW)

    assert rollout.admit(NOW).start == ("mesh",)
    assert "mesh" in begun.admit(NOW).start


def test_a_hop_of_a_later_wave_is_refused() -> None:
    """A mesh that would wait for ever is a mistake of the plan, not a wait."""
    con, pc, between = middle()

    with pytest.raises(ValueError, match="mesh would wait for ever for manager:pc of a later wave"):
        rollout_of((con, pc, between), wave("one", con.id, "mesh"), wave("two", pc.id))
