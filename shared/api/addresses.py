"""Which methods an address takes: another one is refused, and told which there are.

The framework looks at one route at a time: where two share an address it names the methods of the first alone, and it
takes a verb that is called by another method for a part of a name.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from shared.api.problems import Code, Problem, answer

_PARAMETER: Final = re.compile(r"\{(\w+)(:path)?\}")


class Addresses:
    """Every address, as its routes write it, with the methods that it takes."""

    def __init__(self, routes: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Without any call.

        Args:
            routes: path of each route, with its parameters in braces, and its methods.
        """
        methods: dict[str, set[str]] = {}
        for path, each in routes:
            methods.setdefault(path, set()).update(each)
        self._methods: Mapping[re.Pattern[str], set[str]] = {pattern(path): each for path, each in methods.items()}

    def methods(self, path: str) -> tuple[str, ...]:
        """What is taken at a path, in order; empty where there is nothing at it."""
        return tuple(sorted({one for each, said in self._methods.items() if each.fullmatch(path) for one in said}))


def pattern(path: str) -> re.Pattern[str]:
    """The paths that are an address. A name that nothing comes behind has no colon: that begins a verb."""
    told, at = "", 0
    for found in _PARAMETER.finditer(path):
        last = found.end() == len(path)
        name = ".+" if found[2] else "[^/:]+" if last else "[^/]+"
        told += re.escape(path[at : found.start()]) + name
        at = found.end()
    return re.compile(told + re.escape(path[at:]), re.DOTALL)


class OtherMethods:
    """In front of the routes: refuses a method that an address does not take."""

    def __init__(self, app: ASGIApp, addresses: Addresses) -> None:
        self._app = app
        self._addresses = addresses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or answer which methods there are."""
        taken = self._addresses.methods(scope["path"]) if scope["type"] == "http" else ()
        if taken and scope["method"] not in taken:
            await answer(_refused(scope["method"]), {"Allow": ", ".join(taken)})(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _refused(method: str) -> Problem:
    return Problem(
        405, Code.METHOD_NOT_ALLOWED, f"{method} is not possible here", remedy="GET /v1/openapi.json lists what is"
    )
