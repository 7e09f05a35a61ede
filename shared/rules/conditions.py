"""Whether the condition of a known risk holds for a manager: true, false, or unknown where the facts do not say.

Kleene's logic: of parts that must all hold, one false one decides whatever is unknown; of alternatives, one true one
does. So what is learnt later can turn an unknown into true or false, but never one of these into the other.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from shared.model.facts import Appliance, ApplianceKind, ManagerFacts, Mesh
from shared.model.record import record
from shared.model.version import Version
from shared.rules.catalogue.records import Condition, Range

MOST = 3
"""Names in one sentence of evidence; the rest is counted."""


@record
class Told:
    """What the facts say of a condition or a part of it."""

    value: bool | None
    """None: they do not say."""
    text: str
    """What was seen, or what was not."""


@record
class Case:
    """What a condition is asked about."""

    facts: ManagerFacts
    source: Version | None = None
    """Where a hop starts; None without one."""
    target: Version | None = None


def told(condition: Condition | None, case: Case) -> Told:
    """Whether `condition` holds in this case; None holds always."""
    if condition is None:
        return Told(value=True, text="")
    return every(_parts(condition, case))


def every(parts: Iterable[Told]) -> Told:
    """All of these: false where one is, else unknown where one is."""
    return _joined(tuple(parts), decides=False)


def some(parts: Iterable[Told]) -> Told:
    """Any of these: true where one is, else unknown where one is."""
    return _joined(tuple(parts), decides=True)


def _joined(parts: tuple[Told, ...], *, decides: bool) -> Told:
    values = {part.value for part in parts}
    value = decides if decides in values else None if None in values else not decides
    texts = dict.fromkeys(part.text for part in parts if part.value is value and part.text)
    return Told(value=value, text="; ".join(texts))


def _parts(condition: Condition, case: Case) -> Iterator[Told]:
    if condition.all:
        yield every(told(inner, case) for inner in condition.all)
    if condition.any:
        yield some(told(inner, case) for inner in condition.any)
    if condition.appliance is not None or condition.appliances is not None:
        yield _appliance(condition.appliance, condition.appliances, case.facts)
    for part, ask in _ASKED.items():
        wanted = getattr(condition, part)
        if wanted is not None:
            yield ask(wanted, case)


# --- meshes and what belongs to them ----------------------------------------------------------------------------------


def _service(name: str, case: Case) -> Told:
    return _over_meshes(case.facts, lambda mesh: name in mesh.services, f"service {name}")


def _only_service(name: str, case: Case) -> Told:
    return _over_meshes(case.facts, lambda mesh: set(mesh.services) == {name}, f"service {name} and no other")


def _over_meshes(facts: ManagerFacts, holds: Callable[[Mesh], bool], what: str) -> Told:
    """Whether some mesh has it. A mesh that lists no service at all did not say which it has."""
    if facts.meshes is None:
        return _unseen(facts, "meshes", f"whether a mesh has {what}")
    meshes = facts.meshes.value
    having = [mesh.name for mesh in meshes if mesh.services and holds(mesh)]
    silent = [mesh.name for mesh in meshes if not mesh.services]
    return _counted(having, silent, f"has {what}", "a mesh")


def _appliance(kind: str | None, versions: Range | None, facts: ManagerFacts) -> Told:
    what = f"is {_kind_words(kind)}{f' {in_range(versions)}' if versions else ''}"
    if facts.appliances is None:
        return _unseen(facts, "appliances", f"whether an appliance {what}")
    fits = [(one, every((_of_kind(one, kind), _of_version(one, versions)))) for one in facts.appliances.value]
    sure = [one.name for one, found in fits if found.value]
    silent = [one.name for one, found in fits if found.value is None]
    return _counted(sure, silent, what, "an appliance")


def _kind_words(kind: str | None) -> str:
    return f"{'an' if kind and kind[0] in 'aeiou' else 'a'} {kind or 'mesh'} appliance"


def _of_kind(appliance: Appliance, kind: str | None) -> Told:
    """An appliance of a kind that nobody understood may be of any: no public material names the sentinel ones."""
    if kind is None or appliance.kind.value == kind:
        return Told(value=True, text="")
    return Told(value=None if appliance.kind is ApplianceKind.UNKNOWN else False, text="")


def _of_version(appliance: Appliance, versions: Range | None) -> Told:
    if versions is None:
        return Told(value=True, text="")
    return Told(value=versions.holds(appliance.version) if appliance.version.known else None, text="")


def _ha_group(wanted: bool, case: Case) -> Told:  # noqa: FBT001 -- one signature for all parts
    if case.facts.ha_groups is None:
        return _unseen(case.facts, "ha_groups", "whether network extension appliances are in a high availability group")
    groups = len(case.facts.ha_groups.value)
    return Told(value=(groups > 0) is wanted, text=f"{groups or 'no'} high availability group{'s' * (groups != 1)}")


def _optimized(wanted: bool, case: Case) -> Told:  # noqa: FBT001 -- one signature for all parts
    facts, what = case.facts, "uses mobility optimized networking"
    if facts.extensions is None:
        return _unseen(facts, "extensions", f"whether a network {what}")
    using = [one.network for one in facts.extensions.value if one.optimized]
    silent = [one.network for one in facts.extensions.value if one.optimized is None]
    found = _counted(using, silent, what, "a network")
    return found if wanted else Told(value=None if found.value is None else not found.value, text=found.text)


def _network_name(pattern: str, case: Case) -> Told:
    facts = case.facts
    if facts.extensions is None:
        return _unseen(facts, "extensions", "how the extended networks are called")
    matching = [one.network for one in facts.extensions.value if re.search(pattern, one.network)]
    return _counted(matching, [], "has such a name", "an extended network")


def _counted(sure: list[str], silent: list[str], what: str, one: str) -> Told:
    if sure:
        return Told(value=True, text=f"{_names(sure)} {what}")
    if silent:
        return Told(value=None, text=f"whether {_names(silent)} {what} is not known")
    return Told(value=False, text=f"not {one} {what}")


# --- the manager and its hop ------------------------------------------------------------------------------------------


def _host_name(pattern: str, case: Case) -> Told:
    pairings = case.facts.pairings.value if case.facts.pairings else ()
    names = (case.facts.manager.endpoint.host, *(one.remote_host for one in pairings))
    matching = [name for name in names if re.search(pattern, name)]
    if matching:
        return Told(value=True, text=f"a manager is called {_names(matching)}")
    return Told(value=None, text="which other names this manager looks up is not known")


def _kind(kind: str, case: Case) -> Told:
    found = case.facts.manager.kind.value
    return Told(value=found == kind, text=f"it is a {found}")


def _crosses(release: Version, case: Case) -> Told:
    source, target = case.source, case.target
    if source is None or target is None or not source.known or not target.known:
        return Told(value=None, text=f"whether the hop crosses {release} is not known")
    crosses = source.older_than(release) and not target.older_than(release)
    return Told(value=crosses, text=f"from {source} to {target}")


def _source(starts: Range, case: Case) -> Told:
    if case.source is None or not case.source.known:
        return Told(value=None, text="where the hop starts is not known")
    return Told(value=starts.holds(case.source), text=f"the hop starts from {case.source}")


_ASKED: dict[str, Callable[..., Told]] = {
    "service": _service,
    "only_service": _only_service,
    "ha_group": _ha_group,
    "optimized": _optimized,
    "network_name": _network_name,
    "host_name": _host_name,
    "kind": _kind,
    "crosses": _crosses,
    "source": _source,
}
"""Every part that is asked by itself, in the order of the evidence."""


# --- words ------------------------------------------------------------------------------------------------------------


def in_range(one: Range) -> str:
    """A range in words, such as `at 4.10.0 or later, before 4.11.4`."""
    parts = (
        f"at {one.at_least} or later" if one.at_least else "",
        f"not later than {one.up_to}" if one.up_to else "",
        f"before {one.below}" if one.below else "",
    )
    return ", ".join(part for part in parts if part) or "at any version"


def _names(names: list[str]) -> str:
    unique = sorted(set(names))
    more = len(unique) - MOST
    return ", ".join(unique[:MOST]) + (f" and {more} more" if more > 0 else "")


def _unseen(facts: ManagerFacts, section: str, what: str) -> Told:
    gap = facts.gap(section)
    return Told(value=None, text=f"{what} was not observed" + (f": {gap.detail}" if gap else ""))
