"""Plain rows: complete, in a fixed order, and in words."""

from shared.model.plan import SubjectKind
from shared.model.run import Bucket, Outcome
from shared.model.view import TaskPhase
from shared.report.rows import finding_rows, fleet_rows, plan_rows, rest_rows, result_rows, task_rows
from tests.builders.fleet_facts import NOW
from tests.report.canonical_run import CLOUDS, FACTS, FINDINGS, INVENTORY, PLAN, at


def test_the_fleet_lists_every_cloud_with_what_belongs_to_it() -> None:
    """Every private cloud has a row with its subscription, its version, its connectors and when it was looked at."""
    rows = {row.cloud: row for row in fleet_rows(at(180), INVENTORY, FACTS)}

    assert list(rows) == sorted(CLOUDS)
    lyon = rows["pc-weu-01"]
    assert (lyon.subscription, lyon.location, lyon.version) == ("Contoso production", "westeurope", "4.11.4")
    assert (lyon.connectors, lyon.meshes) == (("con-lyon 4.11.4",), ("mesh-lyon 4.11.4",))
    assert (lyon.bucket, lyon.observed_at) == (Bucket.UPGRADED, NOW)
    assert (rows["pc-swe-01"].version, rows["pc-swe-01"].observed_at) == ("unknown", None)


def test_results_come_worst_first() -> None:
    """The result of a run begins with what failed and ends with what was left alone."""
    rows = result_rows(at(180), SubjectKind.PRIVATE_CLOUD)

    assert [row.bucket for row in rows] == [
        Bucket.FAILED,
        Bucket.UNKNOWN,
        Bucket.BLOCKED,
        Bucket.WAITING,
        Bucket.UPGRADED,
        Bucket.CURRENT,
        Bucket.EXCLUDED,
    ]
    assert len(result_rows(at(180))) == 13


def test_progress_names_the_step_and_the_wait() -> None:
    """A task under way names its step, a waiting one what it waits for, an ended one neither."""
    rows = {row.task: row for row in task_rows(at(40))}

    assert rows["manager:con-lyon"].step == "1.7 Verify version 4.9.2 and the services of con-lyon"
    assert rows["manager:con-ulm"].waits.startswith("for a person at the site: it is still 4.10.3")
    assert (rows["manager:con-ulm"].state, rows["manager:con-graz"].state) == (TaskPhase.WAITING, Outcome.BLOCKED)
    assert (rows["manager:con-graz"].step, rows["manager:con-graz"].waits) == ("", "")


def test_a_plan_lists_its_tasks_and_all_the_rest() -> None:
    """Every task and every subject without one has a row."""
    assert [row.task for row in plan_rows(PLAN)] == [task.id for task in PLAN.tasks]
    assert [row.reason for row in rest_rows(PLAN)] == [rest.reason.value for rest in PLAN.rest]


def test_findings_come_gravest_first() -> None:
    """What would break something is listed before what a person should look at, and passes come last."""
    rows = finding_rows(FINDINGS)

    assert [row.said for row in rows] == ["outage risk", *["a person must look"] * 4, *["passed"] * 4]
    assert rows[0].observed_at is not None
    assert rows[1].observed_at is None
