"""Every reason for which a task's own run-book, or the ledger, ends it, read from their source."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
FILES = (
    *sorted((ROOT / "orchestrators").glob("*.py")),
    *(
        ROOT / "shared" / "rules" / f"{name}.py"
        for name in ("arrival", "missing_traffic", "obeying", "own_snapshot", "progress", "spent", "vanishing")
    ),
    ROOT / "activities" / "ledger.py",
)
SECOND = frozenset({"stop", "TaskStopped", "_result"})
"""Calls whose third or second argument is the reason, after the outcome."""
NAMED = frozenset({"Progress", "Refused", "End", "TaskResult"})
"""Calls that name it."""


def reasons_of_stops() -> set[str]:
    """The words that stand for it in results; `upgraded` is how a task ends that nothing stopped."""
    return {word for path in FILES for word in _reasons(path)} - {"upgraded"}


def _reasons(path: Path) -> Iterator[str]:
    module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield from (word for one in _arguments(node) for word in _words(one, module))


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in SECOND and len(call.args) > 1:
        yield from call.args[1:3]
    if name in NAMED:
        yield from (one.value for one in call.keywords if one.arg == "reason")


def _words(expression: ast.expr, module: ModuleType) -> Iterator[str]:
    """A literal, a constant of the module, or what stands behind an `or`."""
    match expression:
        case ast.Constant(value=str(word)):
            yield word
        case ast.Name(id=name) if isinstance(value := getattr(module, name, None), str):
            yield str(value)
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if isinstance(
            owned := getattr(module, owner, None), ModuleType
        ):
            yield from (str(value) for value in [getattr(owned, name, None)] if isinstance(value, str))
        case ast.BoolOp(values=values):
            yield from (word for one in values for word in _words(one, module))
