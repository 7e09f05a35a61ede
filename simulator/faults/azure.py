"""Faults of Azure Resource Manager and of what it says of private clouds."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from itertools import cycle
from typing import Any

from simulator.faults.answers import ELSEWHERE
from simulator.faults.bends import by_turns, documents, instead
from simulator.faults.changing import altered, as_if, bent
from simulator.faults.fault import Effect
from simulator.http.arm_message import refusal
from simulator.http.message import Onward, Request, Response
from simulator.state import ARM_ENDPOINT, PrivateCloud, Subscription, World

OTHER_ADDRESS = "127.77.255.254"
"""An address at which nobody listens."""
_TIMESTAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)")


def always(answer: Callable[[], Response]) -> Effect:
    """Every read is answered so."""
    return lambda world, _: bent(world, instead(world, answer), ARM_ENDPOINT)


def unavailable() -> Response:
    """A service that is not there for a while."""
    return refusal(503, "ServiceUnavailable", "The service is unavailable.", {"retry-after": "1"})


def throttled(world: World, _: None) -> AbstractContextManager[None]:
    """Every other read is asked to come back in a second."""
    turns = cycle((True, False))
    late = instead(
        world,
        lambda: refusal(429, "TooManyRequests", "Too many requests; retry later.", {"retry-after": "1"}),
        lambda _: next(turns),
    )
    return bent(world, late, ARM_ENDPOINT)


def denied(_world: World, subscription: Subscription) -> AbstractContextManager[None]:
    """Its private clouds may not be read."""
    return altered(subscription, denied=True)


def building(_world: World, cloud: PrivateCloud) -> AbstractContextManager[None]:
    """It is not finished, though its endpoints are there."""
    return as_if(cloud, provisioning_state="Building")


def next_page_elsewhere(world: World, _: None) -> AbstractContextManager[None]:
    """The rest of every list is on another host."""

    def change(document: Any) -> None:
        if "value" in document:
            document["nextLink"] = f"https://{ELSEWHERE}/subscriptions?api-version=2026-03-01&$skiptoken=1"

    return bent(world, documents(change), ARM_ENDPOINT)


def spaces_in_times(world: World, _: None) -> AbstractContextManager[None]:
    """Times have a space between day and hour."""

    def bend(request: Request, onward: Onward) -> Response:
        answer = onward(request)
        answer.body = _TIMESTAMP.sub(r"\1 \2", answer.body.decode()).encode()
        return answer

    return bent(world, bend, ARM_ENDPOINT)


def another_address(world: World, cloud: PrivateCloud) -> AbstractContextManager[None]:
    """Every second look finds its manager at another address."""

    def change(document: Any) -> None:
        for item in _clouds(document):
            if item["id"] == cloud.resource_id:
                item["properties"]["endpoints"]["hcxCloudManagerIp"] = OTHER_ADDRESS

    def only_its_own(document: Any) -> None:
        if any(item.get("id") == cloud.resource_id for item in _clouds(document)):
            changed(document)

    changed = by_turns(change)
    return bent(world, documents(only_its_own), ARM_ENDPOINT)


def cmdlet_gone(_world: World, cloud: PrivateCloud) -> AbstractContextManager[None]:
    """Its run commands take no snapshots any more."""
    return as_if(cloud, run_commands="missing")


def _clouds(document: Any) -> Iterator[dict[str, Any]]:
    """The private clouds in a list, or the one that the document is."""
    items = document.get("value", [document])
    return (each for each in items if each.get("type") == "Microsoft.AVS/privateClouds")
