"""What orchestrators may not do, read from their source."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "orchestrators").glob("*.py"))
FORBIDDEN = {"random", "time", "os", "uuid", "logging", "threading", "asyncio", "socket", "pathlib", "secrets"}
CLOCKS = {"utcnow", "today"}


def _generators() -> set[str]:
    """Names of functions in `orchestrators/` whose result is a piece of an orchestrator."""
    nodes = (node for path in FILES for node in ast.walk(ast.parse(path.read_text())))
    functions = (node for node in nodes if isinstance(node, ast.FunctionDef) and node.returns is not None)
    return {node.name for node in functions if ast.unparse(node.returns or node).startswith("Step[")}


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_orchestrators_have_no_clock_chance_or_outside(path: Path) -> None:
    """Time comes from the context, and nothing else that differs between two replays is within reach."""
    tree = ast.parse(path.read_text())
    imported = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    clocks = [ast.unparse(one) for one in calls if _called(one) in CLOCKS or ast.unparse(one.func) == "datetime.now"]

    assert not imported & FORBIDDEN
    assert not clocks


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_piece_of_an_orchestrator_is_always_consumed(path: Path) -> None:
    """A generator called without `yield from` does nothing and looks right: it may not stand alone as a statement."""
    pieces = _generators()
    lost = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _called(node.value) in pieces
    ]

    assert not lost


def test_time_has_one_way_in() -> None:
    """The SDK's time has no zone; only the one function that gives it one may read it."""
    readers = [path.name for path in FILES if "current_utc_datetime" in path.read_text()]

    assert readers == ["steps.py"]


def test_the_rule_about_lost_pieces_can_fail() -> None:
    """The names that the rule knows are really those of the run-book."""
    assert {"observe", "until", "act_once", "fleet", "_hand_over"} <= _generators()
