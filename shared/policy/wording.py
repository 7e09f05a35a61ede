"""What a validation error means in words that need no knowledge of the validator, and without the value found."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from shared.policy.marked_yaml import Marked, Scalar, find, line_of
from shared.policy.problems import Problem, Where

_MOVED = {"connectors": "every connector stands at a site: write it under sites"}
_VERSIONS = frozenset({"version", "connectors", "target", "atLeast", "below"})
_TIME_OF_DAY, _MOMENT = (
    'a time of the day in quotes, such as "22:00"',
    'a wall time in quotes, such as "2026-12-18T00:00"',
)
_TIMES = {"start": _TIME_OF_DAY, "from": _MOMENT, "to": _MOMENT}


def problem_of(fault: ErrorDetails, model: type[BaseModel], root: Marked) -> Problem:
    """The problem that a fault found in `root` against `model` stands for."""
    where: Where = fault["loc"]
    found = find(root, where)
    if fault["type"] == "string_type" and isinstance(found, Scalar) and isinstance(found.value, int | float):
        message = _unquoted(found, where)
    else:
        message = _WORDS.get(fault["type"], _as_it_comes)(fault, model)
    return Problem(line=line_of(root, where), where=where, message=message)


def _unquoted(found: Scalar, where: Where) -> str:
    if where[-1] in _VERSIONS and not isinstance(found.value, bool):  # may be repeated: it holds no secret
        return f'is read as a number, which loses zeros at its end: write it in quotes: "{found.text}"'
    if where[-1] in _TIMES:
        return f"is read as a number: write {_TIMES[str(where[-1])]}"
    return "is read as a number or as true or false: write it in quotes"


def _missing(fault: ErrorDetails, model: type[BaseModel]) -> str:
    *parent, key = fault["loc"]
    fields = {field.alias: field.description for field in _model_at(model, tuple(parent)).model_fields.values()}
    return f"is missing: {fields[str(key)]}"


def _unknown(fault: ErrorDetails, model: type[BaseModel]) -> str:
    *parent, key = fault["loc"]
    if not parent and key in _MOVED:
        return f"is unknown; {_MOVED[key]}"
    known = {str(field.alias).lower(): field.alias for field in _model_at(model, tuple(parent)).model_fields.values()}
    close = get_close_matches(str(key).lower().replace("_", "").replace("-", ""), known, n=1)
    if close:
        return f"is unknown; did you mean {known[close[0]]}?"
    return f"is unknown; known here: {', '.join(map(str, known.values()))}"


def _choice(fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return f"must be {fault['ctx']['expected']}"


def _block(_fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return "must be a block of keys and values"


def _list(_fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return "must be a list; [] is an empty one"


def _too_few(_fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return "must not be an empty list"


def _own_words(fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return str(fault["ctx"]["error"])


def _as_it_comes(fault: ErrorDetails, _model: type[BaseModel]) -> str:
    return fault["msg"].replace("Input should be", "must be")


_WORDS: dict[str, Callable[[ErrorDetails, type[BaseModel]], str]] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "literal_error": _choice,
    "enum": _choice,
    "model_type": _block,
    "dict_type": _block,
    "tuple_type": _list,
    "too_short": _too_few,
    "value_error": _own_words,
}


def _model_at(model: type[BaseModel], where: Where) -> type[BaseModel]:
    """The model of the block at `where`: a key goes into its field's model, a position stays with the list's own."""
    for step in where:
        if isinstance(step, str):
            fields = {field.alias: field.annotation for field in model.model_fields.values()}
            model = next(_models_in(fields[step]), model)
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
