"""What a task waits for, and who is awaited."""

from dataclasses import replace

import pytest

from shared.model.plan import Requirement, Task
from shared.model.version import Version
from shared.report.plan_waiting import Around, waits_words
from shared.report.plan_words import subject_names
from tests.report.planned_fleet import LYON, MESH, PLAN, PROVIDER, ULM

AROUND = Around(tasks={task.id: task for task in PLAN.tasks}, names=subject_names(PLAN))
TIMES = {one.task: one for one in PLAN.schedule.tasks}


def said(task: Task, told: str) -> str:
    """The words of a wait that a schedule tells."""
    return waits_words(task, replace(TIMES[task.id], waits_for=told), AROUND)


@pytest.mark.parametrize(
    ("task", "told", "expected"),
    [
        (ULM, "", ""),
        (ULM, "a person at ulm does it", "a person at ulm"),
        (ULM, "begins after wave canary; nobody needs to act", "wave canary"),
        (
            ULM,
            "wave broad waits for somebody to let it go; avs-leads",
            "wave broad waits for somebody to let it go (avs-leads)",
        ),
        (PROVIDER, "", "the provider"),
        (PROVIDER, "begins after wave canary; nobody needs to act", "wave canary; then the provider"),
        (PROVIDER, "the provider upgrades it, announced", "the provider upgrades it, announced"),
        (LYON, "begins after pc-weu-01; the provider; window w opens", "pc-weu-01 (the provider); window w opens"),
        (LYON, "begins after pc-weu-01; nobody needs to act", "pc-weu-01 (the provider)"),
        (LYON, "begins after wave canary; nobody needs to act", "pc-weu-01 (the provider); wave canary"),
    ],
)
def test_whoever_is_awaited_is_named(task: Task, told: str, expected: str) -> None:
    """Tasks that come first are named with who performs them, and nobody is never awaited."""
    assert said(task, told) == expected


def test_what_has_to_be_seen_first_is_named() -> None:
    """What the first change requires is waited for; what a later hop requires is not."""
    needed = Requirement(kind="mesh", subject="m-17", version=Version("4.10.3"), reason="a rule")
    first, second = LYON.hops
    late = replace(LYON, depends_on=(), hops=(first, replace(second, requires=(needed,))))

    assert waits_words(replace(late, hops=(replace(first, requires=(needed,)),)), None, AROUND) == (
        "mesh mesh-lyon at 4.10.3"
    )
    assert waits_words(late, None, AROUND) == ""


def test_the_earlier_upgrade_of_a_mesh_is_told_by_its_release() -> None:
    """Two upgrades of one mesh have one name, so that the one that comes first is named with where it leads."""
    before = replace(MESH, id="mesh:m-17@4.10.3", target=Version("4.10.3"), depends_on=())
    around = Around(tasks={before.id: before}, names=AROUND.names)

    assert waits_words(replace(MESH, depends_on=(before.id,)), None, around) == "mesh mesh-lyon at 4.10.3 (hcx-fleet)"
