"""Faults of what managers report: values that change, are missing, or come in another shape."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from shared.model.version import Version
from simulator.faults.bends import appliances, by_turns, remade, rewritten
from simulator.faults.changing import all_altered, altered, behaving, bent, together
from simulator.faults.fault import Effect
from simulator.http.message import Response
from simulator.names import wire_version
from simulator.state import Manager, World

ODD_RELEASES = {4: ("4.10.1", "4.11.1"), 9: ("9.0.1", "9.0.2")}
OTHER_LINE = {4: "9.1.0", 9: "4.11.5"}
TOO_NEW = "4.11.5"
"""Came after 9.1.0, which it can not go to."""


def another_version(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Every second look finds another version."""

    def change(document: Any) -> None:
        endpoint = document["data"]["localEndpoints"][0]["endpoint"]
        endpoint["version"] = wire_version(_another(manager.release), connector=manager.connector)

    return bent(world, rewritten(by_turns(change), "support"), manager.service_endpoint)


def another_identity(world: World, manager: Manager) -> AbstractContextManager[None]:
    """It goes by another id in everything it says, while the others still know the old one."""
    before, now = (text.encode() for text in (manager.endpoint_id, world.ids.uuid("another endpoint", manager.id)))

    def change(answer: Response) -> Response:
        return replace(answer, body=answer.body.replace(before, now))

    return bent(world, remade(change), manager.service_endpoint)


def items_for_rows(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Migrations come as `items` where they usually come as `rows`."""

    def change(document: Any) -> None:
        if "rows" in document:
            document["items"] = document.pop("rows")

    return bent(world, rewritten(change, "migrations"), manager.service_endpoint)


def in_appliances(change: Callable[[dict[str, Any]], object]) -> Effect:
    """Every appliance that a manager reports is changed so."""

    def every(document: Any) -> None:
        for each in appliances(document):
            change(each)

    return lambda world, manager: bent(world, rewritten(every, "appliances"), manager.service_endpoint)


def turn_version(item: dict[str, Any]) -> None:
    """A structure becomes a text, and a text becomes a structure."""
    if "applianceVersion" in item:
        parts = item.pop("applianceVersion")
        item["version"] = "{major}.{minor}.{patch}.0-{build}".format(**parts)
        return
    major, minor, patch, *_, build = map(int, item.pop("version").split("."))
    item["applianceVersion"] = {"major": major, "minor": minor, "patch": patch, "build": build}


def hide_update(item: dict[str, Any]) -> None:
    """Nothing says which version could be had."""
    item.pop("availableVersion", None)
    item.pop("updateAvailable", None)


def say_new_word(item: dict[str, Any]) -> None:
    """A state that nobody has heard of."""
    item["status"]["summary"]["overallStatus"] = "RECALIBRATING"


def used_up(_world: World, manager: Manager) -> AbstractContextManager[None]:
    """No address is free."""
    return altered(manager, pools_empty=True)


def other_version(world: World, manager: Manager) -> AbstractContextManager[None]:
    """It is of another release than the managers it is paired with."""
    taken = {manager.release, *(each.release for each in _partners(world, manager))}
    odd = next((each for each in ODD_RELEASES[manager.major] if each not in taken), manager.release)
    return altered(manager, release=odd)


def other_line(_world: World, manager: Manager) -> AbstractContextManager[None]:
    """It is of the line that its pairings do not go across."""
    return altered(manager, release=OTHER_LINE[manager.major])


def too_new(_world: World, manager: Manager) -> AbstractContextManager[None]:
    """It is of a release that came after the one it should go to."""
    return altered(manager, release=TOO_NEW)


def paired_apart(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Every site pairing that it is in is down."""
    partners = [manager, *_partners(world, manager)]
    pairings = [each for one in partners for each in one.pairings if manager in (one, each.remote)]
    return all_altered(pairings, connected=False)


def system_mesh(world: World, manager: Manager) -> AbstractContextManager[None]:
    """It has the automatic mesh with itself."""
    return altered(manager, system_mesh_id=world.ids.uuid("system-mesh", manager.id))


def placed_on_av64(world: World, manager: Manager) -> AbstractContextManager[None]:
    """Its appliances are deployed to a cluster of AV64 hosts.

    That the ends of meshes repeat their networks is inferred; where they do not, compute profiles are asked for them.
    """

    def change(document: Any) -> None:
        for profile in document["items"]:
            profile["deploymentContainer"] = {"compute": [{"name": "Cluster-2-AV64"}]}

    def leave_out(document: Any) -> None:
        for end in (end for each in document["items"] for end in each["computeProfiles"]):
            end.pop("networks", None)

    return together(
        bent(world, rewritten(change, "compute-profiles"), manager.service_endpoint),
        bent(world, rewritten(leave_out, "meshes"), manager.service_endpoint),
    )


def linked(**values: str) -> Effect:
    """The link to what it is registered with is as said."""
    return lambda _, manager: behaving(manager, **values)


def _another(release: str) -> str:
    return next(each for each in ODD_RELEASES[Version(release).major] if each != release)


def _partners(world: World, manager: Manager) -> list[Manager]:
    """The managers at the other end of its pairings, whoever made them."""
    made = [each.remote for each in manager.pairings]
    return made + [each for each in world.managers.values() if any(one.remote is manager for one in each.pairings)]
