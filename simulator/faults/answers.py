"""Faults of HTTP: answers that are no answers."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

from simulator.faults.bends import instead, reads, remade, route_of
from simulator.faults.changing import bent, both
from simulator.faults.fault import Effect
from simulator.http.hcx import failure
from simulator.http.message import Onward, Request, Response, text_answer, zulu
from simulator.state import Manager, World

PAGE = "<!doctype html><html><head><title>Sign in</title></head><body>Sign in to the network</body></html>"
ELSEWHERE = "elsewhere.sim.test"
"""A host that nobody serves."""
RETRY_AFTER_SECONDS = 30
HUGE_BYTES = 17 * 1024 * 1024
DRIP_SECONDS = 0.25
CLOCK_OFF = timedelta(hours=1)
APART = {"connector": timedelta(minutes=3), "cloud-manager": timedelta(minutes=-4)}
"""How far the clocks of both kinds of managers are from the right time."""
EPOCHS = frozenset({"time", "startTime", "endTime", "createTime", "lastUpdatedTime", "createTimeEpoch"})
STAMPS = frozenset({"creationDate", "lastUpdated"})
CHANGES = frozenset({"upgrade-appliance", "redeploy-appliance", "upgrade-manager-4x", "upgrade-manager-9x"})


def always(answer: Callable[[], Response]) -> Effect:
    """Every call is answered so."""
    return lambda world, manager: bent(world, instead(world, answer), *both(manager))


def changed(change: Callable[[Response], Response]) -> Effect:
    """The answer to every call after the log-in is changed so."""
    return lambda world, manager: bent(world, remade(change), *both(manager))


def bad_gateway() -> Response:
    """The page of a proxy with nothing behind it."""
    return text_answer("<h1>502 Bad Gateway</h1>", 502)


def too_many() -> Response:
    """A wish to come back later."""
    answer = failure(429, "TOO_MANY_REQUESTS", "too many requests")
    answer.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return answer


def portal() -> Response:
    """A success that is the page of something else on the way."""
    return text_answer(PAGE, 200)


def redirect() -> Response:
    """A wish to go on somewhere else."""
    return Response(302, headers={"location": f"https://{ELSEWHERE}/hybridity/api/"})


def emptied(answer: Response) -> Response:
    """A success without a body."""
    return replace(answer, status=200, body=b"")


def garbled(answer: Response) -> Response:
    """Something that is not even text."""
    return replace(answer, status=200, body=b"\xff\xfe\x00{]" + answer.body[::-1])


def cut(answer: Response) -> Response:
    """The first half; the connection ends there."""
    return replace(answer, body=answer.body[: len(answer.body) // 2], promised=len(answer.body) + 1)


def dripping(answer: Response) -> Response:
    """Byte by byte."""
    return replace(answer, pause=DRIP_SECONDS)


@cache
def _huge() -> bytes:
    return b'{"items":[' + b" " * HUGE_BYTES + b"]}"


def huge(world: World, manager: Manager) -> AbstractContextManager[None]:
    """More than anybody should read."""
    return bent(world, instead(world, lambda: Response(200, _huge()), reads), *both(manager))


def lost(world: World, manager: Manager) -> AbstractContextManager[None]:
    """What changes something is done, and its answer does not arrive."""

    def bend(request: Request, onward: Onward) -> Response:
        answer = onward(request)
        return replace(answer, lost=route_of(request) in CHANGES)

    return bent(world, bend, *both(manager))


def clock_off(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Its clock is an hour ahead."""

    def change(answer: Response) -> Response:
        answer.headers["date"] = format_datetime(world.now + CLOCK_OFF, usegmt=True)
        return answer

    return bent(world, remade(change, lambda _: True), *both(manager))


def clocks_apart(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Everything that it dates is dated by a clock that is minutes off, at connectors and at clouds in two ways."""
    off = APART[manager.kind]

    def change(answer: Response) -> Response:
        answer.headers["date"] = format_datetime(world.now + off, usegmt=True)
        if not answer.body or answer.content_type != "application/json":
            return answer
        return replace(answer, body=json.dumps(_dated(json.loads(answer.body), off)).encode())

    return bent(world, remade(change, lambda _: True), *both(manager))


def _dated(value: Any, off: timedelta, key: str = "") -> Any:
    """The same document with every time of a clock that is `off`; 0 stands for no time."""
    match value:
        case dict():
            return {name: _dated(each, off, name) for name, each in value.items()}
        case list():
            return [_dated(each, off) for each in value]
        case int() if key in EPOCHS and value:
            return value + off // timedelta(milliseconds=1)
        case str() if key in STAMPS:
            return zulu(datetime.fromisoformat(value) + off)
    return value
