"""What HCX is at work on: migrations, replications, interconnect tasks and jobs."""

from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.reading import Found, document, items
from shared.model.facts import (
    HcxJob,
    JobState,
    Migration,
    MigrationKind,
    MigrationPhase,
    ReplicationCounters,
)
from shared.model.record import record

ENDED_MIGRATIONS: Final = frozenset({"MIGRATED", "MIGRATE_FAILED", "MIGRATE_CANCELED"})
MIGRATION_KINDS: Final = {
    "VMOTION": MigrationKind.VMOTION,
    "BULK": MigrationKind.BULK,
    "RAV": MigrationKind.REPLICATION_ASSISTED,
    "COLD": MigrationKind.COLD,
    "OSAM": MigrationKind.OS_ASSISTED,
    "DR": MigrationKind.PROTECTION,
}
"""Wire words of types and phases are inferred."""
MIGRATION_PHASES: Final = {
    "TRANSFERRING": MigrationPhase.TRANSFER,
    "SWITCHOVER_WAITING": MigrationPhase.WAITING_FOR_SWITCHOVER,
    "SWITCHING_OVER": MigrationPhase.SWITCHOVER,
}
JOB_STATES: Final = {
    "QUEUED": JobState.QUEUED,
    "RUNNING": JobState.RUNNING,
    "SUCCESS": JobState.SUCCEEDED,
    "FAILED": JobState.FAILED,
}
NO_REASON: Final = (
    "HCX gave no reason; a person at the source site: look for it in the HCX plug-in at Interconnect > Service Mesh > "
    "Tasks, and in the manager's logs"
)
"""What is said of a failure that HCX says nothing of."""
AT_WORK: Final = frozenset({JobState.QUEUED, JobState.RUNNING})
PERCENT_MAX: Final = 100


@record
class TaskReport:
    """An interconnect task, and what its request names."""

    job: HcxJob
    names: frozenset[str]
    """Ids and names of the appliances that its request is about."""

    @property
    def at_work(self) -> bool:
        """Whether it is queued or running. A state that is not understood may be either, so it counts."""
        return self.job.state in AT_WORK or self.job.state is JobState.UNKNOWN


def read_migrations(answer: Answer) -> tuple[Migration, ...]:
    """`migrations`: those that have not ended; one in an unknown state has not.

    Raises:
        UnreadableError: there is no whole list.
    """
    rows = items(document(answer))
    return tuple(_migration(one) for one in rows if one.at("jobInfo", "state").text() not in ENDED_MIGRATIONS)


def _migration(row: Found) -> Migration:
    info = row.at("migrationInfo")
    return Migration(
        id=row.at("migrationId").text() or "",
        virtual_machine=info.at("entityDetails", "entityName").text() or "",
        kind=MIGRATION_KINDS.get(info.at("migrationType").text() or "", MigrationKind.UNKNOWN),
        phase=MIGRATION_PHASES.get(info.at("phase").text() or "", MigrationPhase.UNKNOWN),
        started_at=row.at("jobInfo", "creationDate").when(),
    )


def read_replications(answer: Answer) -> ReplicationCounters:
    """`replications`: the four counters over both directions; an empty one counts nothing.

    Raises:
        UnreadableError: a counter is missing, or is no count. A counter that is not there is not a zero.
    """
    found = document(answer)
    counters = found.at("data") if found.at("data").is_object else found
    return ReplicationCounters(
        active=_count(counters, "activeReplicationCnt"),
        configuring=_count(counters, "configuringReplicationCnt"),
        recovering=_count(counters, "recoveringReplicationCnt"),
        syncing=_count(counters, "syncingReplicationCnt"),
    )


def _count(counters: Found, name: str) -> int:
    counter = counters.at(name)
    if not counter.is_object:
        raise counters.unreadable(f"it has no {name}")
    directions = [counter.at(way) for way in ("outgoing", "incoming")]
    counts = [one.number() for one in directions if one.there]
    if any(count is None or count < 0 for count in counts):
        raise counters.unreadable(f"{name} is no count")
    return sum(count or 0 for count in counts)


def read_tasks(answer: Answer) -> tuple[TaskReport, ...]:
    """`hcx-tasks`: every interconnect task that the manager still knows.

    Raises:
        UnreadableError: there is no whole list, or a task has no id.
    """
    return tuple(_task(one) for one in items(document(answer)))


def read_task(answer: Answer) -> HcxJob:
    """`hcx-task`: one interconnect task.

    Raises:
        UnreadableError: it has no id.
    """
    found = document(answer)
    return _task(found.at("data") if found.at("data").is_object else found).job


def read_job(answer: Answer) -> HcxJob:
    """`job`: one HCX job, which can be done *and* failed.

    Raises:
        UnreadableError: it has no id.
    """
    found = document(answer)
    kind, state = found.at("jobType").text() or "", _flags(found)
    said = found.at("errorMessage").text() or found.at("message").text() or ""
    return HcxJob(
        id=found.need_text("jobId"),
        type=kind,
        entity_id="",
        state=state,
        percent=percent(found.at("percentComplete")),
        message=said or (_silent(found, kind) if state is JobState.FAILED else ""),
    )


def _silent(found: Found, kind: str) -> str:
    """What is known of a job that failed without a word: which it is, and whether somebody cancelled it."""
    ended = "was cancelled" if found.at("isCancelled").flag() else "failed"
    return f"HCX job {found.need_text('jobId')}{f' ({kind})' if kind else ''} {ended}: {NO_REASON}"


def _flags(found: Found) -> JobState:
    """Failure goes before completion: nothing says that a failed job is not also done."""
    flag = {name: found.at(name).flag() for name in ("didFail", "isCancelled", "isDone", "isQueued")}
    if flag["didFail"] or flag["isCancelled"]:
        return JobState.FAILED
    if flag["isDone"] is None or flag["didFail"] is None:
        return JobState.UNKNOWN
    if flag["isDone"]:
        return JobState.SUCCEEDED
    return JobState.QUEUED if flag["isQueued"] else JobState.RUNNING


def _task(item: Found) -> TaskReport:
    state = job_state(item.at("status").text())
    job = HcxJob(
        id=item.need_text("interconnectTaskId"),
        type=item.at("type").text() or "",
        entity_id=item.at("entityDetails", "id").text() or "",
        state=state,
        percent=percent(item.at("progress")),
        message=_failure(item) if state is JobState.FAILED else _doing(item),
    )
    return TaskReport(job=job, names=frozenset(_names(item.at("request", "appliances"))))


def _names(appliances: Found) -> list[str]:
    """Appliances of a request, as objects or as bare names: the body is inferred."""
    words = [
        word
        for one in appliances.each()
        for word in (one.text(), one.at("applianceId").text(), one.at("applianceName").text())
    ]
    return [word for word in words if word]


def _failure(item: Found) -> str:
    """What HCX says of a failure; where it says nothing, the step that failed, and that it gave no reason."""
    steps = item.at("steps").each()
    errors = [error.at("message").text() for step in steps for error in step.at("errors").each()]
    said = [item.at("errorMessage").text(), *errors, item.at("message").text()]
    failed = [step.at("title").text() for step in steps if step.at("status").text() == "FAILED"]
    where = [f"step {title!r} failed" for title in failed if title]
    return "; ".join(dict.fromkeys(text for text in said if text)) or ": ".join([*where[:1], NO_REASON])


def _doing(item: Found) -> str:
    running = [step for step in item.at("steps").each() if step.at("status").text() == "RUNNING"]
    said = [item.at("message").text(), *(text for step in running[:1] for text in (step.at("title").text(),))]
    return ": ".join(dict.fromkeys(text for text in said if text))


def job_state(word: str | None) -> JobState:
    """What a wire word says of a task."""
    return JOB_STATES.get(word or "", JobState.UNKNOWN)


def percent(found: Found) -> int | None:
    """A percentage; anything outside of one is none."""
    number = found.number()
    return number if number is not None and 0 <= number <= PERCENT_MAX else None


def read_started(answer: Answer) -> str | None:
    """The answer to a change of a mesh: id of the interconnect task, or of the job, that was started.

    Raises:
        UnreadableError: it is no JSON, or an error.
    """
    found = document(answer)
    places = (found.at("data", "interconnectTaskId"), found.at("interconnectTaskId"), found.at("data", "jobId"))
    return next((text for place in (*places, found.at("id")) if (text := place.text())), None)
