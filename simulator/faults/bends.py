"""Building blocks of faults on the wire: other answers, and answers that were rewritten."""

import json
from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

from simulator.http import hcx_appliance, hcx_service
from simulator.http.message import Bend, Onward, Request, Response
from simulator.http.routes import Table
from simulator.state import World

LOOSE = frozenset({"liveness", "login"})
"""Routes that need no session."""
_TABLES = Table(hcx_service.ROUTES), Table(hcx_appliance.ROUTES)


def route_of(request: Request) -> str:
    """Id of the route that a manager has for a request; empty where there is none."""
    found = (table.find(request) for table in _TABLES)
    return next((row[0].id for row in found if row), "")


def reads(request: Request) -> bool:
    """Whether it is a call after a log-in."""
    return route_of(request) not in LOOSE


def instead(world: World, answer: Callable[[], Response], fits: Callable[[Request], bool] = lambda _: True) -> Bend:
    """Answer what fits without asking the endpoint, which does not even count it."""

    def bend(request: Request, onward: Onward) -> Response:
        if not fits(request):
            return onward(request)
        world.ledger.requests["fault"] += 1
        return answer()

    return bend


def remade(change: Callable[[Response], Response], fits: Callable[[Request], bool] = reads) -> Bend:
    """Change the answer to what fits, whatever it is."""
    return lambda request, onward: change(onward(request)) if fits(request) else onward(request)


def rewritten(change: Callable[[Any], object], *routes: str) -> Bend:
    """Change the JSON of good answers of these routes; `change` works on the document it is given."""
    return documents(change, lambda request: route_of(request) in routes)


def documents(change: Callable[[Any], object], fits: Callable[[Request], bool] = lambda _: True) -> Bend:
    """Change the JSON of good answers to what fits."""

    def bend(request: Request, onward: Onward) -> Response:
        answer = onward(request)
        if fits(request) and answer.status < 300 and answer.body:  # noqa: PLR2004 -- HTTP's own line
            document = json.loads(answer.body)
            change(document)
            answer.body = json.dumps(document).encode()
        return answer

    return bend


def by_turns(change: Callable[[Any], object]) -> Callable[[Any], None]:
    """Change every second document: what is asked twice is answered in two ways."""
    turns = cycle((False, True))

    def changed(document: Any) -> None:
        if next(turns):
            change(document)

    return changed


def appliances(document: dict[str, Any], mesh: str | None = None) -> Iterator[dict[str, Any]]:
    """The appliances of an answer with their peers, of one mesh or of all."""
    for item in document["items"]:
        if mesh in {None, item["serviceMeshId"]}:
            yield item
            yield from item.get("peerAppliances", [])
