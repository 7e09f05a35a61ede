"""The report of a run as a person reads it: in the tables and words that commands on this machine have."""

from collections.abc import Iterator

from rich.console import Group

from cli import tables
from cli.remote.documents import Commanded, RunSeen
from shared.model.finding import Evidence, Finding
from shared.model.inventory import SubscriptionState
from shared.model.plan import SubjectKind
from shared.report.document import FindingPart, Report, SubjectPart, TaskPart
from shared.report.sheet import Grid, Sheet
from shared.report.words import KINDS, SYMBOL, WAITS_FOR, sentence, when
from shared.rules.buckets import WORST_FIRST

_UNREAD = frozenset({SubscriptionState.DENIED, SubscriptionState.FAILED})
_RESULT = ("HCX", "STANDS", "REASON", "DETAIL", "WHO ACTS NEXT")


def names_of(report: Report) -> tables.Names:
    """What people call the subjects of a run."""
    return {(one.kind, one.id): one.name for one in report.subjects}


def results(report: Report, kind: SubjectKind) -> Group | None:
    """Every subject of a kind in its one bucket, the gravest first; None where none was seen."""
    seen = sorted(
        (one for one in report.subjects if one.kind is kind),
        key=lambda one: (WORST_FIRST.index(one.bucket), one.name, one.id),
    )
    return _table((KINDS[kind][0].upper(), *_RESULT), tuple(map(_result, seen)))


def unread(report: Report) -> Group | None:
    """Subscriptions that could not be read, None when all could."""
    rows = tuple(
        (one.name or one.id, one.state.value, one.detail) for one in report.subscriptions if one.state in _UNREAD
    )
    return _table(("SUBSCRIPTION", "STATE", "DETAIL"), rows)


def needs(report: Report) -> Group | None:
    """What goes no further until somebody acts; None when nothing needs anybody."""
    rows = tuple(
        (
            one.who,
            f"{KINDS[one.kind][0]} {one.name}",
            one.reason,
            one.remedy or one.detail,
            when(one.until) if one.until else "",
        )
        for one in report.needs
    )
    return _table(("WHO ACTS", "ABOUT", "REASON", "WHAT", "BY"), rows)


def tasks(report: Report) -> Group | None:
    """Every task and where it is; None where there are none yet."""
    rows = tuple(
        (one.title, one.owner.value, _state(one), f"{one.percent} %", _step(one), _waits(one)) for one in report.tasks
    )
    return _table(("TASK", "OWNER", "STANDS", "DONE", "STEP", "WAITS"), rows)


def findings(report: Report) -> Group | None:
    """What stands in the way one by one, then what only a person can tell."""
    return tables.findings(tuple(map(_finding, report.findings)), names_of(report))


def asked(report: Report) -> Group | None:
    """Who is asked to let something go; None where nobody is."""
    every = report.control.asked if report.control else ()
    rows = tuple(
        (one.wave, one.tasks, ", ".join(one.approvers), str(one.missing), when(one.until) if one.until else "")
        for one in every
    )
    return _table(("ASKS TO GO", "TASKS", "APPROVERS", "MISSING", "UNTIL"), rows)


def headline(report: Report, run: RunSeen) -> str:
    """How a run stands, in two sentences or three."""
    return "\n".join(
        (
            f"Run {run.id}: {run.status.value}, {run.detail.phase}, {run.percent} %",
            report.headline,
            f"{run.why} Who can act: {run.who_can_act}",
        )
    )


def said(told: Commanded, run: str) -> Sheet:
    """What a command comes to."""
    rows = tuple((one.task, one.at or "", one.cancel.value if one.cancel else "", one.text) for one in told.still)
    return Sheet(
        head=(told.text,),
        grids=(Grid(columns=("TASK", "IS AT", "CANCEL", "WHAT STILL HAPPENS"), rows=rows),),
        foot=(f"The run reads it at its next safe point. How it stands: hcx-fleet status {run}",),
    )


def why_of(run: RunSeen, subject: str) -> Iterator[str]:
    """What a run says of a task, or of something that it saw; nothing where it knows neither."""
    for one in run.tasks:
        if subject in {one.id, one.subject}:
            yield f"{one.title}:"
            if one.result is not None:
                ended = f"{one.result.outcome.value}: {sentence(one.result.detail)}"
                yield f"  {ended} Who can act: {one.result.who_can_act}."
            elif one.waiting is not None:
                waits = f"waits for {WAITS_FOR[one.waiting.reason]} since {when(one.waiting.since)}"
                yield f"  {waits}: {sentence(one.waiting.detail)} Who can act: {one.waiting.who_can_act}."
    for placed in run.placed:
        if subject == placed.subject:
            yield f"{placed.bucket}: {sentence(placed.detail)} Who acts next: {placed.who_acts_next}."


def _table(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Group | None:
    return tables.sheet(Sheet(grids=(Grid(columns=columns, rows=rows),))) if rows else None


def _result(one: SubjectPart) -> tuple[str, ...]:
    stands = f"{SYMBOL[one.bucket]} {one.bucket.value}"
    return one.name, one.version or "", stands, one.reason, one.detail, one.who_acts_next


def _state(task: TaskPart) -> str:
    return task.result.outcome.value if task.result else task.phase.value


def _step(task: TaskPart) -> str:
    return next((f"{one.section} {one.title}" for one in reversed(task.steps) if one.state == "running"), "")


def _waits(task: TaskPart) -> str:
    waiting = task.waiting
    return f"for {WAITS_FOR[waiting.reason]}: {waiting.detail} ({waiting.who_can_act})" if waiting else ""


def _finding(one: FindingPart) -> Finding:
    return Finding(
        check=one.check,
        subject=one.subject,
        verdict=one.verdict,
        summary=one.summary,
        evidence=tuple(Evidence(text=each.text, observed_at=each.observed_at) for each in one.evidence),
        remedy=one.remedy,
        link=one.link,
    )
