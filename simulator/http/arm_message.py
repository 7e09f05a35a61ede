"""What a question to Azure Resource Manager is, and how it refuses: shared by its routes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.http.message import Request, Response, json_answer
from simulator.state import PrivateCloud, Subscription, World

SUBSCRIPTION = "/subscriptions/{subscription}"
CLOUD = f"{SUBSCRIPTION}/resourceGroups/{{group}}/providers/Microsoft.AVS/privateClouds/{{cloud}}"


@dataclass(slots=True)
class Asked:
    """A request to Azure Resource Manager."""

    world: World
    request: Request
    parts: Mapping[str, str]
    base: str

    @property
    def subscription(self) -> Subscription | None:
        """The subscription in the path."""
        wanted = self.parts["subscription"].lower()
        return next((each for each in self.world.subscriptions if each.id == wanted), None)


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error in Azure Resource Manager's envelope."""
    return json_answer({"error": {"code": code, "message": message}}, status, headers)


def with_subscription(asked: Asked, answer: Callable[[Subscription], Response]) -> Response:
    """Answer for the subscription in the path, if it is there and may be read."""
    found = asked.subscription
    if found is None:
        return no_subscription(asked)
    return denied(found) if found.denied else answer(found)


def with_cloud(asked: Asked, answer: Callable[[PrivateCloud], Response]) -> Response:
    """Answer for the private cloud in the path."""
    name, group = asked.parts["cloud"].lower(), asked.parts["group"].lower()

    def found_in(subscription: Subscription) -> Response:
        found = next((each for each in subscription.clouds if each.part.name == name and group == f"rg-{name}"), None)
        if found is None:
            return refusal(404, "ResourceNotFound", f"The private cloud '{asked.parts['cloud']}' was not found.")
        return answer(found)

    return with_subscription(asked, found_in)


def no_subscription(asked: Asked) -> Response:
    """There is none of that id."""
    wanted = asked.parts["subscription"]
    return refusal(404, "SubscriptionNotFound", f"The subscription '{wanted}' could not be found.")


def too_many(asked: Asked) -> Response:
    """A wish to come back later."""
    wait = {"retry-after": str(asked.world.file.arm.throttle.retry_after)}
    return refusal(429, "TooManyRequests", "Too many requests; retry later.", wait)


def denied(subscription: Subscription, action: str = "Microsoft.AVS/privateClouds/read") -> Response:
    """This identity has no role there."""
    text = (
        f"The client does not have authorization to perform action '{action}' over scope "
        f"'/subscriptions/{subscription.id}' or the scope is invalid."
    )
    return refusal(403, "AuthorizationFailed", text)


def page(asked: Asked, items: Sequence[dict[str, Any]]) -> Response:
    """One page of a list; the next link keeps the host and the query."""
    size = asked.world.file.arm.page_size
    begin = _skipped(asked.request)
    document: dict[str, Any] = {"value": items[begin : begin + size]}
    if begin + size < len(items):
        version = asked.request.query["api-version"]
        path = f"{asked.base}{asked.request.path}"
        document["nextLink"] = f"{path}?api-version={version}&$skiptoken={begin + size}"
    return json_answer(document)


def _skipped(request: Request) -> int:
    token = request.query.get("$skiptoken", "0")
    return int(token) if token.isdecimal() else 0
