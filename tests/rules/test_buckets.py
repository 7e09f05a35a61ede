"""Every subject in exactly one bucket: rules as examples, promises as properties."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import GapReason
from shared.model.finding import Finding, Verdict
from shared.model.orders import AtHop
from shared.model.plan import Baseline, Plan, Rest, SubjectKind, Unplanned
from shared.model.policy import Mode, Owner
from shared.model.run import Bucket, Outcome, Placed, Run, RunKind, RunRequest, RunState, RunTrigger, TaskResult
from shared.model.version import Version
from shared.model.view import StepSpan, SubjectSeen, TaskPhase, TaskView
from shared.model.waiting import Waiting, WaitingFor
from shared.rules.buckets import BY_OUTCOME, BY_REST, WORST_FIRST, deciders, place, worst
from tests.builders.fleet_facts import cloud_manager, connector, fleet, unread

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
CLOUD, CONNECTOR, MESH = SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR, SubjectKind.MESH
NOTHING = fleet()


def subject(kind: SubjectKind, name: str, *clouds: str) -> SubjectSeen:
    """Something seen; a private cloud belongs to itself."""
    return SubjectSeen(kind=kind, id=name, name=name, clouds=clouds or (name,), version=None)


def result(outcome: Outcome, reason: str = "why") -> TaskResult:
    """The end of a task."""
    return TaskResult(task="t", outcome=outcome, reason=reason, detail="so it is", who_can_act="Ann", ended_at=NOW)


def task(kind: SubjectKind, name: str, *, phase: TaskPhase = TaskPhase.PLANNED, **more: object) -> TaskView:
    """A task of a subject; ended when it is given a result."""
    fields: dict[str, object] = {
        "task": f"task:{name}",
        "title": f"{name} 1 → 2",
        "owner": Owner.OURS,
        "clouds": (),
        "depends_on": (),
        "percent": 0,
        "spans": (),
        "waiting": None,
        "result": None,
        **more,
    }
    ended = fields["result"] is not None
    return TaskView(subject=name, kind=kind, phase=TaskPhase.ENDED if ended else phase, **fields)  # type: ignore[arg-type]


def rest(kind: SubjectKind, name: str, reason: Unplanned) -> Rest:
    """Something without a task."""
    return Rest(kind=kind, subject=name, clouds=(name,), reason=reason, detail="it is so", who_can_act="Bob")


def plan(*without: Rest) -> Plan:
    """A plan with these entries for what has no task; its tasks do not matter here."""
    return Plan(
        hash="h",
        made_at=NOW,
        name="n",
        mode=Mode.AUTO,
        target=Version("4.11.4"),
        policy_hash="p",
        confirmations_hash="c",
        catalogue_hash="k",
        concurrency=1,
        private_clouds=(),
        waves=(),
        groups=(),
        rest=without,
        baseline=Baseline(),
        findings=(),
    )


def run(kind: RunKind = RunKind.UPGRADE) -> Run:
    """A run under way."""
    request = RunRequest(id="r", kind=kind, trigger=RunTrigger.HTTP, requested_by="x", requested_at=NOW)
    return Run(request=request, state=RunState.RUNNING)


def placed(
    subjects: list[SubjectSeen],
    tasks: list[TaskView],
    made: Plan | None = None,
    *,
    kind: RunKind = RunKind.UPGRADE,
    ended: bool = False,
    findings: tuple[Finding, ...] = (),
) -> list[Placed]:
    """The placement of these subjects."""
    return list(
        place(
            run=run(kind),
            ended=ended,
            subjects=subjects,
            plan=made or plan(),
            tasks=tasks,
            facts=NOTHING,
            findings=findings,
        )
    )


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome is not Outcome.SKIPPED])
def test_the_end_of_a_task_places_its_subject(outcome: Outcome) -> None:
    """A connector stands where its task ended, with the task's own reason unless all went well."""
    [one] = placed([subject(CONNECTOR, "con", "pc")], [task(CONNECTOR, "con", result=result(outcome))])

    assert one.bucket is BY_OUTCOME[outcome]
    assert one.reason == ("upgraded" if outcome is Outcome.SUCCEEDED else "why")


@pytest.mark.parametrize("reason", Unplanned)
def test_every_reason_for_no_task_has_a_bucket(reason: Unplanned) -> None:
    """Whatever the plan says of a subject without a task, the subject has a bucket and the plan's reason."""
    [one] = placed([subject(CONNECTOR, "con", "pc")], [], plan(rest(CONNECTOR, "con", reason)))

    assert (one.bucket, one.reason, one.who_acts_next) == (BY_REST[reason], reason.value, "Bob")


def test_what_could_not_be_read_says_why() -> None:
    """A manager that was not observed stands as unknown for the reason of its gap, not merely as not observed."""
    facts = fleet(unread(cloud_manager("pc", "4.10.3")), unread(connector("con", "4.10.3"), GapReason.CERTIFICATE))
    made = plan(rest(CLOUD, "pc", Unplanned.NOT_OBSERVED), rest(CONNECTOR, "con", Unplanned.NOT_OBSERVED))

    places = place(
        run=run(),
        ended=True,
        subjects=[subject(CLOUD, "pc"), subject(CONNECTOR, "con", "elsewhere")],
        plan=made,
        tasks=[],
        facts=facts,
        findings=[],
    )

    assert [(one.bucket, one.reason) for one in places] == [
        (Bucket.UNKNOWN, "login-refused"),
        (Bucket.UNKNOWN, "certificate"),
    ]


def test_what_was_skipped_stands_where_the_cause_stands() -> None:
    """A mesh whose connector was skipped because its cloud manager failed is failed, too, for a dependency."""
    tasks = [
        task(CLOUD, "pc", result=result(Outcome.FAILED)),
        task(CONNECTOR, "con", depends_on=("task:pc",), result=result(Outcome.SKIPPED, "dependency")),
        task(MESH, "m", depends_on=("task:con",), result=result(Outcome.SKIPPED, "dependency")),
    ]

    [mesh] = placed([subject(MESH, "m", "pc")], tasks)

    assert (mesh.bucket, mesh.reason) == (Bucket.FAILED, "dependency")


def test_a_mesh_whose_manager_never_came_to_its_hop_stands_where_that_stands() -> None:
    """It depended on no end of a task, only on how far its manager would be on its way."""
    hop = AtHop(task="task:con", release="4.9.2")
    tasks = [
        task(CONNECTOR, "con", result=result(Outcome.FAILED)),
        task(MESH, "m", after_hops=(hop,), result=result(Outcome.SKIPPED, "dependency")),
    ]

    [mesh] = placed([subject(MESH, "m", "con")], tasks)

    assert (mesh.bucket, mesh.reason) == (Bucket.FAILED, "dependency")


def test_what_was_skipped_for_no_known_cause_is_blocked() -> None:
    """A skipped task whose dependency nobody knows was not changed, so its subject is blocked."""
    [one] = placed([subject(MESH, "m", "pc")], [task(MESH, "m", result=result(Outcome.SKIPPED, "cancelled"))])

    assert (one.bucket, one.reason) == (Bucket.BLOCKED, "cancelled")


@pytest.mark.parametrize(
    ("reason", "phase", "bucket"),
    [
        (WaitingFor.PERSON, TaskPhase.WAITING, Bucket.WAITING),
        (WaitingFor.HCX_JOB, TaskPhase.RUNNING, Bucket.RUNNING),
        (WaitingFor.SLOT, TaskPhase.PLANNED, Bucket.PLANNED),
    ],
)
def test_a_wait_is_told_in_the_bucket_of_its_phase(reason: WaitingFor, phase: TaskPhase, bucket: Bucket) -> None:
    """While the run goes on, a wait gives the reason, and who waits for whom decides the bucket."""
    waiting = Waiting(reason=reason, detail="soon", since=NOW, who_can_act="Ann")

    [one] = placed([subject(CONNECTOR, "con", "pc")], [task(CONNECTOR, "con", phase=phase, waiting=waiting)])

    assert (one.bucket, one.reason, one.detail, one.who_acts_next) == (bucket, reason.value, "soon", "Ann")


def test_a_task_that_the_end_of_the_run_cut_off_is_unknown() -> None:
    """A task that had begun and has no end when the run is over may have left anything behind."""
    span = StepSpan(step="s", section="1.5", title="Start", owner=Owner.OURS, started_at=NOW, ended_at=None)

    [one] = placed(
        [subject(CONNECTOR, "con", "pc")],
        [task(CONNECTOR, "con", phase=TaskPhase.RUNNING, spans=(span,))],
        ended=True,
    )

    assert (one.bucket, one.reason, one.detail) == (Bucket.UNKNOWN, "not-ended", "the run ended while 1.5 Start")


def test_a_task_that_never_began_stays_planned() -> None:
    """When the run ends before a task began, its subject is still only planned."""
    [one] = placed([subject(CONNECTOR, "con", "pc")], [task(CONNECTOR, "con")], ended=True)

    assert (one.bucket, one.reason) == (Bucket.PLANNED, "not-started")


@pytest.mark.parametrize(
    ("verdict", "bucket"),
    [
        (Verdict.OUTAGE_RISK, Bucket.BLOCKED),
        (Verdict.UPGRADE_FAILURE, Bucket.BLOCKED),
        (Verdict.UNKNOWN, Bucket.UNKNOWN),
        (Verdict.WARN, Bucket.PLANNED),
        (Verdict.MANUAL, Bucket.PLANNED),
    ],
)
def test_a_check_run_is_placed_by_its_findings(verdict: Verdict, bucket: Bucket) -> None:
    """A check says what would stop an upgrade now: a finding that blocks places its subject."""
    found = Finding(check="tunnels-up", subject="m", verdict=verdict, summary="down", remedy="mend it")

    [one] = placed([subject(MESH, "m", "pc")], [task(MESH, "m")], kind=RunKind.CHECK, ended=True, findings=(found,))

    assert one.bucket is bucket
    assert one.reason == ("planned" if bucket is Bucket.PLANNED else "tunnels-up")


def test_a_plan_run_is_not_placed_by_its_findings() -> None:
    """A plan says what will be done; what stands in its way today is told beside it."""
    found = Finding(check="tunnels-up", subject="m", verdict=Verdict.OUTAGE_RISK, summary="down")

    [one] = placed([subject(MESH, "m", "pc")], [task(MESH, "m")], kind=RunKind.PLAN, ended=True, findings=(found,))

    assert one.bucket is Bucket.PLANNED


def test_without_a_plan_everything_waits_for_it_or_is_unknown() -> None:
    """Before planning nothing is known; a run that ended there leaves every subject unknown with the problem."""
    con = [subject(CONNECTOR, "con", "pc")]
    early = place(run=run(), ended=False, subjects=con, plan=None, tasks=[], facts=NOTHING, findings=[])
    late = place(run=run(), ended=True, subjects=con, plan=None, tasks=[], facts=NOTHING, findings=[])

    assert [(one.bucket, one.reason) for one in (*early, *late)] == [
        (Bucket.PLANNED, "not-planned-yet"),
        (Bucket.UNKNOWN, "not-planned"),
    ]


def test_what_the_plan_does_not_know_is_unknown() -> None:
    """A mesh that appeared after the plan was made is not passed over."""
    [one] = placed([subject(MESH, "m", "pc")], [])

    assert (one.bucket, one.reason) == (Bucket.UNKNOWN, "not-in-plan")


# --- private clouds -------------------------------------------------------------------------------------------------


def test_a_cloud_stands_where_its_worst_member_stands() -> None:
    """A cloud names the member that decided and gives that member's reason and who acts."""
    subjects = [subject(CLOUD, "pc"), subject(CONNECTOR, "con", "pc"), subject(MESH, "m", "pc")]
    tasks = [
        task(CLOUD, "pc", result=result(Outcome.SUCCEEDED)),
        task(CONNECTOR, "con", result=result(Outcome.BLOCKED, "migrations-running")),
        task(MESH, "m", depends_on=("task:con",), result=result(Outcome.SKIPPED, "dependency")),
    ]

    places = placed(subjects, tasks)

    assert places[0] == Placed(
        kind=CLOUD,
        subject="pc",
        bucket=Bucket.BLOCKED,
        reason="migrations-running",
        detail="con: so it is",
        who_acts_next="Ann",
    )
    assert deciders(places, subjects) == {"pc": subjects[1]}


def test_a_current_cloud_with_an_upgraded_connector_is_upgraded() -> None:
    """Where the manager needed nothing and the connector was upgraded, the cloud was worked on."""
    subjects = [subject(CLOUD, "pc"), subject(CONNECTOR, "con", "pc")]

    places = placed(
        subjects,
        [task(CONNECTOR, "con", result=result(Outcome.SUCCEEDED))],
        plan(rest(CLOUD, "pc", Unplanned.CURRENT)),
    )

    assert (places[0].bucket, places[0].reason, places[0].detail) == (Bucket.UPGRADED, "upgraded", "con 1 → 2")


def test_the_cause_decides_before_what_was_skipped_because_of_it() -> None:
    """Where manager and connector stand equally badly, the one that is the cause gives the reason."""
    subjects = [subject(CLOUD, "pc"), subject(CONNECTOR, "con", "pc")]
    tasks = [
        task(CLOUD, "pc", depends_on=("task:con",), result=result(Outcome.SKIPPED, "dependency")),
        task(CONNECTOR, "con", result=result(Outcome.WAITING, "person")),
    ]

    assert placed(subjects, tasks)[0].reason == "person"


def test_a_shared_connector_speaks_for_each_of_its_clouds() -> None:
    """A connector of two clouds puts both where it stands."""
    subjects = [subject(CLOUD, "a"), subject(CLOUD, "b"), subject(CONNECTOR, "con", "a", "b")]
    made = plan(rest(CLOUD, "a", Unplanned.CURRENT), rest(CLOUD, "b", Unplanned.CURRENT))

    places = placed(subjects, [task(CONNECTOR, "con", result=result(Outcome.FAILED))], made)

    assert [one.bucket for one in places] == [Bucket.FAILED] * 3


def test_a_connector_named_like_a_cloud_is_another_subject() -> None:
    """Two subjects of different kinds may share an id without sharing a bucket."""
    subjects = [subject(CLOUD, "same"), subject(CONNECTOR, "same", "other")]

    places = placed(
        subjects,
        [task(CONNECTOR, "same", result=result(Outcome.FAILED))],
        plan(rest(CLOUD, "same", Unplanned.CURRENT)),
    )

    assert [one.bucket for one in places] == [Bucket.CURRENT, Bucket.FAILED]


# --- promises -------------------------------------------------------------------------------------------------------

KINDS = st.sampled_from([CLOUD, CONNECTOR, MESH])
NAMES = st.sampled_from("abcd")
KEYS = st.tuples(KINDS, NAMES)
RESULTS = st.builds(result, st.sampled_from(Outcome), st.sampled_from(["why", "dependency", ""]))
WAITS = st.builds(
    Waiting,
    reason=st.sampled_from(WaitingFor),
    detail=st.text(max_size=5),
    since=st.just(NOW),
    who_can_act=st.text(max_size=5),
)


@st.composite
def task_views(draw: st.DrawFn) -> TaskView:
    """Any task, with dependencies that may be missing, circular or its own."""
    kind, name = draw(KEYS)
    return task(
        kind,
        name,
        phase=draw(st.sampled_from([TaskPhase.PLANNED, TaskPhase.RUNNING, TaskPhase.WAITING])),
        depends_on=tuple(f"task:{other}" for other in draw(st.lists(NAMES, max_size=3))),
        waiting=draw(st.none() | WAITS),
        result=draw(st.none() | RESULTS),
        owner=draw(st.sampled_from(Owner)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[SubjectSeen], list[TaskView], Plan | None, RunKind, bool]:
    """Any combination of subjects, tasks, plan and run, however contradictory."""
    keys = draw(st.lists(KEYS, unique=True, max_size=10))
    clouds = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
    subjects = [subject(kind, name, *((name,) if kind is CLOUD else draw(clouds))) for kind, name in keys]
    resting = draw(st.lists(st.tuples(KEYS, st.sampled_from(Unplanned)), max_size=6))
    made = draw(st.none() | st.just(plan(*(rest(kind, name, why) for (kind, name), why in resting))))
    return subjects, draw(st.lists(task_views(), max_size=8)), made, draw(st.sampled_from(RunKind)), draw(st.booleans())


@given(worlds())
def test_count_in_is_count_out(world: tuple[list[SubjectSeen], list[TaskView], Plan | None, RunKind, bool]) -> None:
    """Whatever is seen, planned and ended, every subject comes out once, in its order, and nothing raises."""
    subjects, tasks, made, kind, ended = world

    places = place(run=run(kind), ended=ended, subjects=subjects, plan=made, tasks=tasks, facts=NOTHING, findings=[])

    assert [(one.kind, one.subject) for one in places] == [(one.kind, one.id) for one in subjects]


@given(worlds())
def test_the_worst_wins(world: tuple[list[SubjectSeen], list[TaskView], Plan | None, RunKind, bool]) -> None:
    """No private cloud stands better than any of its connectors and meshes, and one of them or itself stands so."""
    subjects, tasks, made, kind, ended = world
    alone = [one for one in subjects if one.kind is not CLOUD]

    def bucket_of(chosen: list[SubjectSeen]) -> dict[tuple[SubjectKind, str], Bucket]:
        places = place(run=run(kind), ended=ended, subjects=chosen, plan=made, tasks=tasks, facts=NOTHING, findings=[])
        return {(one.kind, one.subject): one.bucket for one in places}

    together = bucket_of(subjects)
    for cloud in (one for one in subjects if one.kind is CLOUD):
        members = [one for one in alone if cloud.id in one.clouds]
        own = bucket_of([cloud])[CLOUD, cloud.id]
        expected = worst([own, *(together[one.kind, one.id] for one in members)], otherwise=own)
        assert together[CLOUD, cloud.id] is expected


def test_the_order_of_badness_knows_every_bucket() -> None:
    """Every bucket has its one place in the order."""
    assert sorted(WORST_FIRST) == sorted(Bucket)
