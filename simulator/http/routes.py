"""A table of routes and how a request finds its row."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulator.http.message import Request, Response


@dataclass(frozen=True, slots=True)
class Route[C]:
    """One row: what is asked for and what answers."""

    id: str
    method: str
    path: str
    """`{name}` stands for one part of the path."""
    answer: Callable[[C], Response]
    action: str | None = None
    """Value of the query's `action`, where one path does several things."""
    inferred: bool = False
    """No public text shows this route: its answers say so."""


class Table[C]:
    """Routes of one kind of endpoint."""

    def __init__(self, routes: Sequence[Route[C]], *, ignore_case: bool = False) -> None:
        self._plain = {(each.method, each.path, each.action): each for each in routes if "{" not in each.path}
        flags = re.IGNORECASE if ignore_case else 0
        self._patterns = [(re.compile(_pattern(each.path), flags), each) for each in routes if "{" in each.path]

    def find(self, request: Request) -> tuple[Route[C], dict[str, str]] | None:
        """The row for a request, with the named parts of its path."""
        action = request.query.get("action")
        plain = self._plain.get((request.method, request.path, action)) or self._plain.get(
            (request.method, request.path, None)
        )
        if plain is not None:
            return plain, {}
        for pattern, route in self._patterns:
            if route.method == request.method and (found := pattern.fullmatch(request.path)):
                return route, found.groupdict()
        return None


def _pattern(path: str) -> str:
    return re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))
