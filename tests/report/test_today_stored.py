"""What `today` is made from, out of a store: the plan that is meant, and the runs that are under way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared.model.codec import to_json_text
from shared.model.plan import Plan
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.version import Version
from shared.report.kept_plans import POLICY
from shared.report.today_stored import NothingPlannedError, today_of
from shared.rules.catalogue import catalogue
from shared.store.sqlite import SqliteStore
from tests.report.planned_fleet import NOW, PLAN
from tests.rules.today_material import FACTS, PEOPLE, inventory

PART = replace(PLAN, hash="9f2c" + "0" * 60, private_cloud="pc-us-02", private_clouds=("pc-us-02",), groups=(), rest=())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    """An empty store."""
    with SqliteStore(tmp_path / "store.sqlite") as made:
        yield made


def keep(
    store: SqliteStore, plan: Plan, hours: int, kind: RunKind = RunKind.PLAN, target: Version | None = None
) -> str:
    """Keep a run of a plan with all that it found; gives its id."""
    request = RunRequest(
        id=f"{kind.value}-{hours}",
        kind=kind,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW + timedelta(hours=hours),
        private_cloud=plan.private_cloud,
        target=target,
    )
    going_on = kind is RunKind.UPGRADE
    state = RunState.RUNNING if going_on else RunState.SUCCEEDED
    store.put_plan(plan)
    store.put_run(Run(request=request, state=state, plan_hash=plan.hash, ended_at=None if going_on else ended(hours)))
    store.put_document(request.id, POLICY, to_json_text(PEOPLE))
    store.put_document(request.id, "inventory", to_json_text(inventory()))
    for facts in FACTS.managers:
        store.put_document(request.id, f"facts/{facts.manager.id}", to_json_text(facts))
    return request.id


def ended(hours: int) -> datetime:
    """When a run that was asked for at that hour ended."""
    return NOW + timedelta(hours=hours, minutes=5)


def test_the_newest_plan_of_the_whole_fleet_is_meant(store: SqliteStore) -> None:
    """One of a single private cloud, or of what would be, says nothing of the others."""
    whole = keep(store, PLAN, 0)
    keep(store, PART, 1)
    keep(store, replace(PLAN, hash="77" * 32), 2, target=Version("9.0.1"))
    material, found = today_of(store, catalogue(), NOW + timedelta(hours=3))

    assert (material.run.request.id, found.plan, found.private_cloud) == (whole, PLAN.hash, None)
    assert found.subjects == sum(one.subjects for one in found.counts) > 0


def test_the_plan_of_one_cloud_counts_where_there_is_no_other(store: SqliteStore) -> None:
    """And the list says that it is about that cloud alone."""
    keep(store, PART, 1)

    assert today_of(store, catalogue(), NOW)[1].private_cloud == "pc-us-02"


def test_a_run_under_way_is_part_of_it(store: SqliteStore) -> None:
    """Nobody is asked to start a plan that is being carried out."""
    keep(store, PLAN, 0)
    before = today_of(store, catalogue(), NOW)[1]
    run = keep(store, PLAN, 1, RunKind.UPGRADE)
    material, after = today_of(store, catalogue(), NOW + timedelta(hours=2))

    assert [one.item.key for one in before.rows if one.item.key == "start"] == ["start"]
    assert [one.item.key for one in after.rows if one.item.key == "start"] == []
    assert [one.run.request.id for one in material.under_way] == [run]


def test_without_a_plan_there_is_no_list(store: SqliteStore) -> None:
    """The error says how to make one."""
    with pytest.raises(NothingPlannedError, match="hcx-fleet plan"):
        today_of(store, catalogue(), NOW)
