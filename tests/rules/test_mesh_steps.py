"""The steps of a mesh's task: their order, the modes that people are told, and the gateways at its end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.facts import ApplianceKind, FleetFacts
from shared.model.ne_mode import ApplianceMode
from shared.model.plan import CancelClass, MeshTask, StepKind
from shared.model.policy import Owner
from shared.rules import instructions
from shared.rules.cancelling import after_cancel
from shared.rules.leasing import wish_for
from shared.rules.obeying import may_end
from tests.builders.fleet_facts import NOW, appliance, cloud_manager, connector, fleet, mesh, meshed
from tests.report.planned_fleet import MESH
from tests.rules.test_planner import plan_of

IX, NE, SGW = ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION, ApplianceKind.SENTINEL_GATEWAY


def two_sources() -> FleetFacts:
    """One private cloud with two connectors, each with a mesh of its own; one of them has a gateway."""
    cloud = cloud_manager("pc", "4.11.4")
    gears = {
        "con-a": (
            replace(appliance("a-NE-1", "m-a", "con-a", "4.10.3", NE), extension_count=5),
            appliance("a-IX", "m-a", "con-a", "4.10.3", IX),
            appliance("a-SGW", "m-a", "con-a", "4.10.3", SGW),
            replace(appliance("a-NE-2", "m-a", "con-a", "4.10.3", NE), extension_count=2),
        ),
        "con-b": (appliance("b-IX", "m-b", "con-b", "4.10.3", IX),),
    }
    sources = [
        meshed(connector(name, "4.11.4", pairs=("pc",)), mesh(f"m-{name[-1]}", name, "pc"), *gear)
        for name, gear in gears.items()
    ]
    return fleet(cloud, *sources)


def task_of(name: str) -> MeshTask:
    """The task of one of the two meshes."""
    found = plan_of(two_sources()).task(name)
    assert isinstance(found, MeshTask)
    return found


def test_several_connectors_of_one_cloud_are_worked_each_from_its_own_side() -> None:
    """A task for each mesh, with its own source: nothing is done at the side of the cloud for both."""
    tasks = [one for one in plan_of(two_sources()).tasks if isinstance(one, MeshTask)]

    assert [(one.subject, one.initiator, one.receiver) for one in tasks] == [
        ("m-a", "con-a", "pc"),
        ("m-b", "con-b", "pc"),
    ]


def test_the_fewest_networks_go_first_after_the_interconnect() -> None:
    """Whatever the appliances are called."""
    assert [one.name for one in task_of("mesh:m-a").appliances] == ["a-IX", "a-NE-2", "a-NE-1"]


def test_a_gateway_is_the_last_step_before_the_hand_over() -> None:
    """A person's, with their patience, whoever owns the mesh, and in no one's window."""
    task = task_of("mesh:m-a")
    last = task.steps[-2]

    assert (last.kind, last.owner, last.section) == (StepKind.REDEPLOY_GATEWAY, Owner.ASSISTED, "2.6")
    assert task.gateway(last.id) is task.by_hand[0]
    assert task.needs_from(last.id) == timedelta()
    assert task.gateway(task.hand_over.id) is None


def test_a_gateway_that_waits_may_be_canceled() -> None:
    """Nothing of ours is under way while somebody is waited for."""
    task = task_of("mesh:m-a")
    step = task.by_hand[0].redeploy

    assert may_end(step)
    assert after_cancel(task, step.id, sent=False).cancel is CancelClass.SAFE_NOW
    assert wish_for(task, step.id, "r", NOW).subject == "mesh:m-a"


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        (ApplianceMode.IN_SERVICE, "Choose the mode In-Service."),
        (ApplianceMode.STANDARD, "Choose the mode Standard."),
        (ApplianceMode.HA_GROUP, "HCX upgrades the standby, switches over and upgrades the other."),
    ],
)
def test_a_person_is_told_the_mode(mode: ApplianceMode, words: str) -> None:
    """Of a network extension appliance; an interconnect has but one, for which no screen asks."""
    lead, item = MESH.appliances
    choice = replace(item.mode, mode=mode)

    assert words in instructions.for_appliance(MESH, replace(item, mode=choice))
    assert words not in instructions.for_appliance(MESH, replace(lead, mode=choice))


def test_a_person_is_told_which_gateway_to_redeploy_where() -> None:
    """With the version that it must have afterwards."""
    told = instructions.for_gateway(MESH, MESH.by_hand[0])

    assert told.startswith("Redeploy SGW-1 of mesh-lyon: at the source site con-lyon, open Interconnect > Service Mesh")
    assert "must be 4.11.4 afterwards" in told


def gateway_left(version: str) -> FleetFacts:
    """A mesh of ours whose appliances are where its managers are, but for a gateway of that version."""
    gear = (appliance("IX", "m", "con", "4.11.4", IX), appliance("SGW", "m", "con", version, SGW))
    peer = appliance("IX-R", "m", "pc", "4.11.4", IX)
    con = meshed(connector("con", "4.11.4", pairs=("pc",)), mesh("m", "con", "pc"), *gear)
    return fleet(meshed(cloud_manager("pc", "4.11.4"), mesh("m", "con", "pc"), peer), con)


def test_a_gateway_that_was_forgotten_has_a_task_of_its_own() -> None:
    """A person's, whoever owns the mesh: nothing is asked of HCX."""
    (task,) = plan_of(gateway_left("4.10.3")).tasks
    assert isinstance(task, MeshTask)

    assert (task.appliances, [one.name for one in task.by_hand]) == ((), ["SGW"])
    assert (task.owner, task.networks, task.needs_from(task.by_hand[0].redeploy.id)) == (Owner.ASSISTED, 0, timedelta())
    assert [one.section for one in task.steps] == ["2.1", "2.2", "2.6", "2.7"]


def test_a_gateway_that_is_where_its_managers_are_needs_none() -> None:
    """As long as nobody has to act, nobody is asked to."""
    assert plan_of(gateway_left("4.11.4")).tasks == ()
