"""Faults that have to be found before anything is changed: each blocks its subject, with a remedy and no change."""

from collections.abc import Callable

import pytest

from shared.model.facts import GapReason
from shared.model.inventory import SubscriptionState
from shared.model.version import Version
from shared.ports import NoSnapshots
from tests.builders.sending import at_once
from tests.faults.upgrader import CON, MESH, OLD_MESH, PC, PINNED, Upgrader, mesh_task

WITH_RUN_COMMANDS = f"arm: {{runCommandIdentity: true}}\n{OLD_MESH}"
"""With an identity that may start run commands."""
type Over = Callable[..., Upgrader]
NOT_SEEN = "not-observed"
TO_OWN = OLD_MESH.replace('version: "4.11.4"}', 'version: "4.11.2"}')
TO_9 = OLD_MESH.replace('version: "4.11.4"}', 'version: "9.1.0"}')
"""The same fleet with other targets."""


@pytest.mark.parametrize(
    ("fault", "subject", "why"),
    [
        ("wrong_host_certificate@con-lyon", CON, NOT_SEEN),
        ("expired_certificate@con-lyon", CON, NOT_SEEN),
        ("other_ca_certificate@con-lyon", CON, NOT_SEEN),
        ("html_answer@con-lyon", CON, NOT_SEEN),
        ("redirect_foreign@con-lyon", CON, NOT_SEEN),
        ("empty_answer@con-lyon", CON, NOT_SEEN),
        ("huge_answer@con-lyon", CON, NOT_SEEN),
        ("garbage_answer@con-lyon", CON, NOT_SEEN),
        ("stale_password@con-lyon-hcx", CON, NOT_SEEN),
        ("account_locked@con-lyon-hcx", CON, NOT_SEEN),
        ("session_401@con-lyon", CON, NOT_SEEN),
        ("role_missing@con-lyon", CON, NOT_SEEN),
        ("appengine_stopped@con-lyon", CON, NOT_SEEN),
        ("planengine_stopped@con-lyon", CON, "services-running"),
        ("unknown_status@con-lyon", MESH, "tunnels-up"),
        ("cross_major_pair@con-lyon", PC, "no-path"),
        ("pairing_down@con-lyon", CON, "site-pairs-healthy"),
        ("untrusted_cert@con-lyon", CON, "vcenter-connection"),
        ("nsx_link_down@con-lyon", CON, "nsx-connection"),
        ("pairing_needs_nsx@con-lyon", CON, "nsx-connection"),
        ("mesh_out_of_sync@mesh-lyon", MESH, "interconnect-in-sync"),
        ("appliance_vm_missing@mesh-lyon", MESH, "tunnels-up"),
        ("tunnel_down@mesh-lyon", MESH, "tunnels-up"),
        ("ha_flap@mesh-lyon", MESH, "tunnels-up"),
        ("wanopt_blocks@mesh-lyon", CON, "services-to-remove"),
        ("stuck_migration@mesh-lyon", MESH, "migrations-running"),
        ("replication_active@mesh-lyon", MESH, "replications-running"),
        ("sgw_no_flag@mesh-lyon", MESH, "appliances-known"),
        ("av64_container@pc-weu-01", MESH, "appliance-hosts"),
        ("http_502@con-lyon", PC, "peer-not-observed"),
        ("http_502@pc-weu-01", CON, "peer-not-observed"),
        ("arm_building@pc-weu-01", PC, "cloud-provisioned"),
    ],
)
def test_it_blocks_its_subject(over: Over, fault: str, subject: str, why: str) -> None:
    """The plan leaves the subject out, or its check blocks; without the fault nothing is in the way."""
    ours = over(fault)

    assert why in ours.in_the_way(ours.plan()).get(subject, set())
    assert ours.accepted() == 0


def test_without_a_fault_nothing_is_in_the_way(over: Over) -> None:
    """The world that these tests begin with is ready."""
    ours = over()

    assert ours.in_the_way(ours.plan()) == {}


def test_a_changed_certificate_is_to_be_confirmed(over: Over) -> None:
    """Where a thumbprint is pinned another one is not trusted, and the remedy says what to compare and where."""
    ours = over("certificate_changed@con-lyon", text=PINNED)
    gap = ours.look()[CON].gap("manager")

    assert gap is not None
    assert gap.reason is GapReason.CERTIFICATE
    assert gap.remedy.startswith("confirm the new thumbprint")


@pytest.mark.parametrize("fault", ["stale_password@con-lyon-hcx", "account_locked@con-lyon-hcx"])
def test_a_refused_account_is_not_tried_twice(over: Over, fault: str) -> None:
    """However often anybody looks, one log-in is refused and no more."""
    ours = over(fault)
    before = ours.failed_logins()
    for _ in range(3):
        ours.look()

    assert ours.failed_logins() - before == 1


def test_another_version_at_the_second_look_voids_the_plan(over: Over) -> None:
    """A manager that was of one version and is of another is not upgraded by the plan for the first."""
    ours = over("version_changes@con-lyon")
    planned = ours.plan()

    assert "manager con-lyon 4.11.2 → 4.10.1" in ours.approved(planned).problem


def test_another_system_at_the_same_address_voids_the_plan(over: Over) -> None:
    """A manager that goes by another id than it did is not upgraded by the plan for the first."""
    ours = over("identity_changes@con-lyon,from=PT1H")
    planned = ours.plan()
    ours.later(hours=1)

    assert "another system answers for manager con-lyon" in ours.approved(planned).problem


def test_a_manager_at_another_address_is_not_taken_for_the_one_that_was_seen(over: Over) -> None:
    """Where Azure lists it at an address at which nobody is, it counts as not observed, and its partners wait."""
    ours = over("address_changes@pc-weu-01")
    before, after = ours.in_the_way(ours.plan()), ours.in_the_way(ours.plan())

    assert (before, after[PC], after[CON]) == ({}, {NOT_SEEN}, {"peer-not-observed"})


def test_a_name_that_crashes_vcenter_is_told_before(over: Over) -> None:
    """The known risk is among the findings of the plan, with what to do."""
    found = [one for one in over("bad_network_name@mesh-lyon").plan().findings if "HCX-NETWORK-NAMES" in one.summary]

    assert found
    assert all(one.remedy for one in found)


@pytest.mark.parametrize(("faults", "mode"), [((), "standard"), (("issu_on_ha@mesh-lyon",), "ha-group")])
def test_an_ha_group_is_never_planned_in_service(over: Over, faults: tuple[str, ...], mode: str) -> None:
    """Its members are upgraded as a group; without one the same appliances have another mode."""
    planned = mesh_task(over(*faults).plan()).appliances

    assert {one.mode.mode.value for one in planned if "-NE-" in one.name} == {mode}


def test_a_mesh_is_left_alone_while_its_sides_differ(over: Over) -> None:
    """Appliances that are behind have a task where both managers are of one release, and none where they are not."""
    same = over(text=TO_OWN).plan()
    apart = over("peer_version_mismatch@con-lyon", text=TO_OWN)
    made = apart.plan()

    assert [task.kind for task in same.tasks] == ["mesh"]
    assert made.tasks == ()
    assert apart.in_the_way(made)[MESH] == {"no-path"}


def test_a_release_that_came_later_has_no_way_back_in_time(over: Over) -> None:
    """4.11.5 does not go to 9.1.0, whoever asks; the reason is that and not just the line between 4.x and 9.x."""

    def why(*faults: str) -> str:
        return next(one.detail for one in over(*faults, text=TO_9).plan().rest if one.subject == PC)

    assert "back-in-time: 9.1.0 is older than 4.11.5" in why("back_in_time")
    assert "back-in-time" not in why()


def test_a_service_that_9x_does_not_take_blocks(over: Over) -> None:
    """For a target of 9.x the check of services says what is still on, for one of 4.x it does not."""
    ours = over("service_blocks@mesh-lyon")
    task = ours.plan().task("manager:con-lyon")

    assert "services-to-remove" in {one.check for one in ours.findings(task, Version("9.1.0")) if one.blocks}
    assert "services-to-remove" not in {one.check for one in ours.findings(task, task.target) if one.blocks}


def test_addresses_that_are_missing_are_told(over: Over) -> None:
    """What keeps network extensions from an in-service upgrade is said of each, with what to put right."""
    wanted = "give the uplink network profile of con-lyon a spare address"

    def told(*faults: str) -> set[bool]:
        planned = mesh_task(over(*faults).plan()).appliances
        return {wanted in one.mode.to_fix for one in planned if "-NE-" in one.name}

    assert (told("ip_pool_exhausted@con-lyon"), told()) == ({True}, {False})


def test_a_depot_that_is_gone_is_a_bundle_to_be_staged(over: Over) -> None:
    """Nothing is sent to a manager without its bundle; the remedy says where to put it."""
    ours = over("download_failed@con-lyon")
    ours.look()
    act = ours.upgrade()

    assert (act.kind, getattr(act, "reason", ""), ours.accepted()) == ("refused", "bundle-missing", 0)


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("arm_denied@contoso-europe", SubscriptionState.DENIED),
        ("arm_html_answer", SubscriptionState.FAILED),
        ("arm_foreign_next_link", SubscriptionState.FAILED),
    ],
)
def test_a_subscription_that_cannot_be_read_is_reported(over: Over, fault: str, state: SubscriptionState) -> None:
    """It is in the report with its reason, and what it may hold is not planned for."""
    ours = over(fault)
    made = ours.plan()

    assert [one.state for one in ours.subscriptions()] == [state]
    assert ours.subscriptions()[0].detail
    assert PC not in {task.subject for task in made.tasks}


@pytest.mark.parametrize(("faults", "kind"), [((), "started"), (("cmdlet_missing@pc-weu-01",), "refused")])
def test_a_snapshot_that_nobody_takes_any_more_is_not_asked_for(over: Over, faults: tuple[str, ...], kind: str) -> None:
    """Without its cmdlet nothing is started, before any upgrade, and the refusal names what is gone and what to do."""
    ours = over(*faults, text=WITH_RUN_COMMANDS)
    manager = ours.look()[PC].manager
    act = ours.ports.run_command_snapshots.take(manager, "hcx-fleet r1 manager:pc-weu-01", at_once)

    assert not isinstance(ours.ports.run_command_snapshots, NoSnapshots)
    assert act.kind == kind
    assert getattr(act, "reason", "cmdlet-missing") == "cmdlet-missing"
    assert "New-HCXManagerSnapshot" in getattr(act, "detail", "New-HCXManagerSnapshot")
    assert getattr(act, "remedy", "nothing to do")
    assert (ours.world.truth()["mutations"] == []) == (kind == "refused")


def test_maintenances_that_may_not_be_read_block(over: Over) -> None:
    """What the provider plans could be anything then: manager and mesh wait, and the remedy names the permission."""
    text = OLD_MESH.replace("{name: contoso-europe}", "{name: contoso-europe, deniedParts: [maintenances]}")
    ours = over(text=text)
    made = ours.plan()
    found = next(one for one in made.findings if one.check == "maintenances-known")

    assert ours.in_the_way(made) == {PC: {"maintenances-known"}, MESH: {"maintenances-known"}}
    assert "Microsoft.AVS/privateClouds/maintenances/read" in found.remedy
