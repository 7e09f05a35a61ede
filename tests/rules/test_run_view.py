"""The fold of plan and journal, entry by entry, over the canonical run."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.codec import from_json, to_json
from shared.model.facts import ApplianceKind
from shared.model.finding import Evidence, Finding, Verdict
from shared.model.plan import MeshTask, Plan, SubjectKind
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState
from shared.model.version import Version
from shared.model.view import RunView, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.run_view import newest, run_view, short, title
from shared.rules.subjects import subjects_seen
from tests.builders.fleet_facts import appliance, cloud_manager, connector, fleet, inventory, mesh, meshed, unread
from tests.report.canonical_run import (
    FACTS,
    INVENTORY,
    JOURNAL,
    LYON_MESH,
    LYON_TASK,
    PLAN,
    REQUEST,
    after,
    at,
)

CLOUD, CONNECTOR, MESH = SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR, SubjectKind.MESH
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STEP = LYON_TASK.observe


def told(kind: JournalKind, minute: int = 0, **more: object) -> JournalEntry:
    """An entry about the first step of the task of con-lyon."""
    fields: dict[str, object] = {"step": STEP.id, "section": STEP.section, "task": LYON_TASK.id, **more}
    return JournalEntry(key=f"{kind}-{minute}", at=after(minute), kind=kind, text="", **fields)  # type: ignore[arg-type]


def waits(reason: WaitingFor) -> Waiting:
    """A wait that somebody at the site can end."""
    return Waiting(reason=reason, detail="it is so", since=after(0), who_can_act="Ann")


def folded(*journal: JournalEntry, plan: Plan = PLAN, kind: RunKind = RunKind.UPGRADE) -> RunView:
    """The view of a run under way with this journal."""
    return run_view(
        run=Run(request=replace(REQUEST, kind=kind), state=RunState.RUNNING),
        plan=plan,
        journal=journal,
        inventory=INVENTORY,
        facts=FACTS,
        findings=(),
        now=after(60),
    )


def lyon(view: RunView) -> TaskView:
    """The task of con-lyon."""
    return next(one for one in view.tasks if one.task == LYON_TASK.id)


# --- tasks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("journal", "phase"),
    [
        ([], TaskPhase.PLANNED),
        ([told(JournalKind.ADMITTED)], TaskPhase.RUNNING),
        ([told(JournalKind.STEP_STARTED)], TaskPhase.RUNNING),
        ([told(JournalKind.ADMITTED), told(JournalKind.WAITING, waiting=waits(WaitingFor.PERSON))], TaskPhase.WAITING),
        ([told(JournalKind.ADMITTED), told(JournalKind.WAITING, waiting=waits(WaitingFor.MANAGER))], TaskPhase.RUNNING),
        ([told(JournalKind.WAITING, waiting=waits(WaitingFor.DEPENDENCY))], TaskPhase.PLANNED),
    ],
)
def test_a_task_has_the_phase_that_its_entries_tell(journal: list[JournalEntry], phase: TaskPhase) -> None:
    """A task waits only while somebody else must act; while HCX is at work it runs."""
    assert lyon(folded(*journal)).phase is phase


@pytest.mark.parametrize(
    "later", [JournalKind.STEP_STARTED, JournalKind.STEP_DONE, JournalKind.CALLED, JournalKind.ADMITTED]
)
def test_a_wait_is_over_when_the_task_moves_on(later: JournalKind) -> None:
    """What was waited for is forgotten as soon as the journal shows that it came."""
    view = folded(
        told(JournalKind.ADMITTED), told(JournalKind.WAITING, 1, waiting=waits(WaitingFor.PERSON)), told(later, 2)
    )

    assert lyon(view).waiting is None


def test_a_report_alone_does_not_end_a_wait() -> None:
    """Somebody who says that it is done changes nothing until it is observed."""
    waiting = waits(WaitingFor.PERSON)

    view = folded(
        told(JournalKind.ADMITTED), told(JournalKind.WAITING, 1, waiting=waiting), told(JournalKind.REPORTED, 2)
    )

    assert lyon(view).waiting == waiting


def test_percent_is_steps_done_and_what_hcx_says_of_the_current_one() -> None:
    """With one of twelve steps done and HCX at half of the second, an eighth of the task is done."""
    second = LYON_TASK.check

    view = folded(
        told(JournalKind.STEP_STARTED, 1),
        told(JournalKind.STEP_DONE, 2),
        told(JournalKind.STEP_STARTED, 3, step=second.id),
        told(JournalKind.PROGRESS, 4, step=second.id, percent=50),
    )

    assert len(LYON_TASK.steps) == 12
    assert lyon(view).percent == 12


def test_progress_of_a_step_that_is_done_counts_no_more() -> None:
    """What HCX said of an earlier step is not added to the next one."""
    view = folded(
        told(JournalKind.STEP_STARTED, 1),
        told(JournalKind.PROGRESS, 2, percent=90),
        told(JournalKind.STEP_DONE, 3),
        told(JournalKind.STEP_STARTED, 4, step=LYON_TASK.check.id),
    )

    assert lyon(view).percent == 100 // 12


def test_spans_follow_the_plan_and_stay_open_where_a_step_did_not_end() -> None:
    """Every step that began has a span in the order of the procedure, open where it is not done."""
    spans = lyon(at(40)).spans

    assert [span.section for span in spans] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]
    assert [span.ended_at is None for span in spans] == [False] * 6 + [True]


def test_a_step_known_only_by_its_end_has_a_span() -> None:
    """A step that was found done already has a span of no length instead of none."""
    [span] = lyon(folded(told(JournalKind.STEP_DONE, 5))).spans

    assert (span.started_at, span.ended_at) == (after(5), after(5))


def test_a_task_that_has_not_begun_says_what_comes_first_and_who_moves_it() -> None:
    """A mesh behind a connector behind a waiting cloud manager names the connector and whoever the cloud waits for."""
    oslo = next(one for one in at(40).tasks if one.task == "manager:con-oslo")

    assert oslo.waiting is not None
    assert (oslo.waiting.reason, oslo.waiting.detail) == (
        WaitingFor.DEPENDENCY,
        "begins after pc-weu-02 4.10.3 → 4.11.4",
    )
    assert oslo.waiting.who_can_act == "Microsoft, who upgrades this cloud manager"
    assert oslo.waiting.since == after(2)


def test_a_task_with_nothing_before_it_waits_for_its_turn() -> None:
    """A task that may begin and was not admitted yet waits for a slot."""
    waiting = lyon(folded()).waiting

    assert waiting is not None
    assert waiting.reason is WaitingFor.SLOT


@pytest.mark.parametrize("kind", [RunKind.CHECK, RunKind.PLAN])
def test_a_run_that_upgrades_nothing_makes_no_task_wait(kind: RunKind) -> None:
    """In a check or a plan no task is about to begin, so none waits."""
    assert all(task.waiting is None for task in folded(kind=kind).tasks)


def test_tasks_that_wait_for_each_other_do_not_break_the_view() -> None:
    """Even a plan with a circle of dependencies can be shown."""
    one, two = replace(LYON_TASK, depends_on=(LYON_MESH.id,)), replace(LYON_MESH, depends_on=(LYON_TASK.id,))
    group = replace(PLAN.groups[1], tasks=(one, two))

    view = folded(plan=replace(PLAN, groups=(group,)))

    assert [task.phase for task in view.tasks] == [TaskPhase.PLANNED] * 2


def test_a_title_says_what_from_where_to_where() -> None:
    """A task reads as an operator says it; a mesh of mixed versions leaves out where from."""
    mixed = replace(LYON_MESH.appliances[0], source=Version("4.9.2"))

    assert title(LYON_TASK) == "con-lyon 4.8.2 → 4.11.4"
    assert title(LYON_MESH) == "mesh-lyon 4.10.3 → 4.11.4"
    assert title(replace(LYON_MESH, appliances=(mixed, LYON_MESH.appliances[1]))) == "mesh-lyon → 4.11.4"


@pytest.mark.parametrize(
    ("version", "said"), [(None, "unknown"), (Version("odd"), "odd"), (Version("4.11.3.0-24972693"), "4.11.3")]
)
def test_versions_are_said_short(version: Version | None, said: str) -> None:
    """People speak of releases; what is not understood keeps its own text."""
    assert short(version) == said


# --- the run --------------------------------------------------------------------------------------------------------


def test_the_run_is_at_a_hundred_percent_only_when_it_has_ended() -> None:
    """While the run goes on its percent is the mean of its tasks, and afterwards a hundred."""
    assert at(1).percent == 0
    assert 0 < at(40).percent < 100
    assert at(180).percent == 100


def test_percent_never_falls() -> None:
    """No entry of the journal takes progress back."""
    percents = [at(minutes).percent for minutes in range(0, 190, 5)]

    assert percents == sorted(percents)


@given(st.lists(st.sampled_from(JOURNAL), unique=True))
def test_any_part_of_a_journal_can_be_shown(entries: list[JournalEntry]) -> None:
    """A journal with holes, in any order, never raises and loses no subject."""
    view = folded(*entries)

    assert len(view.placed) == len(view.subjects) == 13
    assert all(0 <= task.percent <= 100 for task in view.tasks)


def test_a_view_survives_the_round_trip() -> None:
    """The read model can be kept and read again as JSON."""
    view = at(40)

    assert from_json(RunView, to_json(view)) == view


# --- findings -------------------------------------------------------------------------------------------------------


def finding(verdict: Verdict, minute: int | None, summary: str = "so") -> Finding:
    """What one check says of one mesh, observed at a minute or never."""
    seen = Evidence(text="e", observed_at=NOW + timedelta(minutes=minute) if minute is not None else None)
    return Finding(check="c", subject="m", verdict=verdict, summary=summary, evidence=(seen,))


def test_a_later_look_replaces_an_earlier_one() -> None:
    """A check that passes now is not shown with what it said an hour ago, whichever of both comes first."""
    old, other, new = (
        finding(Verdict.OUTAGE_RISK, 1),
        replace(finding(Verdict.WARN, 1), check="d"),
        finding(Verdict.PASS, 60),
    )

    assert newest([old, other, new]) == (other, new)
    assert newest([new, other, old]) == (new, other)


def test_findings_of_one_look_stand_side_by_side() -> None:
    """Two findings that one look came to are both kept, though one rests on an older observation."""
    one, two = finding(Verdict.WARN, 1, "one"), finding(Verdict.OUTAGE_RISK, 2, "two")

    assert newest([one, two]) == (one, two)


def test_what_could_not_be_observed_is_never_replaced() -> None:
    """A finding without a time is kept, since nobody knows which one is newer."""
    unseen, other, seen = (
        finding(Verdict.UNKNOWN, None),
        replace(finding(Verdict.WARN, 1), check="d"),
        finding(Verdict.PASS, 60),
    )

    assert newest([unseen, other, seen]) == (unseen, other, seen)
    assert newest([unseen, other, unseen]) == (unseen, other)


# --- subjects -------------------------------------------------------------------------------------------------------


def pair() -> tuple[object, ...]:
    """A cloud manager and a connector that share a mesh, each reporting its own side of it."""
    shared = mesh("m", "con", "pc")
    near = appliance("ix", "m", "con", "4.11.4", ApplianceKind.INTERCONNECT)
    far = appliance("ix-r", "m", "pc", "4.10.3", ApplianceKind.INTERCONNECT)
    old = appliance("sgw", "m", "con", "4.5.0", ApplianceKind.SENTINEL_GATEWAY)
    odd = appliance("ne", "m", "con", "what", ApplianceKind.NETWORK_EXTENSION)
    return (
        meshed(cloud_manager("pc", "4.11.4"), replace(shared, name="as the cloud calls it"), far),
        meshed(connector("con", "4.10.3", pairs=("pc",)), shared, near, old, odd),
    )


def test_a_mesh_is_counted_once_by_its_initiator() -> None:
    """Both managers report the mesh; it is one subject, named as its initiator names it."""
    facts = fleet(*pair())  # type: ignore[arg-type]

    seen = subjects_seen(inventory(facts), facts, None)

    assert [(one.kind, one.id, one.name, one.clouds) for one in seen] == [
        (CLOUD, "pc", "pc", ("pc",)),
        (CONNECTOR, "con", "con", ("pc",)),
        (MESH, "m", "m", ("pc",)),
    ]


def test_the_version_of_a_mesh_is_the_lowest_of_what_its_task_upgrades() -> None:
    """A far appliance that lags shows; one of unknown version and a gateway that no task upgrades do not."""
    facts = fleet(*pair())  # type: ignore[arg-type]

    seen = subjects_seen(inventory(facts), facts, None)

    assert [str(one.version) for one in seen] == ["4.11.4", "4.10.3", "4.10.3"]


def test_the_subjects_of_a_large_fleet_are_found_at_once() -> None:
    """Two thousand pairs with their meshes take a moment: no look at everything for each of them."""
    numbers = range(2_000)
    clouds = [cloud_manager(f"pc-{i}", "4.11.4") for i in numbers]
    connectors = [
        meshed(connector(f"con-{i}", "4.11.4", pairs=(f"pc-{i}",)), mesh(f"m-{i}", f"con-{i}", f"pc-{i}"))
        for i in numbers
    ]
    facts = fleet(*clouds, *connectors)
    found = inventory(facts)
    began = time.perf_counter()

    seen = subjects_seen(found, facts, None)

    assert Counter(one.kind for one in seen) == dict.fromkeys((CLOUD, CONNECTOR, MESH), 2_000)
    assert time.perf_counter() - began < 2  # a tenth by itself; the quadratic way takes many seconds


def test_a_connector_that_never_answered_is_still_a_subject() -> None:
    """A connector of the policy that nobody could read is seen, without version and without clouds."""
    facts = fleet(unread(connector("con", "4.10.3")))

    [seen] = subjects_seen(inventory(facts), fleet(), None)

    assert (seen.kind, seen.id, seen.version, seen.clouds) == (CONNECTOR, "con", None, ())


def test_what_the_plan_knew_is_not_lost_when_the_last_look_fails() -> None:
    """A mesh that was planned and cannot be read any more is still counted, with the clouds of its task."""
    seen = subjects_seen(None, fleet(), PLAN)

    assert {(one.kind, one.id) for one in seen} >= {(MESH, "mesh-lyon"), (CONNECTOR, "con-lyon")}
    assert next(one.clouds for one in seen if one.id == "mesh-lyon") == ("pc-weu-01",)


def test_a_run_for_one_cloud_counts_what_belongs_to_it() -> None:
    """A single-cloud run accounts for its cloud, its connectors and its meshes, and for no other."""
    seen = subjects_seen(INVENTORY, FACTS, PLAN, "pc-weu-01")

    assert [one.id for one in seen] == ["pc-weu-01", "con-lyon", "mesh-lyon"]


def test_every_planned_task_is_about_a_subject() -> None:
    """No task is shown that no subject stands for."""
    view = at(180)
    subjects = {(one.kind, one.id) for one in view.subjects}

    assert all((task.kind, task.subject) in subjects for task in view.tasks)
    assert {task.kind for task in view.tasks if isinstance(PLAN.task(task.task), MeshTask)} == {MESH}


def test_a_run_without_anything_is_shown() -> None:
    """Right after the request there is no inventory, no plan and no journal, and still a view."""
    request = RunRequest(
        id="r", kind=REQUEST.kind, trigger=REQUEST.trigger, requested_by="x", requested_at=REQUEST.requested_at
    )

    view = run_view(
        run=Run(request=request, state=RunState.NOT_STARTED),
        plan=None,
        journal=(),
        inventory=None,
        facts=fleet(),
        findings=(),
        now=NOW,
    )

    assert (view.subjects, view.placed, view.tasks, view.percent) == ((), (), (), 0)
