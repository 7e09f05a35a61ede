"""The file that corrects reads of the route table, for a manager that answers elsewhere than we guess.

It can only ever say where a read is: it adds no row, and what changes a manager or opens a session is out of its reach.
A corrected call must read by its form, so that no mistake in it can become a change.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator

from shared.hcx.routes import DELIVERED, Confidence, Effect, Route, RouteTable
from shared.model.call import Call
from shared.policy.edge import Edge, Text
from shared.policy.edge_time import Day
from shared.policy.marked_yaml import Marked
from shared.policy.problems import Problem, Where
from shared.policy.reading import read_file
from shared.policy.unchanged import Unchanged
from shared.policy.walking import blocks, problem_at, text_at, value_at

EARLY: Final = frozenset({"liveness", "support"})
"""Rows that are asked before anybody knows the generation, so that both have to have the same call."""


def _reading(text: str) -> str:
    if not Call.of(text).reads:
        raise ValueError(
            "is not known to read by its form: it must be a GET without an action, or end in /query, /list or a single "
            "?action=query…"
        )
    return text


class CorrectedRoute(Edge):
    """One read that is elsewhere than delivered."""

    id: Text
    """Id of the row, as docs/hcx-routes.md has it."""
    generation: Literal["4.x", "9.x"]
    """HCX API generation for which this is so."""
    call: Annotated[str, AfterValidator(_reading)]
    """Method and path that are right, such as GET /hybridity/api/interconnect/tasks."""
    reason: Text
    """How that is known."""
    author: Text
    """Who says so."""
    corrected_on: Day
    """Day of the correction."""


class RoutesFile(Edge):
    """All corrections."""

    routes: tuple[CorrectedRoute, ...]
    """Every read that is corrected."""


def routes_of(path: Path | None) -> Callable[[], RouteTable]:
    """The table as it counts: read at each call, and parsed where the file has changed. No path: as delivered.

    A path at which nothing is, is an error, unlike one that nobody set.
    """
    if path is None:
        return lambda: DELIVERED
    return Unchanged(path, lambda: (read_routes(path), {})).read


def read_routes(path: Path) -> RouteTable:
    """The delivered table with the corrections of a file.

    Raises:
        PolicyInvalidError: with every error of it, each naming file, line and field.
    """
    said = read_file(path, RoutesFile, _rules).routes
    parts: dict[tuple[str, str], CorrectedRoute] = {(part.id, part.generation): part for part in said}
    rows = (_corrected(one, parts.get((one.id, one.generations[0]))) for row in DELIVERED.rows for one in _split(row))
    return RouteTable(rows)


def _split(row: Route) -> Iterator[Route]:
    return (replace(row, generations=(one,)) for one in row.generations)


def _corrected(row: Route, part: CorrectedRoute | None) -> Route:
    """The row with the part's call; whatever it rested on before, it rests on somebody's word now."""
    if part is None:
        return row
    source = f"override by {part.author}: {part.reason}"
    return replace(row.at(Call.of(part.call)), confidence=Confidence.INFERRED, source=source)


# --- what only several fields together can have wrong -----------------------------------------------------------------


def _rules(root: Marked, _folder: Path) -> Iterator[Problem]:
    said: dict[tuple[str, str], str] = {}
    for where in blocks(root, "routes"):
        name, generation = text_at(root, (*where, "id")) or "", text_at(root, (*where, "generation")) or ""
        yield from _of_one(root, where, name, generation)
        if (name, generation) in said:
            yield problem_at(root, (*where, "id"), "is corrected above for the same generation already")
        said.setdefault((name, generation), text_at(root, (*where, "call")) or "")
    for where in blocks(root, "routes"):
        name = text_at(root, (*where, "id")) or ""
        calls = {said.get((name, generation)) for generation in DELIVERED.generations(name)}
        if name in EARLY and len(calls) > 1:
            message = "is asked before the generation is known: correct it for 4.x and for 9.x, with the same call"
            yield problem_at(root, (*where, "generation"), message)


def _of_one(root: Marked, where: Where, name: str, generation: str) -> Iterator[Problem]:
    known = DELIVERED.generations(name)
    if not known:
        if name:
            yield problem_at(root, (*where, "id"), _no_such(name))
        return
    row = DELIVERED.route(name)
    if row.effect is not Effect.READ:
        yield problem_at(root, (*where, "id"), _NOT_HERE[row.effect])
        return
    if generation and generation not in known:
        yield problem_at(root, (*where, "generation"), f"is none that has this row: {' and '.join(known)}")
    call = value_at(root, (*where, "call"), Call.of)
    if call is not None:
        yield from (problem_at(root, (*where, "call"), wrong) for wrong in _wrong(call, row))


def _wrong(call: Call, row: Route) -> Iterator[str]:
    if call.slots != row.call.slots:
        wanted = ", ".join(f"{{{name}}}" for name in row.call.slots)
        yield f"must have {wanted or 'nothing'} to be filled in, as the delivered call {row.call} has"
    if any(call.meets(one.call) for one in DELIVERED.rows if one.effect is not Effect.READ):
        yield "is a call that changes something or opens a session: no read may be that"


def _no_such(name: str) -> str:
    close = get_close_matches(name, [row.id for row in DELIVERED.rows], n=1)
    hint = f"did you mean {close[0]}?" if close else "docs/hcx-routes.md has them all"
    return f"is no row of the route table, and none can be added here; {hint}"


_NOT_HERE: Final = {
    Effect.MUTATE: "changes a manager: only a confirmation says which call that is",
    Effect.SESSION: "opens a session: where credentials are sent is never corrected here",
}
