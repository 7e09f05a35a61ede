"""What a guided revert is planned to be, and what proves its steps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind, FleetFacts, Health, ManagerFacts, ServiceState, Status
from shared.model.plan import Plan, Safeguard, SubjectKind, WayBack
from shared.model.revert import RevertPlan, RevertScope, RevertStepKind
from shared.model.run import Bucket, JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.vcenter import MachineSeen, VcenterFacts
from shared.model.version import Version
from shared.model.waiting import Waiting, WaitingFor
from shared.model.way_back import Basis, ManagerClock
from shared.rules.reverting.ending import STARTS, due_of, patience_over
from shared.rules.reverting.material import Material
from shared.rules.reverting.planner import revert_hash, revert_plan
from shared.rules.reverting.proof import judged
from shared.rules.reverting.standing import placed_in_revert, step_views, with_those_taken_back
from shared.rules.subjects import subjects_seen
from shared.rules.today import today
from shared.rules.way_back_clock import clocks
from tests.builders.fleet_facts import appliance, cloud_manager, connector, fleet, inventory, mesh, meshed, seen, unread
from tests.report.planned_fleet import LYON, MESH, NOW, PLAN, PROVIDER
from tests.rules.today_material import a_view
from tests.rules.today_material import material as material_of_today

CLOUD, LYON_NOW = "pc-weu-01", "4.11.4"
BEGAN = NOW - timedelta(hours=20)


def begun(task: str, step: str, kind: JournalKind = JournalKind.CALLED) -> JournalEntry:
    """The entry of a change that was begun."""
    return JournalEntry(key=f"{task}/{step}/{kind.value}", at=BEGAN, kind=kind, text="called", task=task, step=step)


CLOUD_BEGUN = begun(PROVIDER.id, PROVIDER.hops[0].upgrade.id)
LYON_BEGUN = begun(LYON.id, LYON.hops[-1].upgrade.id)
MESH_BEGUN = begun(MESH.id, MESH.appliances[0].upgrade.id)


def clock(manager: str, kind: Safeguard, back_to: str, hours_left: float | None = 4) -> ManagerClock:
    """What leads a manager back."""
    gone = kind is Safeguard.NONE
    return ManagerClock(
        manager=manager,
        task=f"manager:{manager}",
        kind=kind,
        back_to=back_to,
        basis=Basis.OBSERVED,
        made_at=BEGAN,
        expires_at=None if gone or hours_left is None else NOW + timedelta(hours=hours_left),
        left=None,
        note="nothing leads back" if gone else "it leads back",
    )


CLOUD_CLOCK = clock(CLOUD, Safeguard.RUN_COMMAND_SNAPSHOT, "4.10.3")
LYON_CLOCK = clock("con-lyon", Safeguard.AUTOMATIC_SNAPSHOT, "4.9.2")


def facts_of(lyon: str = LYON_NOW, cloud: str = LYON_NOW) -> FleetFacts:
    """Both managers with their mesh, as they answer."""
    one = replace(mesh("m-17", "con-lyon", CLOUD), name="mesh-lyon")
    sides = (
        (connector("con-lyon", lyon, pairs=(CLOUD,)), lyon),
        (cloud_manager(CLOUD, cloud, pairs=("con-lyon",)), cloud),
    )
    return fleet(*(_with_mesh(facts, one, version) for facts, version in sides))


def _with_mesh(facts: ManagerFacts, one: Any, version: str) -> ManagerFacts:
    name = facts.manager.id
    return meshed(facts, one, appliance(f"IX-{name}", "m-17", name, version, ApplianceKind.INTERCONNECT))


def material(
    *journal: JournalEntry, clocks: tuple[ManagerClock, ...], facts: FleetFacts | None = None, plan: Plan = PLAN
) -> Material:
    """The run that is taken back."""
    observed = facts or facts_of()
    return Material(
        parent="run-1",
        plan=plan,
        journal=journal,
        clocks=clocks,
        inventory=inventory(observed),
        facts=observed,
        cloud=CLOUD,
        now=NOW,
    )


FULL = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=(CLOUD_CLOCK, LYON_CLOCK)))
UPGRADED = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, MESH_BEGUN, clocks=(CLOUD_CLOCK, LYON_CLOCK)))
PARTIAL = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=(clock(CLOUD, Safeguard.NONE, "4.10.3"), LYON_CLOCK)))


# --- the plan ---------------------------------------------------------------------------------------------------------


def test_both_sides_go_back_where_both_can() -> None:
    """First the promise, then both managers, then pairings, the mesh, and everything together."""
    assert FULL.scope is RevertScope.FULL
    assert [one.id for one in FULL.steps] == [
        f"case:{CLOUD}",
        f"manager:{CLOUD}",
        "manager:con-lyon",
        f"pairs:{CLOUD}",
        "mesh:m-17",
        f"hand-over:{CLOUD}",
    ]


def test_a_mesh_that_was_not_upgraded_is_resynchronised_and_another_one_redeployed() -> None:
    """Appliances are never restored from snapshots, and the instruction says so."""
    kinds = [plan.step("mesh:m-17").kind for plan in (FULL, UPGRADED)]

    assert kinds == [RevertStepKind.RESYNC_MESH, RevertStepKind.REDEPLOY_MESH]
    assert all("from a snapshot" in plan.step("mesh:m-17").text for plan in (FULL, UPGRADED))


def test_a_manager_that_was_not_changed_stays() -> None:
    """Where the connector alone was changed, nobody has to be asked for the cloud manager."""
    plan = revert_plan(material(LYON_BEGUN, clocks=(LYON_CLOCK,)))

    assert plan.untouched == (CLOUD,)
    assert plan.support_case == ""
    assert plan.steps[0].id == "manager:con-lyon"


def test_one_side_without_a_way_back_makes_it_partial() -> None:
    """Support is asked before anything goes back, and the plan says what is mixed afterwards."""
    assert PARTIAL.scope is RevertScope.PARTIAL
    assert PARTIAL.steps[0].kind is RevertStepKind.OPEN_CASE
    assert PARTIAL.step("manager:con-lyon").depends_on == (f"case:{CLOUD}",)
    assert any("Afterwards it is mixed: con-lyon at 4.9.2, pc-weu-01 at 4.11.4." in one for one in PARTIAL.notes)
    assert f"say how {CLOUD} can be brought back to 4.10.3 without a snapshot" in PARTIAL.support_case
    assert "both sides have to go back" not in PARTIAL.support_case


def test_where_nothing_leads_back_only_support_is_left() -> None:
    """There is one step, and nobody is told to take anything back."""
    gone = (clock(CLOUD, Safeguard.NONE, "4.10.3"), clock("con-lyon", Safeguard.NONE, "4.9.2"))
    plan = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=gone))

    assert plan.scope is RevertScope.NONE
    assert [one.kind for one in plan.steps] == [RevertStepKind.OPEN_CASE]


def test_a_run_that_changed_nothing_has_nothing_to_take_back() -> None:
    """No step, and the managers are named as left alone."""
    plan = revert_plan(material(clocks=()))

    assert (plan.scope, plan.steps, plan.untouched) == (RevertScope.NOTHING, (), (CLOUD, "con-lyon"))


def test_no_snapshot_leads_back_over_the_database_border() -> None:
    """4.3.0 moved the database: that way back has a procedure of its own."""
    lyon = clock("con-lyon", Safeguard.VCENTER_SNAPSHOT, "4.2.4", None)
    plan = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=(CLOUD_CLOCK, lyon)))

    assert plan.scope is RevertScope.PARTIAL
    assert "KB 87041" in plan.manager("con-lyon").note


def test_a_snapshot_of_the_site_counts_with_a_doubt() -> None:
    """Of it vCenter lists its name alone: whoever took it has to know when it was made."""
    machine = MachineSeen(
        reference="vm-1",
        instance_uuid="u",
        name="hcx",
        snapshots=("before the upgrade",),
        chain=1,
        consolidation_needed=False,
        independent_disks=0,
        provisioned_bytes=1,
        free_bytes=1,
    )
    facts = fleet(*(_seen_in_vcenter(one, machine) for one in facts_of().managers))
    gone = clock("con-lyon", Safeguard.NONE, "4.9.2")
    way = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=(CLOUD_CLOCK, gone), facts=facts)).manager("con-lyon")

    assert (way.protection, way.snapshot, way.basis) == (Safeguard.VCENTER_SNAPSHOT, "before the upgrade", None)
    assert way.back_to == Version("4.8.2")


def _seen_in_vcenter(facts: ManagerFacts, machine: MachineSeen) -> ManagerFacts:
    return replace(facts, vsphere=VcenterFacts(observed_at=NOW, machine=machine))


def test_a_manager_that_is_back_already_needs_no_way_back() -> None:
    """Somebody was quicker than the plan: what is left of it is still a whole revert."""
    gone = clock(CLOUD, Safeguard.NONE, "4.10.3")
    plan = revert_plan(material(CLOUD_BEGUN, LYON_BEGUN, clocks=(gone, LYON_CLOCK), facts=facts_of(cloud="4.10.3")))

    assert plan.scope is RevertScope.FULL


def test_a_revert_and_the_clock_name_the_same_deadline() -> None:
    """What somebody else began is no older in one than in the other: people who compare them see one time."""
    late = begun(PROVIDER.id, PROVIDER.hops[0].upgrade.id, JournalKind.STEP_DONE)
    started = replace(late, key="started", kind=JournalKind.STEP_STARTED, at=BEGAN - timedelta(hours=10))
    told = replace(started, key="told", kind=JournalKind.INSTRUCTED)
    kept = WayBack(manager=CLOUD, kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=None, text="HCX takes one itself")
    groups = (replace(PLAN.groups[0], tasks=(replace(PROVIDER, way_back=(kept,)), LYON)),)
    plan = replace(PLAN, groups=groups)
    (own,) = clocks(plan, (started, told, late), {}, NOW).managers
    way = revert_plan(material(started, told, late, LYON_BEGUN, clocks=(own, LYON_CLOCK), plan=plan)).manager(CLOUD)

    assert (way.made_at, way.until, way.note) == (own.made_at, own.expires_at, own.note)
    assert way.until == BEGAN - timedelta(hours=4) - PROVIDER.hops[0].takes.p90 + timedelta(hours=24)


def test_the_same_revert_has_the_same_hash_whenever_it_is_planned() -> None:
    """People approve a hash: neither the time nor what somebody took back meanwhile makes it another one."""
    later = replace(
        material(CLOUD_BEGUN, LYON_BEGUN, clocks=(CLOUD_CLOCK, LYON_CLOCK), facts=facts_of(lyon="4.9.2")),
        now=NOW + timedelta(hours=1),
    )

    assert revert_plan(later).hash == FULL.hash == revert_hash(FULL)
    assert len({FULL.hash, PARTIAL.hash, UPGRADED.hash}) == 3


@given(
    kinds=st.lists(st.sampled_from([*Safeguard]), min_size=2, max_size=2),
    entries=st.sets(st.sampled_from([CLOUD_BEGUN, LYON_BEGUN, MESH_BEGUN])),
)
def test_no_manager_is_taken_back_before_support_agrees_where_it_has_to(
    kinds: list[Safeguard], entries: set[JournalEntry]
) -> None:
    """Whatever leads back: where a case has to be opened it comes first, and every step names a person and a proof."""
    clocks = (clock(CLOUD, kinds[0], "4.10.3"), clock("con-lyon", kinds[1], "4.9.2"))
    meant = tuple(one for one in clocks if any(entry.task == one.task for entry in entries))
    plan = revert_plan(material(*entries, clocks=meant))
    changed_cloud = any(one.manager == CLOUD for one in plan.managers)
    before = {name for one in plan.steps for name in one.depends_on}

    assert before <= {one.id for one in plan.steps}
    assert all(one.who and one.text and one.proof for one in plan.steps)
    if changed_cloud:
        back = [one for one in plan.steps if one.kind is RevertStepKind.REVERT_MANAGER]
        assert plan.steps[0].kind is RevertStepKind.OPEN_CASE
        assert all(one.depends_on == (f"case:{CLOUD}",) for one in back)


# --- what proves a step -----------------------------------------------------------------------------------------------


def reported(step: str) -> JournalEntry:
    """Somebody said that it is done."""
    return JournalEntry(
        key=f"{step}/reported/1", at=NOW, kind=JournalKind.REPORTED, text="ana reports it as done", task=step
    )


def test_only_a_person_can_say_that_support_agreed() -> None:
    """And what is proved so is marked as their word."""
    step = FULL.steps[0]

    assert not judged(step, FULL, facts_of(), []).done
    assert judged(step, FULL, facts_of(), [reported(step.id)]).detail.endswith(
        "that is their word, and nothing here could observe it"
    )


@pytest.mark.parametrize(("version", "done"), [("4.9.2", True), ("4.11.4", False)])
def test_a_manager_is_back_when_it_answers_so(version: str, done: bool) -> None:  # noqa: FBT001 -- a parameter
    """Its own version proves it, and a report does not."""
    step = FULL.step("manager:con-lyon")
    found = judged(step, FULL, facts_of(lyon=version), [reported(step.id)])

    assert found.done is done
    assert done or found.waiting_for is WaitingFor.REPORT_NOT_OBSERVED


def test_a_new_machine_is_no_revert() -> None:
    """Another system at the same place stops the step."""
    lyon = facts_of(lyon="4.9.2").managers[0]
    assert lyon.identity is not None
    other = replace(lyon, identity=seen(replace(lyon.identity.value, system_id="sys-new")))

    assert judged(FULL.step("manager:con-lyon"), FULL, fleet(other), []).stop == "other-system"


def test_a_manager_that_does_not_answer_is_waited_for() -> None:
    """Silence proves nothing."""
    dead = fleet(unread(facts_of().managers[0]))

    assert not judged(FULL.step("manager:con-lyon"), FULL, dead, []).done


def test_pairings_have_to_be_up_at_each_side() -> None:
    """One that is down is named."""
    lyon, cloud = facts_of(lyon="4.9.2", cloud="4.10.3").managers
    assert lyon.pairings is not None
    down = replace(lyon.pairings.value[0], status=Status(health=Health.DOWN, text="DISCONNECTED"))
    found = judged(FULL.step(f"pairs:{CLOUD}"), FULL, fleet(replace(lyon, pairings=seen((down,))), cloud), [])

    assert "con-lyon says that its pairing with pc-weu-01 is DISCONNECTED" in found.detail


def test_an_upgraded_mesh_needs_every_appliance_at_its_own_managers_version() -> None:
    """Managers that are back beside appliances that are not are no proof."""
    new = facts_of()
    back = facts_of(lyon="4.9.2", cloud="4.10.3")
    mixed = fleet(
        *(replace(one, appliances=then.appliances) for one, then in zip(back.managers, new.managers, strict=True))
    )
    step = UPGRADED.step("mesh:m-17")

    assert judged(step, UPGRADED, back, []).done
    assert "IX-con-lyon is 4.11.4, and its manager 4.9.2" in judged(step, UPGRADED, mixed, []).detail


def test_a_mesh_that_shows_no_resync_takes_a_persons_word_and_says_so() -> None:
    """A good state may be the one of before."""
    facts = facts_of(lyon="4.9.2", cloud="4.10.3")
    lyon = facts.managers[0]
    assert lyon.meshes is not None
    silent = replace(lyon, meshes=seen((replace(lyon.meshes.value[0], in_sync=None),)))
    observed, step = fleet(silent, facts.managers[1]), FULL.step("mesh:m-17")

    assert not judged(step, FULL, observed, []).done
    assert judged(step, FULL, observed, [reported(step.id)]).detail.startswith("inconclusive: ")


def test_it_is_handed_over_when_everything_holds_in_one_look() -> None:
    """Versions, services, pairings, meshes and tunnels."""
    step = FULL.step(f"hand-over:{CLOUD}")

    assert judged(step, FULL, facts_of(lyon="4.9.2", cloud="4.10.3"), []).done
    assert "con-lyon is 4.11.4, 4.9.2 is wanted" in judged(step, FULL, facts_of(cloud="4.10.3"), []).detail


# --- how it ends, and where everything stands -------------------------------------------------------------------------


def test_a_step_ends_when_its_way_back_is_deleted() -> None:
    """And says that it is, and who can still help."""
    step = FULL.step("manager:con-lyon")
    due = due_of(step, NOW)
    end = patience_over(step, judged(step, FULL, facts_of(), []), due)

    assert due == NOW + timedelta(hours=4)
    assert (end.outcome, end.reason) == (Outcome.WAITING, "way-back-gone")
    assert end.who_can_act.startswith("support")


def test_a_revert_that_is_seen_to_be_under_way_outlives_its_deadline() -> None:
    """Its snapshot is taken already: a manager that answers as before, with services that still start, needs time."""
    step = FULL.step("manager:con-lyon")
    assert step.deadline is not None
    starting = judged(step, FULL, services_down(facts_of(lyon="4.9.2")), [])
    end = patience_over(step, starting, step.deadline)

    assert (starting.done, starting.begun) == (False, True)
    assert due_of(step, NOW, begun=starting.begun) == NOW + step.patience > step.deadline
    assert end.reason == "person"


def test_a_manager_that_says_nothing_at_its_deadline_is_given_time_to_start() -> None:
    """It may have been taken back in the last minute; where somebody says so, patience alone ends it."""
    step = FULL.step("manager:con-lyon")
    assert step.deadline is not None
    nobody_knows, told = judged(step, FULL, fleet(), []), judged(step, FULL, fleet(), [reported(step.id)])

    assert (nobody_knows.silent, nobody_knows.begun, told.begun) == (True, False, True)
    assert due_of(step, NOW, silent=True) == step.deadline + STARTS


def services_down(facts: FleetFacts) -> FleetFacts:
    """The same, with a service of the connector that does not run."""
    lyon, *others = facts.managers
    return fleet(replace(lyon, services=seen((ServiceState(name="web", running=False, text="STOPPED"),))), *others)


def stands(plan: RevertPlan, *ends: TaskResult, carried_out: bool = True) -> dict[str, tuple[Bucket, str]]:
    """Every subject with its bucket and reason."""
    facts = fleet(facts_of().managers[1])  # the connector is dead
    subjects = with_those_taken_back(subjects_seen(inventory(facts), facts, None, CLOUD), plan)
    journal = [
        JournalEntry(key=f"{one.task}/ended", at=NOW, kind=JournalKind.TASK_ENDED, text="", task=one.task, result=one)
        for one in ends
    ]
    tasks = step_views(plan, journal, {}, over=True)
    placed = placed_in_revert(plan, subjects, tasks, carried_out=carried_out, over=True)
    assert sorted(one.subject for one in placed) == sorted({one.id for one in subjects})
    return {one.subject: (one.bucket, one.reason) for one in placed}


def ended(task: str, outcome: Outcome, reason: str = "reverted") -> TaskResult:
    """The end of a step."""
    return TaskResult(task=task, outcome=outcome, reason=reason, detail=reason, who_can_act="somebody", ended_at=NOW)


def test_everything_that_went_back_is_told_as_reverted() -> None:
    """The cloud, its connector and their mesh, the dead connector included."""
    found = stands(FULL, *(ended(one.id, Outcome.SUCCEEDED) for one in FULL.steps))

    assert found == dict.fromkeys((CLOUD, "con-lyon", "m-17"), (Bucket.REVERTED, "reverted"))


def test_a_plan_alone_places_everything_as_planned() -> None:
    """Nobody has begun."""
    assert {one[0] for one in stands(FULL, carried_out=False).values()} == {Bucket.PLANNED}


def test_what_came_too_late_decides_where_the_cloud_stands() -> None:
    """The cause is told, and not what was left out because of it."""
    ends = [ended(f"case:{CLOUD}", Outcome.SUCCEEDED), ended(f"manager:{CLOUD}", Outcome.SUCCEEDED)]
    ends.append(ended("manager:con-lyon", Outcome.WAITING, "way-back-gone"))
    ends += [ended(one.id, Outcome.SKIPPED, "dependency") for one in FULL.steps[3:]]
    found = stands(FULL, *ends)

    assert found["con-lyon"] == found[CLOUD] == (Bucket.WAITING, "way-back-gone")


def test_a_manager_without_a_way_back_is_blocked_whatever_else_went_well() -> None:
    """Only support can bring it back."""
    found = stands(PARTIAL, *(ended(one.id, Outcome.SUCCEEDED) for one in PARTIAL.steps))

    assert found[CLOUD] == (Bucket.BLOCKED, "no-way-back")
    assert found["con-lyon"] == (Bucket.REVERTED, "reverted")


def test_a_step_that_waits_for_another_one_says_for_which() -> None:
    """As soon as the revert has begun."""
    started = JournalEntry(
        key="started", at=NOW, kind=JournalKind.STEP_STARTED, text="", task=f"case:{CLOUD}", step=f"case:{CLOUD}"
    )
    views = {one.task: one for one in step_views(FULL, [started], {}, over=False)}
    waiting = views["manager:con-lyon"].waiting

    assert waiting is not None
    assert waiting.detail == f"begins after open the support request for {CLOUD}"
    assert views["mesh:m-17"].kind is SubjectKind.MESH


def test_whoever_looks_at_today_sees_what_a_revert_waits_for() -> None:
    """With the end of its way back as the time by when."""
    wait = Waiting(reason=WaitingFor.PERSON, detail="nobody has said so", since=NOW, who_can_act="ana")
    name = f"case:{CLOUD}"
    begun_at = JournalEntry(key="s", at=NOW, kind=JournalKind.STEP_STARTED, text="", task=name, step=name)
    told = JournalEntry(key="w", at=NOW, kind=JournalKind.WAITING, text="", task=name, step=name, waiting=wait)
    views = step_views(FULL, [begun_at, told], {}, over=False)
    view = replace(a_view(PLAN, facts=facts_of(), found=inventory(facts_of())), tasks=views, revert=FULL)
    [row] = [one for one in today(material_of_today(reverts=(view,)), NOW).rows if one.item.key.startswith("revert/")]

    assert (row.item.who, row.item.by.at) == (FULL.steps[0].who, NOW + timedelta(hours=4))
    assert row.item.what == FULL.steps[0].text
