"""Which networks of a run were measured, and why the others were not."""

from dataclasses import replace

import pytest

from shared.model.facts import FleetFacts
from shared.model.plan import MeshTask, Plan
from shared.model.policy import Owner
from shared.model.view import NotMeasured, TaskOutages, TaskPhase, TaskView
from shared.rules.outage_view import outages_of
from tests.report.canonical_outages import EXTENDED, outages
from tests.report.canonical_run import FACTS, LYON_MESH, PLAN, at

ENDED, UNDER_WAY, NOT_BEGUN = at(180), at(115), at(40)
NETWORKS = ("net-erp", "net-lab", "net-print", "net-voice", "net-web")
IX, NE = LYON_MESH.appliances


def plan_of(task: MeshTask) -> Plan:
    """The canonical plan with another task for mesh-lyon."""
    groups = (
        replace(group, tasks=tuple(task if one.id == task.id else one for one in group.tasks)) for group in PLAN.groups
    )
    return replace(PLAN, groups=tuple(groups))


def owned(owner: Owner) -> MeshTask:
    """The task of mesh-lyon with its network extension appliance upgraded by somebody."""
    return replace(LYON_MESH, appliances=(IX, replace(NE, upgrade=replace(NE.upgrade, owner=owner))))


def of_lyon(found: tuple[TaskOutages, ...]) -> TaskOutages:
    """What is told of mesh-lyon."""
    return next(one for one in found if one.mesh == "mesh-lyon")


def stopped_at_upgrade(views: tuple[TaskView, ...]) -> tuple[TaskView, ...]:
    """The same with the task of mesh-lyon ended while its network extension appliance was to be upgraded."""
    return tuple(
        replace(
            view,
            spans=tuple(
                replace(span, ended_at=None) if span.step == NE.upgrade.id else span
                for span in view.spans
                if span.step not in {NE.back.id, NE.verify.id, LYON_MESH.hand_over.id}
            ),
        )
        if view.task == LYON_MESH.id
        else view
        for view in views
    )


def test_what_was_measured_is_not_listed_as_left() -> None:
    """Every network is told once: with its outage, or with the reason why there is none."""
    found = outages_of(PLAN, ENDED.tasks, EXTENDED, {LYON_MESH.id: outages()})

    assert [(one.mesh, len(one.measured), len(one.unmeasured)) for one in found] == [
        ("mesh-lyon", 5, 0),
        ("mesh-ulm", 0, 1),
    ]
    assert (found[1].unmeasured[0].networks, found[1].unmeasured[0].count) == (("net-press", "net-store"), 2)


@pytest.mark.parametrize(
    ("owner", "why"), [(Owner.OURS, NotMeasured.NOT_SAMPLED), (Owner.ASSISTED, NotMeasured.NOT_SEEN)]
)
def test_a_change_without_a_sample_is_told_by_who_made_it(owner: Owner, why: NotMeasured) -> None:
    """What hcx-fleet changed itself was not sampled; what somebody else changed was not seen while it went on."""
    found = of_lyon(outages_of(plan_of(owned(owner)), ENDED.tasks, EXTENDED, {}))

    assert [(one.appliance, one.networks, one.why) for one in found.unmeasured] == [(NE.name, NETWORKS, why)]


@pytest.mark.parametrize(
    ("owner", "why"), [(Owner.OURS, NotMeasured.NOT_SAMPLED), (Owner.ASSISTED, NotMeasured.NOT_CHANGED)]
)
def test_a_task_that_ended_while_somebody_was_waited_for_changed_nothing(owner: Owner, why: NotMeasured) -> None:
    """A change of ours may have been made whatever came after it; one that a person never made was not."""
    found = of_lyon(outages_of(plan_of(owned(owner)), stopped_at_upgrade(ENDED.tasks), EXTENDED, {}))

    assert [one.why for one in found.unmeasured] == [why]


def test_before_its_change_a_network_lost_nothing() -> None:
    """A task that has not come to an appliance left its networks alone."""
    found = of_lyon(outages_of(PLAN, NOT_BEGUN.tasks, EXTENDED, {}))

    assert [one.why for one in found.unmeasured] == [NotMeasured.NOT_CHANGED]


def test_while_a_task_goes_on_its_figures_are_to_come() -> None:
    """What is not measured yet is not told as lost."""
    view = next(one for one in UNDER_WAY.tasks if one.task == LYON_MESH.id)
    found = of_lyon(outages_of(PLAN, UNDER_WAY.tasks, EXTENDED, {}))

    assert view.phase is TaskPhase.RUNNING
    assert [one.why for one in found.unmeasured] == [NotMeasured.UNDER_WAY]


def test_a_network_that_no_sample_names_is_left_beside_the_others() -> None:
    """A network that was extended while the step ran is told as not sampled."""
    found = of_lyon(outages_of(PLAN, ENDED.tasks, EXTENDED, {LYON_MESH.id: outages()[1:]}))

    assert [(one.networks, one.why) for one in found.unmeasured] == [(("net-erp",), NotMeasured.NOT_SAMPLED)]


@pytest.mark.parametrize("facts", [FACTS, FleetFacts(managers=())], ids=["none listed", "nothing observed"])
def test_where_names_are_not_known_the_number_of_the_plan_counts(facts: FleetFacts) -> None:
    """Networks do not vanish because nobody could read what they are called."""
    planned = replace(LYON_MESH, appliances=(IX, replace(NE, networks=3)))
    found = outages_of(plan_of(planned), ENDED.tasks, facts, {})

    assert [(one.networks, one.count) for one in of_lyon(found).unmeasured] == [((), 3)]


def test_a_mesh_without_networks_is_not_told() -> None:
    """There is nothing to measure where nothing is extended."""
    assert outages_of(PLAN, ENDED.tasks, FACTS, {}) == ()
