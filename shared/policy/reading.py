"""From a file of the owner to its validated content, or to every error in it, each with file, line and field."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from shared.model.record import record
from shared.policy.edge import Edge
from shared.policy.marked_yaml import Marked, read_yaml
from shared.policy.problems import PolicyInvalidError, Problem
from shared.policy.wording import problem_of

type Rules = Callable[[Marked, Path], Iterable[Problem]]


@record
class Reading[M]:
    """What came of reading a file."""

    root: Marked | None
    """The tree as far as there is one."""
    content: M | None
    """None where there are problems."""
    problems: tuple[Problem, ...]


def read_file[M: Edge](path: Path, model: type[M], rules: Rules = lambda _root, _folder: ()) -> M:
    """Read and validate `path`; `rules` adds the errors that only several fields together can have.

    Raises:
        PolicyInvalidError: with every error at once.
    """
    reading = examine(path, model, rules)
    if reading.content is None:
        raise PolicyInvalidError(problem.in_file(path) for problem in reading.problems)
    return reading.content


def examine[M: Edge](path: Path, model: type[M], rules: Rules) -> Reading[M]:
    """The same without raising: content, or every error in the order of the lines."""
    text = _text_of(path)
    if isinstance(text, Problem):
        return Reading(root=None, content=None, problems=(text,))
    document = read_yaml(text)
    problems, content = list(document.problems), None
    if document.root is not None:
        problems += rules(document.root, path.parent)
        try:  # from JSON, where strict still admits what JSON can only write as text
            content = model.model_validate_json(json.dumps(document.root.plain))
        except ValidationError as error:
            said = {problem.where for problem in problems}  # a second error in the same place is its echo
            faults = (problem_of(fault, model, document.root) for fault in error.errors(include_input=False))
            problems += (problem for problem in faults if problem.where not in said)
    problems.sort(key=lambda problem: problem.line or 0)
    return Reading(root=document.root, content=None if problems else content, problems=tuple(problems))


def _text_of(path: Path) -> str | Problem:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Problem(line=None, where=(), message=f"cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        return Problem(line=None, where=(), message="is not UTF-8 text")
