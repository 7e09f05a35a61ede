"""Limits that nothing could keep."""

from collections.abc import Iterator

from shared.policy.edge_time import length_of
from shared.policy.marked_yaml import Marked, Scalar, find, line_of
from shared.policy.problems import Problem, Where
from shared.policy.walking import blocks, problem_at, value_at


def impossible_limits(root: Marked) -> Iterator[Problem]:
    """Strict budgets below one, and cut-offs that leave nothing of their window."""
    for budget in (("budget",), *((*wave, "budget") for wave in blocks(root, "waves"))):
        yield from _budget(root, budget)
    for window in (*blocks(root, "windows"), *blocks(root, "sites", "*", "windows")):
        yield from _cut_off(root, window)


def _budget(root: Marked, budget: Where) -> Iterator[Problem]:
    most, strict = find(root, (*budget, "maxFailed")), find(root, (*budget, "strict"))
    if not isinstance(most, Scalar) or most.value != 0 or isinstance(most.value, bool):
        return
    if strict is None or (isinstance(strict, Scalar) and strict.value is True):
        why = f"line {strict.line}" if strict else "its default"
        message = (
            f"must be 1 or more while strict is true ({why}): a task that runs counts, so nothing would ever start"
        )
        yield problem_at(root, (*budget, "maxFailed"), message)


def _cut_off(root: Marked, window: Where) -> Iterator[Problem]:
    cut, long = ((*window, key) for key in ("cutOff", "duration"))
    lengths = [value_at(root, where, length_of) for where in (cut, long)]
    if lengths[0] and lengths[1] and lengths[0] >= lengths[1]:
        message = f"must be shorter than duration in line {line_of(root, long)}: nothing would ever start"
        yield problem_at(root, cut, message)
