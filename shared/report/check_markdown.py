"""What a check answers, as Markdown for the summary of a pipeline, which takes one mebibyte and drops what is longer.

The verdict comes first and is never dropped.
"""

from collections.abc import Iterator, Sequence

from shared.model.finding import Verdict
from shared.report.check_record import CheckAnswer, CheckedSubject
from shared.report.check_text import (
    by_hand,
    case_rows,
    check_sheet,
    counted,
    is_quiet,
    quiet_line,
)
from shared.report.markdown import table
from shared.report.markdown_sections import cell, cut, fitted
from shared.report.words import KINDS

BYTES_MAX = 1024 * 1024 - 1
"""Less than a mebibyte."""
_ELSEWHERE = "`-o json` has all."


def check_markdown(answer: CheckAnswer, bytes_max: int = BYTES_MAX, *, verbose: bool = False) -> str:
    """The page, at most so long; `verbose` with a row for what passed or does not apply."""
    return fitted(_head(answer), _sections(answer, verbose=verbose), bytes_max, _ELSEWHERE)


def _head(answer: CheckAnswer) -> str:
    sign = "✅" if answer.holds else "❌"
    lines = (f"# {sign} hcx-fleet check: {cell(answer.asked_of)}", "", f"**{cell(answer.verdict)}**", "")
    return "\n".join((*lines, cell(counted(answer)), ""))


def _sections(answer: CheckAnswer, *, verbose: bool) -> Iterator[tuple[str, str]]:
    subjects, reasons, warnings, *_ = check_sheet(answer).grids
    if reasons.rows:
        yield "Why not", _table(reasons.columns, reasons.rows)
    yield "Subjects", _table(subjects.columns, subjects.rows)
    if warnings.rows:
        yield "Warnings", _table(warnings.columns, warnings.rows)
    looks = tuple(by_hand(answer))
    if looks:
        yield "Look yourself", _table(("CHECK", "WHAT TO DO", "ABOUT"), looks)
    for one in answer.subjects:
        body = _cases(one, verbose=verbose)
        if body:
            yield f"Checks of {cell(KINDS[one.kind][0])} {cell(one.name)}", body


def _cases(one: CheckedSubject, *, verbose: bool) -> str:
    """A table of what somebody has to read; the rest is counted, and what a person must look at stands above."""
    loud = [case for case in one.cases if verbose or not (is_quiet(case) or case.verdict is Verdict.MANUAL)]
    parts = (
        _table(("CHECK", "VERDICT", "WHAT"), case_rows(loud)) if loud else "",
        "" if verbose else f"{cell(quiet_line(one.cases))}\n",
    )
    return "\n".join(part for part in parts if part.strip())


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return "\n".join(table(columns, ([cut(text) for text in row] for row in rows)))
