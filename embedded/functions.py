"""The functions of an app as the worker indexed them, and which of them a trigger means.

`AppFunction` is what a golden list of an app is made of: names, triggers, routes, schedules, bindings. `FunctionIndex`
finds the function that an orchestrator's or an activity's name, or an HTTP request, stands for.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from embedded.messages import RpcFunctionMetadata
from shared.model.record import record

HTTP = "httpTrigger"
TIMER = "timerTrigger"
ORCHESTRATION = "orchestrationTrigger"
ACTIVITY = "activityTrigger"
ENTITY = "entityTrigger"
CLIENT = "durableClient"

_NAME_IN = {ORCHESTRATION: "orchestration", ACTIVITY: "activity"}
"""Where a binding says under which name orchestrations call it, when that is not the function's."""


class AppInvalidError(ValueError):
    """The app cannot be served: it does not load, or has something that this host does not serve."""


@record
class AppFunction:
    """One function: its name, and its bindings as in function.json."""

    name: str
    id: str
    bindings: tuple[dict[str, Any], ...]

    @property
    def trigger_binding(self) -> dict[str, Any]:
        """The binding that makes it run."""
        return next(each for each in self.bindings if each["type"].endswith("Trigger"))

    @property
    def trigger(self) -> str:
        """The type of its trigger, such as `httpTrigger`."""
        kind: str = self.trigger_binding["type"]
        return kind

    @property
    def durable_name(self) -> str:
        """The name by which orchestrations call it."""
        name: str | None = self.trigger_binding.get(_NAME_IN.get(self.trigger, ""))
        return name or self.name

    @property
    def route(self) -> str | None:
        """The route of an HTTP function, without the app's prefix."""
        if self.trigger != HTTP:
            return None
        route: str | None = self.trigger_binding.get("route")
        return self.name if route is None else route

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that an HTTP function answers, all when empty."""
        return tuple(method.upper() for method in self.trigger_binding.get("methods") or ())

    @property
    def schedule(self) -> str | None:
        """The schedule of a timer function as it is declared, `%NAME%` and all."""
        schedule: str | None = self.trigger_binding.get("schedule")
        return schedule

    @classmethod
    def of(cls, metadata: RpcFunctionMetadata) -> "AppFunction":
        """Read what the worker says."""
        bindings = tuple(json.loads(each) for each in metadata.raw_bindings)
        return cls(name=metadata.name, id=metadata.function_id, bindings=bindings)


class FunctionUnknownError(LookupError):
    """Nothing in the app has that name and that trigger."""


class FunctionIndex:
    """Every function of one app.

    Raises:
        AppInvalidError: a function needs something that this host does not serve.
    """

    def __init__(self, functions: Iterable[AppFunction], route_prefix: str) -> None:
        self.all = tuple(functions)
        self._named = {(each.trigger, each.durable_name.casefold()): each for each in self.all}
        entities = [each.name for each in self.all if each.trigger == ENTITY]
        if entities:
            raise AppInvalidError(f"this host serves no entities, and the app has {', '.join(entities)}")
        routes = (_Route(each, route_prefix) for each in self.all if each.trigger == HTTP)
        self._routes = sorted(routes, key=lambda route: route.order)

    def named(self, trigger: str, name: str) -> AppFunction:
        """The function that a trigger of this type means by `name`.

        Raises:
            FunctionUnknownError: with the names that there are.
        """
        found = self._named.get((trigger, name.casefold()))
        if found is None:
            known = ", ".join(sorted(each.durable_name for each in self.all if each.trigger == trigger))
            raise FunctionUnknownError(f"the app has no {trigger} named {name!r}; it has: {known or 'none'}")
        return found

    def routed(self, method: str, path: str) -> tuple[AppFunction, dict[str, str]] | None:
        """The HTTP function for a request, and its route parameters."""
        for route in self._routes:
            found = route.match(method, path)
            if found is not None:
                return route.function, found
        return None


class _Route:
    """A route template: literal segments, `{name}` for one segment, `{*name}` for the rest."""

    def __init__(self, function: AppFunction, prefix: str) -> None:
        self.function = function
        segments = [segment for segment in f"{prefix}/{function.route}".split("/") if segment]
        patterns = [self._segment(segment) for segment in segments]
        self.order = [rank for rank, _ in patterns]
        """Literal before parameter before the rest, from left to right: the closest route wins."""
        self._pattern = re.compile("".join(pattern for _, pattern in patterns) + "/?", re.IGNORECASE | re.DOTALL)

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The route parameters, if the request is for this route."""
        if self.function.methods and method.upper() not in self.function.methods:
            return None
        found = self._pattern.fullmatch("/" + path.lstrip("/"))
        return None if found is None else {name: value or "" for name, value in found.groupdict().items()}

    def _segment(self, segment: str) -> tuple[int, str]:
        if not set(segment) & set("{}"):
            return 0, "/" + re.escape(segment)
        if parameter := re.fullmatch(r"\{(\w+)\}", segment):
            return 1, f"/(?P<{parameter[1]}>[^/]+)"
        if rest := re.fullmatch(r"\{\*(\w+)\}", segment):
            return 2, f"(?:/(?P<{rest[1]}>.*))?"
        raise AppInvalidError(f"this host does not serve {segment!r} in the route of {self.function.name}")


def route_prefix(app_dir: Path) -> str:
    """What host.json puts before every route; `api` where it does not say."""
    file = app_dir / "host.json"
    settings: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    prefix: str = settings.get("extensions", {}).get("http", {}).get("routePrefix", "api")
    return prefix.strip("/")
