"""What orchestrators may not do, read from their source; and that each rule finds what it is about."""

import ast
from pathlib import Path

import pytest

from tests.tidy.determinism import Pieces, clocks_and_chance, outside, sets_in_order

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "orchestrators").glob("*.py"))
MODULES = {path.stem: ast.parse(path.read_text()) for path in FILES}
PIECES = Pieces(MODULES)

FORGED = """
from functools import partial

from orchestrators import steps
from orchestrators.steps import Step, record
from orchestrators.course import carried_to_its_end


class Held:
    def piece(self) -> Step[None]:
        yield from steps.record(self.ctx, "r")


def inner(ctx) -> Step[str]:
    yield ctx.timer()
    return "there"


def outer(ctx, look: Callable[[], Step[str]], held: Held) -> Step[str]:
    make = partial(inner, ctx)
    made = lambda: inner(ctx)
    kept = inner(ctx)
    {line}
"""


@pytest.mark.parametrize("module", MODULES)
def test_orchestrators_reach_nothing_outside(module: str) -> None:
    """They import the context, the pure folders, each other, and parts of the standard library that are pure."""
    assert outside(MODULES[module]) == []


@pytest.mark.parametrize("module", MODULES)
def test_orchestrators_have_no_clock_and_no_chance(module: str) -> None:
    """Time comes from the context, and nothing that differs between two replays is called or handed on."""
    assert clocks_and_chance(MODULES[module]) == []


@pytest.mark.parametrize("module", MODULES)
def test_nothing_goes_by_the_order_of_a_set(module: str) -> None:
    """What is scheduled follows tuples, lists and dictionaries: a set has another order in each process."""
    assert sets_in_order(MODULES[module]) == []


@pytest.mark.parametrize("module", MODULES)
def test_a_piece_of_an_orchestrator_is_always_consumed(module: str) -> None:
    """A generator called without `yield from` does nothing and looks right, wherever its call stands."""
    assert PIECES.lost(module, MODULES[module]) == []


def test_time_has_one_way_in() -> None:
    """The SDK's time has no zone; only the one function that gives it one may read it."""
    readers = [path.name for path in FILES if "current_utc_datetime" in path.read_text()]

    assert readers == ["steps.py"]


def test_the_rule_about_lost_pieces_knows_the_run_book() -> None:
    """The names that the rule knows are really those of the run-book."""
    assert {"observe", "until", "act_once", "fleet", "look_around", "_hand_over", "tell"} <= PIECES.names


@pytest.mark.parametrize(
    "line",
    [
        "import random",
        "import os.path",
        "from time import monotonic",
        "from uuid import uuid4",
        "import logging",
        "import threading",
        "from pathlib import Path",
        "from shared.ports import Store",
        "from shared.hcx.adapter import HcxAdapter",
        "from shared.store import sqlite",
        "from shared import wiring",
        "from activities.observe import observe",
        "from functools import cache",
        "from . import steps",
    ],
)
def test_the_rule_about_the_outside_finds(line: str) -> None:
    """A forged import of a clock, chance, an adapter, a port, or a memory that outlives a replay is found."""
    assert outside(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "at = datetime.now(UTC)",
        "at = datetime.datetime.now()",
        "default = partial(datetime.now, UTC)",
        "at = datetime.utcnow()",
        "day = date.today()",
        "text = open('plan').read()",
        "number = hash(name) % 2",
        "key = id(task)",
        "print(task)",
        "def count():\n    global started\n    started += 1",
    ],
)
def test_the_rule_about_clocks_and_chance_finds(line: str) -> None:
    """A forged clock, called or handed on, a way out, and what a replay would leave behind are found."""
    assert clocks_and_chance(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "for name in {'a', 'b'}:\n    start(name)",
        "names = set(tasks)\nfor name in names:\n    start(name)",
        "names: frozenset[str] = of(tasks)\nstarts = [start(name) for name in names]",
        "def go(names: set[str]):\n    return list(names)",
        "self.names = {one.id for one in tasks}\nfirst = next(iter(self.names))",
        "names = set(tasks)\nstart(*names)",
        "names = set(tasks)\nstart(names.pop())",
        "left = tuple(set(tasks) - done)",
        "text = ', '.join(set(tasks))",
        "starts = {name: start(name) for name in set(tasks)}",
    ],
)
def test_the_rule_about_sets_finds(line: str) -> None:
    """A forged loop, list, star or pop over a set is found."""
    assert sets_in_order(ast.parse(line)) != []


@pytest.mark.parametrize(
    "line",
    [
        "names = set(tasks)\nfor name in sorted(names):\n    start(name)",
        "names = {'a'}\nif name in names and len(names) > 1 and any(one > 'a' for one in names):\n    start(name)",
        "names = {'a': 1}\nfor name in names:\n    start(name)",
    ],
)
def test_the_rule_about_sets_lets_pass(line: str) -> None:
    """What does not go by the order of a set, or is a dictionary, is no matter."""
    assert sets_in_order(ast.parse(line)) == []


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("inner(ctx)", "inner(ctx)"),
        ("steps.record(ctx, 'r')", "steps.record(ctx, 'r')"),
        ("record(ctx, 'r')", "record(ctx, 'r')"),
        ("held.piece()", "held.piece()"),
        ("look()", "look()"),
        ("make()", "make()"),
        ("made()", "made()"),
        ("yield inner(ctx)", "inner(ctx)"),
        ("yield from (); return inner(ctx)", "inner(ctx)"),
        ("yield from when_all([look()])", "look()"),
        ("both = (look(), 1)", "look()"),
        ("yield from (); x = str(inner(ctx))", "inner(ctx)"),
        ("if look(): yield ctx.timer()", "look()"),
    ],
)
def test_the_rule_about_lost_pieces_finds(line: str, lost: str) -> None:
    """A forged piece that is a statement, is yielded, returned by a generator, kept, tested or handed on is found.

    So is one that a parameter, a partial or a lambda makes; what is kept and never gone through is found every time.
    """
    tree = ast.parse(FORGED.format(line=line))
    found = Pieces({**MODULES, "forged": tree}).lost("forged", tree)

    assert "inner(ctx)" in found
    assert lost in found
    assert len(found) == 2


@pytest.mark.parametrize(
    "line",
    [
        "yield from kept",
        "yield from kept; yield from look(); yield from make(); yield from made(); yield from held.piece()",
        "return (yield from carried_to_its_end(held, kept))",
    ],
)
def test_the_rule_about_lost_pieces_lets_pass(line: str) -> None:
    """What somebody goes through is no matter, at once or when it was kept or handed to one who does."""
    tree = ast.parse(FORGED.format(line=line))

    assert Pieces({**MODULES, "forged": tree}).lost("forged", tree) == []
