"""Durations: from what was recorded where that is enough, else from the catalogue."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind
from shared.model.inventory import ManagerKind
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import (
    ApplianceUpgrade,
    CancelClass,
    Estimate,
    Hop,
    ManagerTask,
    MeshTask,
    Step,
    StepKind,
    Task,
)
from shared.model.policy import Owner
from shared.model.run import JournalEntry, JournalKind, Outcome, TaskResult
from shared.model.version import Version
from shared.rules.catalogue.records import Confidence, Lasting, Prior
from shared.rules.durations import ENOUGH, PUBLIC, RECORDED, Taken, estimate, lasting, taken_of, total

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 11, 24, 21, tzinfo=UTC)
HOP = Prior(
    of=Lasting.MANAGER_HOP,
    p50=45 * MINUTE,
    p90=90 * MINUTE,
    detail="",
    source="x",
    confidence=Confidence.INFERRED,
    dated=date(2026, 11, 1),
)


def recorded(*minutes: float, of: Lasting = Lasting.MANAGER_HOP) -> tuple[Taken, ...]:
    """Times of so many minutes."""
    return tuple(Taken(of=of, seconds=one * 60) for one in minutes)


def test_the_catalogue_counts_until_enough_is_recorded() -> None:
    """Nine recorded times change nothing, ten do."""
    assert estimate(HOP.of, (HOP,), recorded(*range(1, ENOUGH))) == Estimate(p50=HOP.p50, p90=HOP.p90, basis=PUBLIC)
    found = estimate(HOP.of, (HOP,), recorded(*range(10, 10 + ENOUGH)))
    assert found == Estimate(p50=15 * MINUTE, p90=20 * MINUTE, basis=RECORDED)


def test_only_times_of_the_same_kind_count() -> None:
    """What appliances took says nothing about managers."""
    others = recorded(*range(50), of=Lasting.INTERCONNECT)
    assert estimate(HOP.of, (HOP,), others).basis == PUBLIC


def test_without_any_figure_there_is_no_estimate() -> None:
    """A catalogue without a figure is a mistake that must show, not a time of nothing."""
    with pytest.raises(LookupError, match="interconnect"):
        estimate(Lasting.INTERCONNECT, (HOP,))


@given(st.lists(st.integers(1, 86400), min_size=ENOUGH, max_size=60))
def test_percentiles_stay_within_what_was_recorded(seconds: list[int]) -> None:
    """Both figures lie between the shortest and the longest, rounded up to five minutes, whatever the order."""
    history = tuple(Taken(of=HOP.of, seconds=one) for one in seconds)
    found = estimate(HOP.of, (HOP,), history)
    assert min(seconds) <= found.p50.total_seconds() <= found.p90.total_seconds() <= max(seconds) + 300
    assert found.p50 % timedelta(minutes=5) == found.p90 % timedelta(minutes=5) == timedelta()
    assert found == estimate(HOP.of, (HOP,), history[::-1])


def test_a_total_adds_both_figures() -> None:
    """A total is the sum of both, and names each basis once."""
    one = Estimate(p50=10 * MINUTE, p90=20 * MINUTE, basis=PUBLIC)
    other = Estimate(p50=MINUTE, p90=2 * MINUTE, basis=RECORDED)
    assert total((one, other, one)) == Estimate(p50=21 * MINUTE, p90=42 * MINUTE, basis=f"{PUBLIC}, {RECORDED}")
    assert total(()) == Estimate(p50=timedelta(), p90=timedelta(), basis="nothing to do")


@pytest.mark.parametrize("kind", ApplianceKind)
@pytest.mark.parametrize("mode", ApplianceMode)
def test_kinds_of_time(kind: ApplianceKind, mode: ApplianceMode) -> None:
    """Only network extension appliances have modes; every other appliance goes by the interconnect."""
    expected = {
        ApplianceMode.IN_SERVICE: Lasting.EXTENSION_IN_SERVICE,
        ApplianceMode.HA_GROUP: Lasting.EXTENSION_HA,
    }.get(mode, Lasting.EXTENSION_STANDARD)
    other = Lasting.INTERCONNECT
    assert lasting(kind, mode) is (expected if kind is ApplianceKind.NETWORK_EXTENSION else other)


# --- what a run recorded ----------------------------------------------------------------------------------------------

SPEND = Estimate(p50=MINUTE, p90=2 * MINUTE, basis=PUBLIC)
OLD, BETWEEN, NEW = Version("4.9.2"), Version("4.10.3"), Version("4.11.4")


def step(kind: StepKind, mark: str = "") -> Step:
    """A step of ours."""
    name = f"{kind.value}:{mark}" if mark else kind.value
    return Step(id=name, kind=kind, title=name, owner=Owner.OURS, cancel=CancelClass.SAFE_NOW, budget=MINUTE)


def hop(source: Version, target: Version) -> Hop:
    """One version change."""
    return Hop(
        source=source,
        target=target,
        takes=SPEND,
        stage=step(StepKind.STAGE, target.release),
        upgrade=step(StepKind.UPGRADE_MANAGER, target.release),
        answer=step(StepKind.ANSWER, target.release),
        verify=step(StepKind.VERIFY_MANAGER, target.release),
    )


def item(name: str, kind: ApplianceKind, mode: ApplianceMode) -> ApplianceUpgrade:
    """One appliance of the mesh."""
    return ApplianceUpgrade(
        appliance_id=name,
        name=name,
        kind=kind,
        source=OLD,
        peers=(),
        mode=ModeChoice(mode=mode, reason=""),
        takes=SPEND,
        upgrade=step(StepKind.UPGRADE_APPLIANCE, name),
        back=step(StepKind.APPLIANCE_BACK, name),
        verify=step(StepKind.VERIFY_APPLIANCE, name),
    )


MANAGER = ManagerTask(
    id="manager:pc-weu-01",
    subject="pc-weu-01",
    manager_kind=ManagerKind.CLOUD_MANAGER,
    system_id="s",
    clouds=("pc-weu-01",),
    depends_on=(),
    owner=Owner.OURS,
    owner_reason="",
    source=OLD,
    target=NEW,
    wave="all",
    sites=(),
    observe=step(StepKind.OBSERVE_MANAGER),
    check=step(StepKind.CHECK_MANAGER),
    protect=step(StepKind.PROTECT),
    hops=(hop(OLD, BETWEEN), hop(BETWEEN, NEW)),
    hand_over=step(StepKind.HAND_OVER_MANAGER),
)
MESH = MeshTask(
    id="mesh:m",
    subject="m",
    name="m",
    initiator="con-lyon",
    receiver="pc-weu-01",
    clouds=("pc-weu-01",),
    depends_on=(),
    owner=Owner.OURS,
    owner_reason="",
    target=NEW,
    wave="all",
    sites=(),
    observe=step(StepKind.OBSERVE_MESH),
    check=step(StepKind.CHECK_MESH),
    appliances=(
        item("IX-1", ApplianceKind.INTERCONNECT, ApplianceMode.STANDARD),
        item("NE-1", ApplianceKind.NETWORK_EXTENSION, ApplianceMode.IN_SERVICE),
    ),
    hand_over=step(StepKind.HAND_OVER_MESH),
)


def entry(task: Task, mark: Step, kind: JournalKind, minutes: int) -> JournalEntry:
    """Something that a task wrote so many minutes after it began."""
    suffix = "started" if kind is JournalKind.STEP_STARTED else "done"
    key = f"{task.id}/{mark.id}/{suffix}"
    return JournalEntry(key=key, at=NOW + minutes * MINUTE, kind=kind, text="", task=task.id, step=mark.id)


def ended(task: Task, outcome: Outcome) -> JournalEntry:
    """How a task ended."""
    result = TaskResult(
        task=task.id, outcome=outcome, reason="", detail="", who_can_act="", ended_at=NOW + timedelta(days=1)
    )
    return JournalEntry(
        key=f"{task.id}/ended",
        at=result.ended_at,
        kind=JournalKind.TASK_ENDED,
        text="",
        task=task.id,
        result=result,
    )


def worked(task: Task, pieces: list[tuple[Step, Step]], minutes: int) -> list[JournalEntry]:
    """A wait and a verification of every piece, `minutes` long, two hours apart from the next."""
    found = []
    for n, (first, last) in enumerate(pieces):
        found.append(entry(task, first, JournalKind.STEP_STARTED, 120 * n))
        found.append(entry(task, first, JournalKind.STEP_DONE, 120 * n + 1))
        found.append(entry(task, last, JournalKind.STEP_STARTED, 120 * n + 1))
        found.append(entry(task, last, JournalKind.STEP_DONE, 120 * n + minutes))
    return found


HOPS = [(one.answer, one.verify) for one in MANAGER.hops]
ITEMS = [(one.back, one.verify) for one in MESH.appliances]


def test_hops_and_appliances_are_recorded() -> None:
    """Each piece of a task that succeeded gives one time, of its own kind."""
    journal = [
        *worked(MANAGER, HOPS, 40),
        *worked(MESH, ITEMS, 15),
        ended(MANAGER, Outcome.SUCCEEDED),
        ended(MESH, Outcome.SUCCEEDED),
    ]
    expected = [(Lasting.MANAGER_HOP, 2400)] * 2 + [(Lasting.INTERCONNECT, 900), (Lasting.EXTENSION_IN_SERVICE, 900)]
    for entries in (journal, journal[::-1]):
        assert [(one.of, one.seconds) for one in taken_of(entries, (MANAGER, MESH))] == expected


def test_asking_somebody_takes_no_time() -> None:
    """What a person took before the upgrade began, and the bundle before it, is no part of the time."""
    upgrade, stage = MANAGER.hops[0].upgrade, MANAGER.hops[0].stage
    asked = [entry(MANAGER, one, JournalKind.STEP_STARTED, -9000) for one in (stage, upgrade)]
    journal = [*asked, *worked(MANAGER, HOPS[:1], 40), ended(MANAGER, Outcome.SUCCEEDED)]
    assert taken_of(journal, (MANAGER,)) == recorded(40)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.SUCCEEDED])
def test_only_success_is_recorded(outcome: Outcome) -> None:
    """A task that ended in any other way says nothing about how long an upgrade takes."""
    assert taken_of([*worked(MANAGER, HOPS, 40), ended(MANAGER, outcome)], (MANAGER,)) == ()


def test_what_is_not_whole_is_not_recorded() -> None:
    """A task that runs, a plan without the task, and a step without its end give nothing."""
    whole = [*worked(MANAGER, HOPS, 40), ended(MANAGER, Outcome.SUCCEEDED)]
    assert taken_of(whole[:-1], (MANAGER,)) == ()
    assert taken_of(whole, (MESH,)) == ()
    without_end = [one for one in whole if not one.key.endswith(f"{HOPS[1][1].id}/done")]
    assert taken_of(without_end, (MANAGER,)) == recorded(40)
