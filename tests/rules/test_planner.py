"""The first planner: small fleets, and the plans that an operator would expect for them.

A plan is shown as one line a task, `task: owner source → hops, after dependencies`, and one a rest, `subject: reason`.
"""

from dataclasses import replace
from datetime import timedelta

from shared.model.facts import (
    ApplianceKind,
    FleetFacts,
    ManagerFacts,
    Migration,
    MigrationKind,
    MigrationPhase,
    NetworkExtension,
)
from shared.model.plan import ManagerTask, Plan, Task
from shared.model.policy import CloudManagerEntry, Exclusion, Hold, Owner, PairOrder, Policy, Scope
from shared.rules import plan_parts, planner
from shared.rules.catalogue import catalogue
from tests.builders.fleet_facts import (
    NOTHING_CONFIRMED,
    NOW,
    UP,
    appliance,
    cloud_manager,
    connector,
    entry,
    fleet,
    inventory,
    mesh,
    meshed,
    policy,
    private_cloud,
    seen,
    unread,
)

LEFT_OUT = Exclusion(cloud="old", reason="to be deleted", owner="ops@contoso.example", until=None)
IX = ApplianceKind.INTERCONNECT
NE = ApplianceKind.NETWORK_EXTENSION


def plan_of(facts: FleetFacts, wanted: Policy | None = None) -> Plan:
    """The plan for these facts and this policy, with nothing confirmed."""
    return planner.make_plan(
        planner.Inputs(
            inventory=inventory(facts),
            facts=facts,
            policy=wanted or policy(),
            confirmations=NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=NOW,
        )
    )


def told(plan: Plan) -> list[str]:
    """The plan as short lines."""
    return [_task(task) for task in plan.tasks] + [f"{one.subject}: {one.reason.value}" for one in plan.rest]


def _task(task: Task) -> str:
    after = f", after {', '.join(task.depends_on)}" if task.depends_on else ""
    if isinstance(task, ManagerTask):
        way = " → ".join(str(one) for one in (task.source, *(hop.target for hop in task.hops)))
        return f"{task.id}: {task.owner.value} {way}{after}"
    items = ", ".join(item.name for item in task.appliances)
    return f"{task.id}: {task.owner.value} {items} → {task.target}{after}"


def pair(cloud: str = "4.10.3", site: str = "4.10.3", gear: str = "4.10.3") -> tuple[ManagerFacts, ManagerFacts]:
    """A cloud manager and a connector with one mesh of three appliances."""
    con = connector("con", site, pairs=("pc",))
    gears = (
        appliance("NE-I1", "m", "con", gear, NE),
        appliance("IX-I1", "m", "con", gear, IX),
        appliance("WO-I1", "m", "con", gear, ApplianceKind.WAN_OPTIMIZATION),
    )
    return cloud_manager("pc", cloud), meshed(con, mesh("m", "con", "pc"), *gears)


def test_a_pair_behind_goes_cloud_first_then_connector_then_mesh() -> None:
    """Cloud manager first, connector after it, mesh after both with interconnect before extension."""
    assert told(plan_of(fleet(*pair()))) == [
        "manager:con: assisted 4.10.3 → 4.11.4, after manager:pc",
        "manager:pc: provider 4.10.3 → 4.11.4",
        "mesh:m: assisted IX-I1, NE-I1 → 4.11.4, after manager:con, manager:pc",
    ]


def test_together_leaves_the_connector_free_to_go_at_once() -> None:
    """With the order `together` the connector depends on nothing; the mesh still depends on both."""
    plan = plan_of(fleet(*pair()), policy(pair_order=PairOrder.TOGETHER))

    assert plan.task("manager:con").depends_on == ()
    assert sorted(plan.task("mesh:m").depends_on) == ["manager:con", "manager:pc"]


def test_a_current_pair_needs_nothing() -> None:
    """What is at the target is named as current, mesh included."""
    assert told(plan_of(fleet(*pair("4.11.4", "4.11.4", "4.11.4")))) == ["con: current", "m: current", "pc: current"]


def test_a_connector_far_behind_takes_its_stepping_stone() -> None:
    """From 4.8 the way to 4.11.4 leads through 4.9.2; the mesh is upgraded once, after the last hop."""
    assert told(plan_of(fleet(*pair("4.11.4", "4.8.2", "4.8.2")))) == [
        "manager:con: assisted 4.8.2 → 4.9.2 → 4.11.4",
        "mesh:m: assisted IX-I1, NE-I1 → 4.11.4, after manager:con",
        "pc: current",
    ]


def test_only_the_appliances_behind_are_upgraded() -> None:
    """A mesh whose interconnect somebody has already upgraded keeps only the extension in its task."""
    cloud, con = pair("4.11.4", "4.11.4", "4.10.3")
    assert con.appliances is not None
    done = tuple(
        replace(one, version=cloud.version) if one.kind is IX and cloud.version else one for one in con.appliances.value
    )
    con = replace(con, appliances=replace(con.appliances, value=done))

    assert "mesh:m: assisted NE-I1 → 4.11.4" in told(plan_of(fleet(cloud, con)))


def test_a_connector_shared_by_two_clouds_waits_for_both() -> None:
    """One connector of two clouds has one task, which belongs to both and comes after both cloud managers."""
    con = connector("con", "4.10.3", pairs=("pc-1", "pc-2"))
    plan = plan_of(fleet(cloud_manager("pc-1", "4.10.3"), cloud_manager("pc-2", "4.10.3"), con))
    task = plan.task("manager:con")

    assert (task.clouds, task.depends_on) == (("pc-1", "pc-2"), ("manager:pc-1", "manager:pc-2"))
    assert plan_parts.shared_connectors(plan, "pc-1") == {"con": ("pc-2",)}


def test_a_connector_follows_a_cloud_manager_that_went_further() -> None:
    """A cloud manager beyond the target takes its connector along: 9.1.1 is reached through 4.11.3 or later."""
    plan = plan_of(fleet(cloud_manager("pc", "4.11.5"), connector("con", "4.11.4", pairs=("pc",))))

    assert told(plan)[0].startswith(("manager:con", "con:"))
    assert "pc: newer" in told(plan)


def test_a_connector_between_different_clouds_has_no_target() -> None:
    """Cloud managers that end at different versions leave their connector without one, and say whose move it is."""
    con = connector("con", "4.10.3", pairs=("pc-1", "pc-2"))
    plan = plan_of(fleet(cloud_manager("pc-1", "4.11.5"), cloud_manager("pc-2", "4.10.3"), con))

    assert "con: no-target" in told(plan)


def test_no_way_is_named_with_what_would_open_one() -> None:
    """A connector older than any in-place path is not planned onto a guess."""
    plan = plan_of(fleet(cloud_manager("pc", "4.11.4"), connector("con", "4.0.0", pairs=("pc",))))
    rest = {one.subject: one for one in plan.rest}

    assert rest["con"].reason.value == "no-path"
    assert rest["con"].who_can_act


def test_what_could_not_be_read_is_unknown_and_so_is_what_follows_it() -> None:
    """An unread cloud manager leaves its connector and its mesh out as well, each with the reason."""
    cloud, con = pair()

    assert told(plan_of(fleet(unread(cloud), con))) == [
        "con: peer-not-observed",
        "m: peer-not-observed",
        "pc: not-observed",
    ]


def test_a_version_nobody_understands_is_never_planned() -> None:
    """An unknown version blocks its manager and what follows it."""
    cloud, con = pair("4.11.4-HF1")

    assert "pc: unknown-version" in told(plan_of(fleet(cloud, con)))


def test_excluded_clouds_and_clouds_without_hcx_are_named() -> None:
    """Every private cloud seen is somewhere in the plan, whatever the reason for leaving it alone."""
    facts = fleet(cloud_manager("pc", "4.11.4"))
    seen = replace(
        inventory(facts),
        private_clouds=(private_cloud("pc"), private_cloud("bare", hcx=False), private_cloud("old", hcx=False)),
    )
    plan = planner.make_plan(
        planner.Inputs(
            inventory=seen,
            facts=facts,
            policy=policy(scope=Scope(exclude=(LEFT_OUT,))),
            confirmations=NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=NOW,
        )
    )

    assert told(plan) == ["bare: no-hcx", "old: excluded", "pc: current"]


def test_a_manager_whose_look_broke_is_unknown_and_never_without_hcx() -> None:
    """A manager that the inventory knows and no facts speak of stands in the plan as not observed."""
    cloud, con = pair()
    plan = planner.make_plan(
        planner.Inputs(
            inventory=inventory(fleet(cloud, con)),
            facts=fleet(),
            policy=policy(),
            confirmations=NOTHING_CONFIRMED,
            catalogue=catalogue(),
            now=NOW,
        )
    )

    assert told(plan) == ["con: not-observed", "pc: not-observed"]


def test_a_connector_does_not_follow_clouds_of_which_one_has_no_end() -> None:
    """One of two cloud managers that cannot get to the target leaves their connector without a target, by name."""
    con = connector("con", "4.10.3", pairs=("pc-1", "pc-2"))
    plan = plan_of(
        fleet(cloud_manager("pc-1", "4.10.3"), cloud_manager("pc-2", "4.0.0"), con),
        policy(clouds=(CloudManagerEntry(cloud="pc-2", owner=Owner.ASSISTED),)),
    )
    rest = {one.subject: one for one in plan.rest}

    assert (rest["pc-2"].reason.value, rest["con"].reason.value) == ("no-path", "no-target")
    assert "pc-2" in rest["con"].detail


def test_an_appliance_whose_peer_was_left_behind_is_behind() -> None:
    """The two are upgraded together from the source side, so an old peer puts the pair into the task."""
    cloud, con = pair("4.11.4", "4.11.4", "4.11.4")
    old_peer = replace(appliance("IX-R1", "m", "pc", "4.10.3", IX), id="id-IX-I1-peer")

    assert told(plan_of(fleet(meshed(cloud, mesh("m", "con", "pc"), old_peer), con)))[0] == (
        "mesh:m: assisted IX-I1 → 4.11.4"
    )


def test_a_mesh_seen_from_one_side_only_is_unknown() -> None:
    """While the appliances of the other side could not be read, nobody says that a mesh is current."""
    cloud, con = pair("4.11.4", "4.11.4", "4.11.4")

    assert "m: not-observed" in told(plan_of(fleet(replace(cloud, appliances=None), con)))


def test_a_later_target_is_another_step() -> None:
    """The ledger knows a change by its step, so the same appliance to the next release is a change of its own."""
    steps = [
        {step.id for task in plan_of(fleet(*pair()), policy(target)).tasks for step in task.steps if ":" in step.id}
        for target in ("4.11.3", "4.11.4")
    ]

    assert not steps[0] & steps[1]


def test_the_part_of_one_cloud_drops_dependencies_outside_it() -> None:
    """The plan for one cloud holds its manager, its connectors and their meshes, and hashes differently."""
    con = connector("con", "4.10.3", pairs=("pc-1", "pc-2"))
    whole = plan_of(fleet(cloud_manager("pc-1", "4.10.3"), cloud_manager("pc-2", "4.10.3"), con))
    part = plan_parts.only(whole, "pc-1", (private_cloud("pc-1").resource_id,), catalogue().skew)

    assert [task.id for task in part.tasks] == ["manager:con", "manager:pc-1"]
    assert part.task("manager:con").depends_on == ("manager:pc-1",)
    assert part.hash != whole.hash


def test_the_same_facts_in_any_order_make_the_same_plan() -> None:
    """The hash depends on what was observed, not on the order in which it came or on when."""
    cloud, con = pair()
    later = replace(con, observed_at=con.observed_at.replace(hour=9))

    assert plan_of(fleet(cloud, con)).hash == plan_of(fleet(later, cloud)).hash


def test_another_confirmation_or_policy_is_another_plan() -> None:
    """The plan is bound to the policy and the confirmations it was made under."""
    facts = fleet(*pair())
    changed = policy(clouds=(CloudManagerEntry(cloud="pc", owner=Owner.ASSISTED),))

    assert plan_of(facts).hash != plan_of(facts, changed).hash
    assert plan_of(facts).hash != plan_of(facts, replace(policy(), hash="other")).hash


def test_a_connector_that_nobody_listed_is_an_end_nobody_can_see() -> None:
    """A mesh whose initiator is not in the policy is unknown, and belongs to the cloud that reports it."""
    cloud = meshed(cloud_manager("pc", "4.11.4"), mesh("m", "ghost", "pc"))
    plan = plan_of(fleet(cloud), policy(connectors=(entry("con"),)))
    rest = {one.subject: one for one in plan.rest}

    assert (rest["m"].reason.value, rest["m"].clouds) == ("peer-not-observed", ("pc",))


def reasons(plan: Plan) -> dict[str, str]:
    """What has no task, with its reason and detail."""
    return {one.subject: f"{one.reason.value}: {one.detail}" for one in plan.rest}


def test_a_mesh_that_cannot_follow_keeps_its_managers_before_photon() -> None:
    """Beyond 4.4 every appliance must be upgraded, so who has a mesh that stays does not go there."""
    mesh_held = Hold(subject="m", reason="a test", owner="ops@contoso.example", until=None)
    facts = fleet(*pair("4.11.4", "4.3.2", "4.3.2"))

    assert reasons(plan_of(facts, policy(holds=(mesh_held,))))["con"].startswith("no-path: photon")


def test_a_mesh_that_stays_is_not_left_further_behind() -> None:
    """A connector whose mesh is held does not go releases away from it, wherever its cloud manager is long since."""
    mesh_held = Hold(subject="m", reason="a test", owner="ops@contoso.example", until=None)
    facts = fleet(*pair("4.11.4", "4.8.2", "4.8.2"))

    assert reasons(plan_of(facts, policy(holds=(mesh_held,))))["con"].startswith("no-path: appliance-skew")


def test_a_provider_is_not_planned_through_a_closed_door() -> None:
    """Which releases the provider passes through is its business; that no listed way leads there is the plan's."""
    plan = plan_of(fleet(cloud_manager("pc", "4.11.5")), policy("9.1.0"))

    assert reasons(plan)["pc"].startswith("no-path: back-in-time")


def test_a_target_that_nobody_knows_is_no_target() -> None:
    """A release that the catalogue does not know is unknown, with the way to add it, and nobody is sent there."""
    assert reasons(plan_of(fleet(cloud_manager("pc", "4.11.2")), policy("4.99.0")))["pc"].startswith("unknown-version")


def test_two_managers_that_answer_as_one_system_stay() -> None:
    """Where two endpoints lead to one system, nobody knows which of the two managers was read."""
    one, other = cloud_manager("pc-1", "4.11.2"), cloud_manager("pc-2", "4.11.2")
    told_by = reasons(plan_of(fleet(one, replace(other, identity=one.identity))))

    assert told_by["pc-1"].startswith("not-observed: pc-1 and pc-2 answer as one system")
    assert told_by["pc-2"] == told_by["pc-1"]


def test_a_name_in_the_file_counts_whatever_its_case() -> None:
    """Azure knows no case in names, so neither do exclusions, sites and entries; a name of nobody is told."""
    out = Exclusion(cloud="PC", reason="to be deleted", owner="ops@contoso.example", until=None)
    plan = plan_of(fleet(cloud_manager("pc", "4.11.2")), policy(scope=Scope(exclude=(out, LEFT_OUT))))

    assert reasons(plan)["pc"].startswith("excluded")
    assert [one.subject for one in plan.findings if one.check == "no-such-cloud"] == ["old"]


def test_a_pair_that_nobody_supports_is_told() -> None:
    """A 4.x paired with a 9.x is named, though its other cloud manager is well."""
    con = connector("con", "4.10.3", pairs=("pc-1", "pc-2"))
    plan = plan_of(fleet(cloud_manager("pc-1", "9.0.1"), cloud_manager("pc-2", "4.11.4"), con))
    found = [one for one in plan.findings if one.check == "never-paired"]

    assert ["con at 4.10.3" in one.summary and "pc-1 at 9.0.1" in one.summary for one in found] == [True]


def test_what_harms_an_appliance_harms_that_of_a_manager_already_there() -> None:
    """A refused risk of a release keeps the appliances of a mesh from it, though its managers have it."""
    network = NetworkExtension(
        id="x", network="net", appliance_id="id-NE-I1", state=UP, optimized=True, ephemeral=False
    )
    cloud, con = pair("4.11.3", "4.11.3", "4.11.2")
    plan = plan_of(fleet(cloud, replace(con, extensions=seen((network,)))), policy("4.11.3"))

    assert "HCX-MON-4113" in reasons(plan)["m"]


def test_a_switchover_is_no_time_for_work() -> None:
    """What takes time does not lie over a migration's scheduled switchover, for the calendar as for admission."""
    cloud, con = pair("4.11.4", "4.11.2", "4.11.4")
    moving = Migration(
        id="1",
        virtual_machine="erp",
        kind=MigrationKind.BULK,
        phase=MigrationPhase.WAITING_FOR_SWITCHOVER,
        started_at=None,
        switchover_at=NOW + timedelta(minutes=20),
    )
    plan = plan_of(fleet(cloud, replace(con, migrations=seen((moving,)))))

    assert plan.schedule.tasks[0].earliest == NOW + timedelta(minutes=80)
