"""What was measured in a run, out of its store."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.model.codec import to_json_text
from shared.model.outage import NetworkOutage
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunState
from shared.report.stored import view_of
from shared.store.sqlite import SqliteStore
from tests.report.canonical_outages import EXTENDED, measured_in, outages
from tests.report.canonical_run import INVENTORY, JOURNAL, LYON_MESH, PLAN, REQUEST, after, at

NE = LYON_MESH.appliances[1]
LATER = replace(LYON_MESH, id=f"{LYON_MESH.id}@4.11.5")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    with SqliteStore(tmp_path / "store.sqlite") as made:
        yield made


def keep(store: SqliteStore, plan: Plan = PLAN, kind: RunKind = RunKind.UPGRADE) -> Run:
    """Keep the canonical run with all that it found, and what was measured of mesh-lyon."""
    run = Run(request=replace(REQUEST, kind=kind), state=RunState.FAILED, plan_hash=plan.hash, ended_at=after(180))
    store.put_plan(plan)
    store.put_run(run)
    for entry in JOURNAL:
        store.append(REQUEST.id, entry)
    store.put_document(REQUEST.id, "inventory", to_json_text(INVENTORY))
    for facts in EXTENDED.managers:
        store.put_document(REQUEST.id, f"facts/{facts.manager.id}", to_json_text(facts))
    measure(store, LYON_MESH.id, outages())
    return run


def measure(store: SqliteStore, task: str, found: tuple[NetworkOutage, ...]) -> None:
    """Keep what was measured of one appliance, as the meter does."""
    store.put_document(REQUEST.id, f"outage/{task}/{NE.name}", to_json_text(found, tuple[NetworkOutage, ...]))


def test_a_run_is_read_with_its_outages(store: SqliteStore) -> None:
    """What was measured, and what was not, is told of the run as of one that is at hand."""
    run = keep(store)

    assert view_of(store, run, after(180)).outages == measured_in(at(180)).outages


def test_two_tasks_of_one_mesh_are_told_apart(store: SqliteStore) -> None:
    """A mesh that is upgraded twice on its way has its outages under each of both tasks."""
    group = replace(PLAN.groups[1], tasks=(*PLAN.groups[1].tasks, LATER))
    run = keep(store, replace(PLAN, hash="77" * 32, groups=(PLAN.groups[0], group)))
    measure(store, LATER.id, outages()[:2])
    found = {one.task: len(one.measured) for one in view_of(store, run, after(180)).outages}

    assert found == {LYON_MESH.id: 5, LATER.id: 2}


@pytest.mark.parametrize("kind", [RunKind.CHECK, RunKind.PLAN])
def test_a_run_that_changes_nothing_has_no_outages(store: SqliteStore, kind: RunKind) -> None:
    """Nothing is listed as not measured where nothing was to be changed."""
    assert view_of(store, keep(store, kind=kind), after(180)).outages == ()
