"""Steps that several tasks share, and texts without what they are about."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.model.plan import ManagerTask, Plan, Task
from shared.model.policy import Owner
from shared.report.plan_steps_text import form_of, forms_of, steps_lines, without_names
from tests.report.planned_fleet import MESH, PLAN, PROVIDER, ULM, manager

TWIN = manager("con-bonn", "4.9.2 4.11.4", Owner.ASSISTED, "broad", "pc-ger-01")
NAMES = st.text("abc-1", min_size=1, max_size=6)


def planned(*tasks: Task) -> Plan:
    """A plan of these tasks in one wave."""
    wave = replace(PLAN.waves[0], tasks=tuple(task.id for task in tasks))
    return replace(PLAN, groups=(replace(PLAN.groups[0], tasks=tasks),), waves=(wave,))


def test_equal_steps_are_told_once() -> None:
    """Two connectors that a person upgrades have their steps under one heading that names both."""
    text = "\n".join(steps_lines(forms_of(planned(ULM, TWIN))))

    assert text.count("### Steps of ") == 1
    assert "### Steps of a connector upgrade by a person at the site\n\nOf con-bonn, con-ulm." in text
    assert "  - 1.5 Upgrade the connector to R (up to 14 d)" in text


def test_hops_are_told_once_as_well() -> None:
    """However many hops a task has, it has the steps of one that has a single hop."""
    long = manager("con-kiel", "4.8.2 4.9.2 4.11.4", Owner.ASSISTED, "broad", "pc-ger-01")

    assert form_of(long) == form_of(ULM)


def test_another_owner_has_other_steps() -> None:
    """Whoever performs a task changes its words and times, so that its steps stand by themselves."""
    ours = manager("con-bonn", "4.9.2 4.11.4", Owner.OURS, "broad", "pc-ger-01")
    forms = forms_of(planned(ULM, ours, PROVIDER, MESH))

    assert sorted(set(forms.labels.values())) == [
        "a cloud manager upgrade by the provider",
        "a connector upgrade by a person at the site",
        "a connector upgrade by hcx-fleet",
        "a mesh upgrade with a gateway by hcx-fleet",
    ]


def test_two_ways_of_one_kind_are_told_apart() -> None:
    """Where two tasks of one kind and owner differ in a step, each has a heading of its own."""
    slower = replace(TWIN, check=replace(TWIN.check, budget=2 * TWIN.check.budget))
    forms = forms_of(planned(ULM, slower))

    assert forms.labels[ULM.id] == "a connector upgrade by a person at the site"
    assert forms.labels[slower.id] == "a connector upgrade by a person at the site, another way (2)"


def test_a_hop_with_other_steps_is_told_by_itself() -> None:
    """Hops that are not alike are numbered, so that nothing is told of one that is true of another only."""
    first = ULM.hops[0]
    odd = replace(ULM, hops=(first, replace(first, stage=replace(first.stage, title="Fetch it"))))
    text = "\n".join(steps_lines(forms_of(planned(odd))))

    assert "- hop 1:" in text
    assert "- hop 2:\n  - 1.4 Fetch it" in text


def test_the_provider_brings_its_bundle_along() -> None:
    """Nobody of us has to have a bundle where the provider upgrades."""
    text = "\n".join(steps_lines(forms_of(planned(PROVIDER))))

    assert "  - 1.4 Nothing to do for us: the provider brings its own bundle along" in text
    assert "Have the" not in text


def test_every_step_of_a_task_is_in_its_form() -> None:
    """Nothing is lost: the sections of a form are those of the task, one hop or appliance in place of all."""
    for task in PLAN.tasks:
        form = form_of(task)
        told = [line.split()[0] for line in (*form.before, *form.pieces[0], *form.after)]
        assert told == list(dict.fromkeys(step.section for step in task.steps))
        assert isinstance(task, ManagerTask) or form.what.startswith("a mesh upgrade")


@given(NAMES, NAMES)
def test_only_whole_names_are_replaced(name: str, other: str) -> None:
    """A name inside a longer one stays, and so does a release inside a longer one."""
    assert without_names(f"x{name} {name}x {other}", {name: "it"}) == (
        f"x{name} {name}x {'it' if name == other else other}"
    )


def test_a_longer_release_is_another_one() -> None:
    """A release that a longer one begins with is not meant by it, and a full stop after it ends a sentence."""
    assert without_names("from 4.11.4.1 and 4.11 to 4.11.4.", {"4.11.4": "R"}) == "from 4.11.4.1 and 4.11 to R."
