"""`lint`: everything that can be said of a `fleet.yaml`, for people and for pipelines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cli import printing
from cli.environment import settings_from
from cli.exits import Exit
from shared.checks import WAIVABLE
from shared.policy.lint import LintProblem, lint
from shared.policy.problems import Severity
from shared.report.words import several


def lint_file(path: Path | None, settings: Path | None, *, as_json: bool) -> int:
    """Say it; only errors are wrong use."""
    file = path or settings_from(settings).policy
    found = lint(file, datetime.now(UTC), WAIVABLE)
    if as_json:
        printing.as_json(_document(file, found))
    else:
        _print(file, found)
    return Exit.WRONG_USE if _errors(found) else Exit.AS_WANTED


def _print(file: Path, found: Sequence[LintProblem]) -> None:
    console = printing.results()
    for one in found:
        console.print(f"{one.severity.value}: {one.text}", soft_wrap=True)
    errors, warnings = _errors(found), len(found) - _errors(found)
    counted = f"{several(errors, 'error', 'errors')}, {several(warnings, 'warning', 'warnings')}"
    console.print(f"{file}: {counted}.", soft_wrap=True)


def _document(file: Path, found: Sequence[LintProblem]) -> dict[str, object]:
    return {
        "file": str(file),
        "errors": _errors(found),
        "warnings": len(found) - _errors(found),
        "problems": [
            {"severity": one.severity.value, "line": one.line, "field": one.field, "message": one.message}
            for one in found
        ],
    }


def _errors(found: Sequence[LintProblem]) -> int:
    return sum(one.severity is Severity.ERROR for one in found)
