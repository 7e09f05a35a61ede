"""Everything that can be said of a `fleet.yaml`: the errors for which it is refused, and what a person should look at.

What depends on the time is said here and nowhere else: a policy must not stop being readable because a day has passed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from shared.model.record import record
from shared.policy.contradictions import contradictions
from shared.policy.fleet_file import FleetFile
from shared.policy.lint_doubts import doubts
from shared.policy.lint_time import out_of_time, unreadable_calendars
from shared.policy.marked_yaml import Marked
from shared.policy.problems import Problem, Severity, dotted
from shared.policy.reading import examine
from shared.policy.waivable import fault_of
from shared.policy.walking import blocks, problem_at, text_at


@record
class LintProblem:
    """One thing to put right or to look at."""

    severity: Severity
    path: Path
    line: int | None
    """None where the file as a whole is meant."""
    field: str
    message: str

    @property
    def text(self) -> str:
        """As it is shown: `file:line: field: message`."""
        place = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return ": ".join(part for part in (place, self.field, self.message) if part)


def lint(path: Path, now: datetime, waivable: Mapping[str, bool] | None = None) -> tuple[LintProblem, ...]:
    """Everything at once, in the order of the lines.

    Args:
        path: of the file.
        now: what has ended by then is said.
        waivable: whether it may be waived, by the id of every check; left out, no waiver is doubted for its check.
    """
    reading = examine(path, FleetFile, contradictions)
    problems = list(reading.problems)
    if reading.root is not None:
        said = {problem.where for problem in problems}
        more = (
            *out_of_time(reading.root, now),
            *unreadable_calendars(reading.root, path.parent),
            *doubts(reading.root),
            *(_useless_waivers(reading.root, waivable) if waivable else ()),
        )
        problems += (problem for problem in more if problem.where not in said)
    return tuple(_shown(problem, path) for problem in sorted(problems, key=lambda one: one.line or 0))


def _useless_waivers(root: Marked, waivable: Mapping[str, bool]) -> Iterator[Problem]:
    """An error: whoever relies on such a waiver finds out in the night of the upgrade."""
    for waiver in blocks(root, "waivers"):
        where = (*waiver, "check")
        fault = fault_of(text_at(root, where) or "", waivable)
        if fault:
            yield problem_at(root, where, fault)


def _shown(problem: Problem, path: Path) -> LintProblem:
    return LintProblem(
        severity=problem.severity,
        path=path,
        line=problem.line,
        field=dotted(problem.where),
        message=problem.message,
    )
