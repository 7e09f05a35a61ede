"""A run as Markdown for the summary of a pipeline: how it stands, what needs somebody, then everything else.

How it stands and the first things to look at are never dropped; after them a section is whole or not there at all.
"""

from collections.abc import Iterator, Sequence

from shared.model.finding import Verdict
from shared.model.plan import SubjectKind
from shared.model.view import RunView
from shared.report.annotations import SHOWN, Annotation, Level, annotations
from shared.report.headline import headline
from shared.report.markdown import table
from shared.report.markdown_sections import SUMMARY_BYTES, cell, cut, fitted
from shared.report.needs import needs
from shared.report.outage_text import outage_sheet
from shared.report.plan_words import HASH
from shared.report.rows import finding_rows, result_rows, task_rows
from shared.report.sheet import Sheet
from shared.report.way_back_text import way_back_sheet
from shared.report.words import KINDS, SYMBOL, moment, several
from shared.rules.run_end import UNREAD
from shared.rules.run_view import ENDED

_SIGN = {Level.ERROR: "❌", Level.WARNING: "⚠️", Level.NOTICE: "ℹ️"}  # noqa: RUF001 -- signs of a page, not letters
_ELSEWHERE = "`report.json` of the run has all."
_QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.MANUAL})


def run_markdown(view: RunView, why: str, bytes_max: int = SUMMARY_BYTES) -> str:
    """The page, at most so long.

    Args:
        view: the run as it stands.
        why: one line on what it waits for, how far it is, or how it came out.
        bytes_max: of the page in UTF-8.
    """
    return fitted(_head(view, why), _sections(view), bytes_max, _ELSEWHERE)


def _head(view: RunView, why: str) -> str:
    return "\n".join((*_standing(view, why), *_first(annotations(view))))


def _standing(view: RunView, why: str) -> Iterator[str]:
    run = view.run
    yield f"# {_sign(view)} hcx-fleet {run.request.kind.value}: {cell(run.request.id)}"
    yield ""
    yield f"**{run.state.value}**, {view.percent} %. {cell(headline(view, len(needs(view))))}"
    yield ""
    if run.state not in ENDED:
        yield f"Now: {cell(why)}"
        yield ""
    yield f"Asked for by {cell(run.request.requested_by)} on {moment(run.request.requested_at)}{_span(view)}."
    if view.plan is not None:
        yield f"Plan `{view.plan.hash[:HASH]}`, to {cell(str(view.plan.target))}."
    yield ""


def _sign(view: RunView) -> str:
    if view.run.state not in ENDED:
        return "⏳"
    return "✅" if view.run.state.value == "Succeeded" else "❌"


def _span(view: RunView) -> str:
    begun = f", begun {moment(view.run.started_at)}" if view.run.started_at else ""
    return f"{begun}, ended {moment(view.run.ended_at)}" if view.run.ended_at else begun


def _first(found: Sequence[Annotation]) -> Iterator[str]:
    if not found:
        return
    more = len(found) - SHOWN
    yield f"First to look at{f' ({SHOWN} of {len(found)})' if more > 0 else ''}:"
    yield ""
    yield from (f"- {_SIGN[one.level]} {cell(one.title)}: {cell(one.message)}" for one in found[:SHOWN])
    yield ""


def _sections(view: RunView) -> Iterator[tuple[str, str]]:
    for title, columns, rows in _tables(view):
        if rows:
            yield title, "\n".join(table(columns, ([cut(text) for text in row] for row in rows)))


type _Rows = Sequence[tuple[str, ...]]


def _tables(view: RunView) -> Iterator[tuple[str, tuple[str, ...], _Rows]]:
    yield "Needs somebody", ("WHO ACTS", "ABOUT", "REASON", "WHAT", "TO DO", "BY"), _needed(view)
    yield "Subscriptions that could not be read", ("SUBSCRIPTION", "STATE", "DETAIL"), _unread(view)
    for kind in (SubjectKind.PRIVATE_CLOUD, SubjectKind.CONNECTOR, SubjectKind.MESH):
        rows = tuple(
            (row.name, row.version, f"{SYMBOL[row.bucket]} {row.bucket.value}", row.detail, row.who_acts_next)
            for row in result_rows(view, kind)
        )
        yield several(len(rows), *KINDS[kind]).capitalize(), ("NAME", "HCX", "STANDS", "WHY", "WHO ACTS NEXT"), rows
    for title, sheet in (("Outage of networks", outage_sheet(view)), ("Ways back", way_back_sheet(view))):
        yield from _of_sheet(title, sheet)
    yield "Findings", ("ABOUT", "VERDICT", "CHECK", "WHAT", "WHAT TO DO"), _findings(view)
    yield "Tasks", ("TASK", "OWNER", "STANDS", "DONE", "STEP", "WAITS"), _tasks(view)


def _of_sheet(title: str, sheet: Sheet | None) -> Iterator[tuple[str, tuple[str, ...], _Rows]]:
    for number, grid in enumerate(sheet.grids if sheet else ()):
        yield f"{title}{f', part {number + 1}' if number else ''}", grid.columns, grid.rows


def _needed(view: RunView) -> _Rows:
    names = {(one.kind, one.id): one.name for one in view.subjects}
    return tuple(
        (
            one.who,
            f"{KINDS[one.kind][0]} {names.get((one.kind, one.subject), one.subject)}",
            one.reason,
            one.detail,
            one.remedy,
            moment(one.until) if one.until else "",
        )
        for one in needs(view)
    )


def _unread(view: RunView) -> _Rows:
    return tuple((one.name or one.id, one.state.value, one.detail) for one in view.subscriptions if one.state in UNREAD)


def _findings(view: RunView) -> _Rows:
    names = {one.id: one.name for one in view.subjects}
    return tuple(
        (names.get(row.subject, row.subject), row.said, row.check, row.summary, row.remedy)
        for row in finding_rows(view.findings)
        if row.verdict not in _QUIET
    )


def _tasks(view: RunView) -> _Rows:
    return tuple(
        (row.title, row.owner.value, row.state.value, f"{row.percent} %", row.step, row.waits)
        for row in task_rows(view)
    )
