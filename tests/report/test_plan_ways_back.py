"""What protects each side, told once for all of whom it is true."""

from dataclasses import replace
from datetime import timedelta

from shared.model.plan import Safeguard, WayBack
from shared.report.plan_ways_back import ways_back_lines, ways_back_words
from tests.report.planned_fleet import LYON, MESH, PLAN, ULM


def snapshot(manager: str) -> WayBack:
    """A way back whose words name the manager."""
    text = f"HCX keeps a snapshot of {manager}"
    return WayBack(manager=manager, kind=Safeguard.AUTOMATIC_SNAPSHOT, lasts=timedelta(hours=24), text=text)


def test_the_same_way_back_is_one_row() -> None:
    """Texts that differ in nothing but the manager are told once, with all managers."""
    tasks = tuple(replace(one, way_back=(snapshot(one.subject),)) for one in (LYON, ULM))
    plan = replace(PLAN, groups=(replace(PLAN.groups[0], tasks=tasks),))
    rows = list(ways_back_lines(plan))

    assert "| automatic snapshot | 1 d | HCX keeps a snapshot of the connector. | con-lyon, con-ulm |" in rows
    assert sum(row.startswith("| automatic") for row in rows) == 1


def test_a_cloud_manager_and_a_mesh_are_called_what_they_are() -> None:
    """Whose way back it is decides the noun."""
    task = replace(MESH, way_back=(snapshot("pc-weu-01"), snapshot("mesh-lyon")))
    text = "\n".join(ways_back_lines(replace(PLAN, groups=(replace(PLAN.groups[0], tasks=(task,)),))))

    assert "a snapshot of the cloud manager. | pc-weu-01 |" in text
    assert "a snapshot of the mesh. | mesh-lyon |" in text


def test_a_task_has_its_ways_back_in_one_line() -> None:
    """For whom, by what, and how long; that there is none is said as well."""
    none = WayBack(manager="pc-weu-01", kind=Safeguard.NONE, lasts=None, text="normal")
    kept = WayBack(manager="con-lyon", kind=Safeguard.BACKUP, lasts=None, text="kept")
    task = replace(LYON, way_back=(snapshot("con-lyon"), kept, none))

    assert ways_back_words(task) == "con-lyon: automatic snapshot (1 d) and backup; pc-weu-01: no way back"


def test_without_any_there_is_no_section() -> None:
    """A plan without tasks says nothing of ways back."""
    assert list(ways_back_lines(replace(PLAN, groups=(), waves=()))) == []
