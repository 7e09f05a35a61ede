"""Checks of a world file that look at more than one part: names used are names given, and given once.

They read the plain document, so that they find what is wrong even where some parts have faults of their own.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from simulator.faults import EVERY, NAMED, On
from simulator.generate import expanded
from simulator.names import network_name
from simulator.reading import Document, Fault, Where
from simulator.world_file import (
    CLOUD_SECRETS,
    CONNECTOR_SECRETS,
    NO_HCX,
    USUAL_APPLIANCES,
    Appliance,
    UsualSecrets,
    WorldFile,
)

_USES = (
    (("clouds", "*", "subscription"), "subscription"),
    (("clouds", "*", "pairs", "*", "cloud"), "cloud"),
    (("connectors", "*", "pairs", "*", "cloud"), "cloud"),
    (("meshes", "*", "initiator"), "manager"),
    (("meshes", "*", "receiver"), "cloud"),
    (("vcenters", "*", "serves", "*"), "manager"),
    (("probes", "*", "network"), "network"),
    (("people", "*", "when", "manager"), "manager"),
    (("people", "*", "when", "mesh"), "mesh"),
    (("people", "*", "about"), "subject"),
    (("people", "*", "after"), "entry"),
    (("provider", "*", "cloud"), "cloud"),
    (("provider", "*", "when", "manager"), "manager"),
    (("provider", "*", "when", "mesh"), "mesh"),
    (("provider", "*", "after"), "entry"),
    (("policy", "scope", "subscriptions", "*"), "subscription"),
    (("policy", "scope", "exclude", "*", "cloud"), "cloud"),
    (("policy", "sites", "*", "privateCloud"), "cloud"),
)
_GIVEN_ONCE = (
    ("subscription", (("subscriptions", "*", "name"),)),
    ("manager", (("clouds", "*", "name"), ("connectors", "*", "name"))),
    ("mesh", (("meshes", "*", "name"),)),
    ("vcenter", (("vcenters", "*", "name"),)),
    ("probe", (("probes", "*", "name"),)),
    ("served manager", (("vcenters", "*", "serves", "*"),)),
    ("entry", (("people", "*", "id"), ("provider", "*", "id"))),
    ("account", (("accounts", "*", "secret"),)),
)

_ACCOUNTS = (("clouds", CLOUD_SECRETS, False), ("connectors", CONNECTOR_SECRETS, True))
"""Where managers are, how their secrets are called, and whether port 9443 is given to us where nothing is said."""


def reference_faults(document: Document) -> list[Fault]:
    """Every name that is used and not given, given twice, or that does not fit where it is used."""
    return [
        *_unknown_names(document),
        *_repeated_names(document),
        *_unpaired_meshes(document),
        *_wrong_faults(document),
    ]


def _unknown_names(document: Document) -> Iterator[Fault]:
    known = _known(document.tree)
    for pattern, kind in _USES:
        for where, name in _found(document.tree, pattern):
            if name not in known[kind]:
                yield document.fault(where, f"there is no {kind} {name!r} in this file")


def _repeated_names(document: Document) -> Iterator[Fault]:
    made = _generated(document.tree)
    for kind, patterns in _GIVEN_ONCE:
        given = [item for pattern in patterns for item in _found(document.tree, pattern)]
        seen = set(made[kind]) if kind in made else set()
        for where, name in given:
            if name in seen:
                yield document.fault(where, f"there is another {kind} of the name {name!r}")
            seen.add(name)


def _unpaired_meshes(document: Document) -> Iterator[Fault]:
    pairs = _pairs(document.tree)
    without = {
        name for _, cloud in _items(document.tree, "clouds") if cloud.get("hcx") == NO_HCX for name in _name(cloud)
    }
    for index, mesh in _items(document.tree, "meshes"):
        ends = (mesh.get("initiator"), mesh.get("receiver"))
        if all(isinstance(end, str) for end in ends) and ends not in pairs:
            yield document.fault(("meshes", index), f"{ends[0]} is not paired with {ends[1]}")
        if without.intersection(ends):
            yield document.fault(("meshes", index), "must not end at a cloud without HCX")


def _wrong_faults(document: Document) -> Iterator[Fault]:
    """Named faults that do not exist, of somebody who does not, or at a time that they cannot have."""
    known = _subjects(document.tree)
    for index, entry in _items(document.tree, "faults"):
        name = entry.get("name")
        if isinstance(name, str) and name not in NAMED:
            yield document.fault(("faults", index, "name"), f"there is no fault {name!r}{_meant(name, NAMED)}")
        elif isinstance(name, str):
            yield from _wrong_use(document, ("faults", index), entry, known[NAMED[name].on])


def _wrong_use(document: Document, where: Where, entry: dict[str, Any], known: set[str]) -> Iterator[Fault]:
    fault, subject = NAMED[entry["name"]], entry.get("on", EVERY)
    if isinstance(subject, str) and subject not in {EVERY, *known}:
        there = f"there is no {fault.on} {subject!r} in this file{_meant(subject, known)}"
        message = f"must be {EVERY}: there is one Azure Resource Manager" if fault.on is On.ARM else there
        yield document.fault((*where, "on"), message)
    if fault.whole_life and {"from", "until"} & entry.keys():
        yield document.fault(where, f"{fault.name} holds for the whole life of a world: it has no from and no until")


def _meant(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _subjects(tree: dict[str, Any]) -> dict[On, set[str]]:
    """The names that faults can be about; a private cloud without HCX has no manager."""
    known = _known(tree)
    without = {name for _, cloud in _items(tree, "clouds") if cloud.get("hcx") == NO_HCX for name in _name(cloud)}
    return {
        On.MANAGER: known["manager"] - without,
        On.MESH: known["mesh"],
        On.CLOUD: known["cloud"],
        On.SUBSCRIPTION: known["subscription"],
        On.ACCOUNT: _secrets(tree) | _generated(tree)["secret"],
        On.ARM: set(),
        On.VCENTER: _names(tree, ("vcenters", "*", "name")),
    }


def _secrets(tree: dict[str, Any]) -> set[str]:
    """The names of the secrets that managers of the file use."""
    return {
        name
        for section, usual, given in _ACCOUNTS
        for _, part in _items(tree, section)
        if part.get("hcx") != NO_HCX
        for name in _secrets_of(part, usual, given=given)
    }


def _secrets_of(part: dict[str, Any], usual: UsualSecrets, *, given: bool) -> Iterator[str]:
    for name in _name(part):
        yield str(part.get("credentials") or usual.service.format(name))
        if part.get("applianceManagement", given):
            yield str(part.get("applianceCredentials") or usual.appliance.format(name))


def _pairs(tree: dict[str, Any]) -> set[tuple[Any, Any]]:
    found = set()
    for section in ("clouds", "connectors"):
        for _, manager in _items(tree, section):
            pairs = manager.get("pairs")
            for pair in pairs if isinstance(pairs, list) else ():
                if isinstance(pair, dict):
                    found.add((str(manager.get("name")), str(pair.get("cloud"))))
    return found


def _known(tree: dict[str, Any]) -> dict[str, set[str]]:
    made = _generated(tree)
    clouds = _names(tree, ("clouds", "*", "name")) | made["cloud"]
    managers = clouds | _names(tree, ("connectors", "*", "name")) | made["connector"]
    meshes = _names(tree, ("meshes", "*", "name")) | made["mesh"]
    return {
        "subscription": _names(tree, ("subscriptions", "*", "name")) | made["subscription"],
        "cloud": clouds,
        "manager": managers,
        "mesh": meshes,
        "network": _networks(tree) | made["network"],
        "subject": {
            *(f"manager:{name}" for name in managers),
            *(f"mesh:{name}" for name in meshes),
            *(f"case:{name}" for name in clouds),
        },
        "entry": _names(tree, ("people", "*", "id")) | _names(tree, ("provider", "*", "id")),
    }


def _generated(tree: dict[str, Any]) -> dict[str, set[str]]:
    """The names that `generate` stands for; none where it is not valid itself."""
    try:
        world = WorldFile.model_validate({"start": "2000-01-01T00:00:00Z", "generate": tree.get("generate")})
    except ValidationError:
        return {kind: set() for kind in ("subscription", "cloud", "connector", "mesh", "network", "manager", "secret")}
    made = expanded(world)
    clouds, connectors = {cloud.name for cloud in made.clouds}, {connector.name for connector in made.connectors}
    sections = {"clouds": clouds, "connectors": connectors}
    return {
        "subscription": {subscription.name for subscription in made.subscriptions},
        "cloud": clouds,
        "connector": connectors,
        "manager": clouds | connectors,
        "mesh": {mesh.name for mesh in made.meshes},
        "network": {name for mesh in made.meshes for name in _networks_of(mesh.name, mesh.appliances)},
        "secret": _secrets({kind: [{"name": name} for name in names] for kind, names in sections.items()}),
    }


def _networks(tree: dict[str, Any]) -> set[str]:
    """The names of the networks that meshes of the file extend, as far as its appliances can be read."""
    found: set[str] = set()
    for _, mesh in _items(tree, "meshes"):
        for name in _name(mesh):
            found.update(_networks_of(name, _appliances(mesh)))
    return found


def _appliances(mesh: dict[str, Any]) -> list[Appliance]:
    if "appliances" not in mesh:
        return USUAL_APPLIANCES
    readable = []
    for _, part in _items(mesh, "appliances"):
        with suppress(ValidationError):
            readable.append(Appliance.model_validate(part, by_alias=True, by_name=False))
    return readable


def _networks_of(mesh: str, appliances: list[Appliance]) -> Iterator[str]:
    extenders = [each for each in appliances if each.type == "NE"]
    for number, each in enumerate(extenders, start=1):
        yield from (network_name(mesh, number, index) for index in range(1, each.networks + 1))


def _names(tree: dict[str, Any], pattern: Where) -> set[str]:
    return {name for _, name in _found(tree, pattern)}


def _name(part: dict[str, Any]) -> tuple[str, ...]:
    name = part.get("name")
    return (name,) if isinstance(name, str) else ()


def _items(tree: dict[str, Any], section: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = tree.get(section)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield index, item


def _found(value: Any, pattern: Where, where: Where = ()) -> Iterator[tuple[Where, str]]:
    """Every text at a place that fits `pattern`, where `*` stands for any item of a list."""
    if not pattern:
        if isinstance(value, str):
            yield where, value
        return
    head, rest = pattern[0], pattern[1:]
    if head == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _found(item, rest, (*where, index))
    elif isinstance(value, dict) and head in value:
        yield from _found(value[head], rest, (*where, head))
