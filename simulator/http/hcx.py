"""What both ports of an HCX manager have in common."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.http.message import Request, Response, json_answer
from simulator.http.routes import Route
from simulator.state import Manager, World

CONFIDENCE = "x-sim-confidence"
V9 = 9
"""First major version of the second generation of interfaces."""


@dataclass(slots=True)
class Call:
    """A request to one manager."""

    world: World
    manager: Manager
    request: Request
    parts: Mapping[str, str]
    """The named parts of the path."""


def marked(route: Route[Call], response: Response) -> Response:
    """Say so where an answer comes from a route that is a guess."""
    if route.inferred:
        response.headers[CONFIDENCE] = "inferred"
    return response


def failure(status: int, error: str, text: str) -> Response:
    """An error as JSON; its shape for 4xx is inferred from the `errors` that answers of 200 carry."""
    return json_answer({"success": False, "errors": [{"error": error, "text": text, "data": []}]}, status)


def not_found(call_path: str) -> Response:
    """There is no such route."""
    return failure(404, "NOT_FOUND", f"no resource at {call_path}")
