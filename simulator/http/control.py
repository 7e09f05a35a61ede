"""The control endpoint: the clock, what people said, where everything listens, and the truth."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from simulator.clock import Lockstep
from simulator.http import identity
from simulator.http.message import Request, Response, json_answer, zulu
from simulator.ledger import Statement
from simulator.state import World
from simulator.truth import truth

IDENTITY_PATH = "/identity/token"


class Control:
    """The one endpoint that is no peer of hcx-fleet but an instrument of tests and demos."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.identity_header = world.ids.secret("identity header")
        self.published: dict[str, Any] = {}
        """Where everything listens, once it does."""
        self._routes: dict[tuple[str, str], Callable[[Request], Response]] = {
            ("GET", "/clock"): self._clock,
            ("POST", "/clock/advance"): self._advance,
            ("GET", "/people/said"): self._said,
            ("GET", "/truth"): lambda _: json_answer(truth(world)),
            ("GET", "/world"): lambda _: json_answer(self.published),
            ("GET", IDENTITY_PATH): lambda request: identity.token(world, self.identity_header, request),
        }

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        self._world.clock.settle()
        answer = self._routes.get((request.method, request.path))
        if answer is None:
            return json_answer({"error": f"there is no {request.method} {request.path}"}, 404)
        return answer(request)

    def _clock(self, _request: Request) -> Response:
        speed = self._world.clock.pace.speed
        mode = "speed" if speed else "lockstep"
        return json_answer({"mode": mode, "now": zulu(self._world.now), "speed": speed})

    def _advance(self, request: Request) -> Response:
        if not isinstance(self._world.clock.pace, Lockstep):
            return json_answer({"error": "time runs by itself: this world is not in lockstep"}, 409)
        until = _instant(request.json().get("until"))
        if until is None:
            return json_answer({"error": "until must be a time with its zone"}, 400)
        ledger = self._world.ledger
        before = len(ledger.statements)
        self._world.clock.advance(until, stop=lambda: len(ledger.statements) > before)
        return json_answer({"now": zulu(self._world.now), "said": list(map(_statement, ledger.said_after(before)))})

    def _said(self, request: Request) -> Response:
        after = request.query.get("after", "0")
        if not after.isdecimal():
            return json_answer({"error": "after must be a number"}, 400)
        return json_answer({"said": list(map(_statement, self._world.ledger.said_after(int(after))))})


def _instant(text: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else None


def _statement(each: Statement) -> dict[str, Any]:
    return {"seq": each.seq, "at": zulu(each.at), "who": each.who, "about": each.about, "says": each.says}
