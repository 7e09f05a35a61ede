"""From a file of the owner to its validated content, or to every error in it, each with file, line and field."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from shared.policy.edge import Edge
from shared.policy.marked_yaml import Marked, read_yaml
from shared.policy.problems import PolicyInvalidError, Problem
from shared.policy.wording import problem_of

type Rules = Callable[[Marked, Path], Iterable[Problem]]


def read_file[M: Edge](path: Path, model: type[M], rules: Rules = lambda _root, _folder: ()) -> M:
    """Read and validate `path`; `rules` adds the errors that only several fields together can have.

    Raises:
        PolicyInvalidError: with every error at once.
    """
    document = read_yaml(_text_of(path))
    problems = list(document.problems)
    if document.root is not None:
        problems += rules(document.root, path.parent)
        try:  # from JSON, where strict still admits what JSON can only write as text
            content = model.model_validate_json(json.dumps(document.root.plain))
        except ValidationError as error:
            said = {problem.where for problem in document.problems}  # a second error in the same place is its echo
            faults = (problem_of(fault, model, document.root) for fault in error.errors(include_input=False))
            problems += (problem for problem in faults if problem.where not in said)
        else:
            if not problems:
                return content
    raise PolicyInvalidError(p.in_file(path) for p in sorted(problems, key=lambda problem: problem.line or 0))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise PolicyInvalidError([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError:
        raise PolicyInvalidError([f"{path}: is not UTF-8 text"]) from None
