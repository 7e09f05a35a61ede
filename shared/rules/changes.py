"""What can differ between two looks at a fleet: one table, used by drift and by the comparison of two plans.

It says what is other, in HCX words. Whether that was to be expected is asked of `manager_may` and `appliance_may`.

A manager that cannot be read is no difference of the fleet. Nothing is known to have changed, its own task stops before
it changes anything, and a fleet of hundreds has such a manager at any time: refusing plans on it would make them
unusable.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from shared.model.plan import ApplianceThen, Baseline, ManagerThen, MeshThen, RestraintKind, RestraintThen
from shared.model.record import record
from shared.model.version import Version
from shared.rules.restraints import is_stricter


class ChangeKind(StrEnum):
    """What can differ, in the order in which it is told."""

    POLICY = "policy"
    CONFIRMATIONS = "confirmations"
    CATALOGUE = "catalogue"
    RESTRAINT = "restraint"
    """Somebody holds something back that was free, or the other way round."""
    MEMBERSHIP = "membership"
    OBSERVATION = "observation"
    """A manager is read now that was not, or the other way round."""
    IDENTITY = "identity"
    """Another system answers for a manager."""
    VERSION = "version"
    PAIRING = "pairing"
    MESH = "mesh"
    APPLIANCE = "appliance"


@record
class Change:
    """One difference."""

    kind: ChangeKind
    subject: str
    """Id of the manager, mesh or private cloud; for a file its name."""
    text: str
    """In HCX words, such as `manager pc-fr-04 4.10.2 → 4.10.3`."""
    expected: bool = False
    """Whether the plan holds all the same."""
    because: str = ""
    """Why it is expected, or what speaks against it; completes the text after a comma."""

    @property
    def said(self) -> str:
        """The text with its reason, such as `manager pc-fr-04 4.10.2 → 4.10.3, not by us`."""
        return f"{self.text}, {self.because}" if self.because else self.text


@record
class Hashes:
    """What a plan was made with, beside what was observed."""

    policy: str
    confirmations: str
    catalogue: str
    overrides: str | None = None


# --- the table ------------------------------------------------------------------------------------------------------


@record
class Judged:
    """What somebody who knows the plan says of a change."""

    expected: bool
    because: str = ""


@record
class Compared:
    """Two looks at a fleet, and who judges what became other."""

    before: Baseline
    after: Baseline
    hashes: tuple[Hashes, Hashes]
    """Before and after."""
    unread: frozenset[str] = frozenset()
    """Ids of managers that could not be read in full in the later look."""
    manager_may: Callable[[ManagerThen, ManagerThen], Judged] = lambda *_: Judged(expected=False)
    """Asked of every manager with another version."""
    appliance_may: Callable[[MeshThen, ApplianceThen, ApplianceThen], Judged] = lambda *_: Judged(expected=False)
    """Asked of every appliance with another version, or deployed anew."""
    restraint_may: Callable[[RestraintThen], Judged] = lambda *_: Judged(expected=False)
    """Asked of everything that is held back now and was not, or less."""


def changes(compared: Compared) -> tuple[Change, ...]:
    """Everything that is other, in the order of the table, and of subjects within it."""
    found = (sorted(find(compared), key=lambda one: (one.subject, one.text)) for find in TABLE.values())
    return tuple(change for some in found for change in some)


def _policy(compared: Compared) -> Iterator[Change]:
    before, after = compared.hashes
    if before.policy != after.policy:
        yield Change(kind=ChangeKind.POLICY, subject="fleet.yaml", text="fleet.yaml was changed")


def _confirmations(compared: Compared) -> Iterator[Change]:
    before, after = compared.hashes
    if before.confirmations != after.confirmations:
        text = "the confirmations of changing calls were changed"
        yield Change(kind=ChangeKind.CONFIRMATIONS, subject="confirmations", text=text)


def _catalogue(compared: Compared) -> Iterator[Change]:
    before, after = compared.hashes
    if before.catalogue != after.catalogue:
        text = "what is known of releases, paths and risks was changed"
        yield Change(kind=ChangeKind.CATALOGUE, subject="catalogue", text=text)
    if before.overrides != after.overrides:
        verb = "was changed" if before.overrides and after.overrides else "was added" if after.overrides else "is gone"
        text = f"the file that corrects the catalogue {verb}"
        yield Change(kind=ChangeKind.CATALOGUE, subject="overrides", text=text)


def _restraint(compared: Compared) -> Iterator[Change]:
    """What is let go leaves less to wait for, and never makes a plan do more than what was approved."""
    before, after = _restraints(compared.before), _restraints(compared.after)
    for key in after.keys() | before.keys():
        was, now = before.get(key), after.get(key)
        if now is not None and is_stricter(was, now):
            judged = compared.restraint_may(now)
            yield _restraint_change(now, now.text, expected=judged.expected, because=judged.because)
        elif was is not None and now is None:
            yield _restraint_change(was, f"no longer so: {was.text}", expected=True)
        elif was is not None and now is not None and was.value != now.value:
            yield _restraint_change(now, now.text, expected=True, because="less strict than before")


def _membership(compared: Compared) -> Iterator[Change]:
    before, after = set(compared.before.members), set(compared.after.members)
    for gone in before - after:
        text = f"private cloud {_last(gone)} is no longer in scope, or its subscription cannot be read"
        yield Change(kind=ChangeKind.MEMBERSHIP, subject=gone, text=text)
    for new in after - before:
        yield Change(kind=ChangeKind.MEMBERSHIP, subject=new, text=f"private cloud {_last(new)} is new in scope")


def _observation(compared: Compared) -> Iterator[Change]:
    before, after = _managers(compared.before), _managers(compared.after)
    for gone in before.keys() - after.keys():
        yield Change(
            kind=ChangeKind.OBSERVATION,
            subject=gone,
            text=f"manager {gone} cannot be read now",
            expected=True,
            because="and its own task changes nothing until it can",
        )
    for new in after.keys() - before.keys():
        text = f"manager {new} can be read now, which could not be when the plan was made"
        yield Change(kind=ChangeKind.OBSERVATION, subject=new, text=text)


def _identity(compared: Compared) -> Iterator[Change]:
    for was, now in _both(compared):
        if was.system_id != now.system_id:
            text = f"another system answers for manager {now.manager}: {now.system_id} instead of {was.system_id}"
            yield Change(kind=ChangeKind.IDENTITY, subject=now.manager, text=text)


def _version(compared: Compared) -> Iterator[Change]:
    for was, now in _both(compared):
        if was.version != now.version:
            judged = compared.manager_may(was, now)
            yield Change(
                kind=ChangeKind.VERSION,
                subject=now.manager,
                text=f"manager {now.manager} {way(was.version, now.version)}",
                expected=judged.expected,
                because=judged.because,
            )


def _pairing(compared: Compared) -> Iterator[Change]:
    """A pairing is there while any of its ends lists it: the two do not always show it at the same time."""
    before, after, unread = _pairs(compared.before), _pairs(compared.after), _unread(compared)
    names = {one.system_id: one.manager for side in (compared.after, compared.before) for one in side.managers}
    for pair in before.keys() - after.keys():
        yield _pairing_change(pair, names, "are no longer paired", unread=bool(before[pair] & unread))
    for pair in after.keys() - before.keys():
        yield _pairing_change(pair, names, "are paired now", unread=False)


def _mesh(compared: Compared) -> Iterator[Change]:
    before, after, unread = _meshes(compared.before), _meshes(compared.after), _unread_systems(compared)
    for gone in before.keys() - after.keys():
        yield _mesh_change(before[gone], "is gone", unread=bool(unread & set(before[gone].ends)))
    for new in after.keys() - before.keys():
        yield _mesh_change(after[new], "is new", unread=False)
    for key in before.keys() & after.keys():
        for text in _mesh_texts(before[key], after[key]):
            yield _mesh_change(before[key], text, unread=False)


def _appliance(compared: Compared) -> Iterator[Change]:
    before, after, unread = _meshes(compared.before), _meshes(compared.after), _unread_systems(compared)
    for key in before.keys() & after.keys():
        mesh = before[key]
        for was, now in _appliances_of(mesh, after[key]):
            if was is None and now is not None:
                yield _appliance_change(mesh, f"appliance {now.name} of {mesh.name} is new at {now.version}")
            elif was is not None and now is None:
                yield _gone(mesh, was, unread=bool(unread & set(mesh.ends)))
            elif was is not None and now is not None:
                yield from _changed(compared, mesh, was, now)


TABLE: Mapping[ChangeKind, Callable[[Compared], Iterator[Change]]] = {
    ChangeKind.POLICY: _policy,
    ChangeKind.CONFIRMATIONS: _confirmations,
    ChangeKind.CATALOGUE: _catalogue,
    ChangeKind.RESTRAINT: _restraint,
    ChangeKind.MEMBERSHIP: _membership,
    ChangeKind.OBSERVATION: _observation,
    ChangeKind.IDENTITY: _identity,
    ChangeKind.VERSION: _version,
    ChangeKind.PAIRING: _pairing,
    ChangeKind.MESH: _mesh,
    ChangeKind.APPLIANCE: _appliance,
}
"""Everything that counts as drift, and how it is found."""


# --- words and indexes ----------------------------------------------------------------------------------------------


def way(before: Version, after: Version) -> str:
    """A change of version as people say it: builds only where the release is the same."""
    if before.known and after.known and not before.same_release(after):
        return f"{before.release} → {after.release}"
    return f"{before} → {after}"


def _last(resource_id: str) -> str:
    return resource_id.rpartition("/")[2]


def _restraints(baseline: Baseline) -> dict[tuple[RestraintKind, str, str], RestraintThen]:
    return {(one.kind, one.of, one.subject): one for one in baseline.restraints}


def _restraint_change(about: RestraintThen, text: str, *, expected: bool, because: str = "") -> Change:
    return Change(kind=ChangeKind.RESTRAINT, subject=about.subject, text=text, expected=expected, because=because)


def _managers(baseline: Baseline) -> dict[str, ManagerThen]:
    return {one.manager: one for one in baseline.managers}


def _meshes(baseline: Baseline) -> dict[str, MeshThen]:
    return {one.mesh: one for one in baseline.meshes}


def _both(compared: Compared) -> Iterator[tuple[ManagerThen, ManagerThen]]:
    before, after = _managers(compared.before), _managers(compared.after)
    return ((before[key], after[key]) for key in before.keys() & after.keys())


def _unread(compared: Compared) -> frozenset[str]:
    """Managers that the later look did not show, or not in full."""
    return compared.unread | (_managers(compared.before).keys() - _managers(compared.after).keys())


def _unread_systems(compared: Compared) -> frozenset[str]:
    unread = _unread(compared)
    return frozenset(one.system_id for one in compared.before.managers if one.manager in unread)


def _pairs(baseline: Baseline) -> dict[frozenset[str], frozenset[str]]:
    """Every pairing as the system ids of its ends, with the ids of the managers that list it."""
    found: dict[frozenset[str], frozenset[str]] = {}
    for one in baseline.managers:
        for other in one.pairs:
            pair = frozenset((one.system_id, other))
            found[pair] = found.get(pair, frozenset()) | {one.manager}
    return found


def _pairing_change(pair: frozenset[str], names: Mapping[str, str], text: str, *, unread: bool) -> Change:
    ends = sorted(names.get(one, one) for one in pair)
    both = " and ".join(ends)
    said = f"the pairing of {both} cannot be read now" if unread else f"{both} {text}"
    return Change(kind=ChangeKind.PAIRING, subject=ends[0], text=said, expected=unread)


def _mesh_change(mesh: MeshThen, text: str, *, unread: bool) -> Change:
    said = f"mesh {mesh.name} cannot be read now" if unread else f"mesh {mesh.name} {text}"
    return Change(kind=ChangeKind.MESH, subject=mesh.mesh, text=said, expected=unread)


def _mesh_texts(was: MeshThen, now: MeshThen) -> Iterator[str]:
    if was.name != now.name:
        yield f"is called {now.name} now"
    if was.ends != now.ends:
        yield f"has other ends: {' and '.join(now.ends)} instead of {' and '.join(was.ends)}"
    for gone in sorted(set(was.services) - set(now.services)):
        yield f"has no {gone} any more"
    for new in sorted(set(now.services) - set(was.services)):
        yield f"has {new} now"


def _appliances_of(was: MeshThen, now: MeshThen) -> Iterator[tuple[ApplianceThen | None, ApplianceThen | None]]:
    """Then and now, by id, else by name: an upgrade in service puts a new appliance in the place of the old one."""
    left = {one.id: one for one in now.appliances}
    paired: list[tuple[ApplianceThen, ApplianceThen | None]] = [(one, left.pop(one.id, None)) for one in was.appliances]
    for before, same in paired:
        other = same or next((one for one in left.values() if one.name == before.name), None)
        if other is not None and same is None:
            del left[other.id]
        yield before, other
    yield from ((None, one) for one in left.values())


def _changed(compared: Compared, mesh: MeshThen, was: ApplianceThen, now: ApplianceThen) -> Iterator[Change]:
    if was.name != now.name:
        yield _appliance_change(mesh, f"appliance {was.name} of {mesh.name} is called {now.name} now")
    judged = compared.appliance_may(mesh, was, now)
    if was.version != now.version:
        text = f"appliance {now.name} of {mesh.name} {way(was.version, now.version)}"
        yield _appliance_change(mesh, text, judged)
    elif was.id != now.id:
        yield _appliance_change(mesh, f"appliance {now.name} of {mesh.name} was deployed anew", judged)


def _gone(mesh: MeshThen, was: ApplianceThen, *, unread: bool) -> Change:
    text = "cannot be read now" if unread else "is gone"
    judged = Judged(expected=unread, because="")
    return _appliance_change(mesh, f"appliance {was.name} of {mesh.name} {text}", judged)


def _appliance_change(mesh: MeshThen, text: str, judged: Judged | None = None) -> Change:
    return Change(
        kind=ChangeKind.APPLIANCE,
        subject=mesh.mesh,
        text=text,
        expected=judged.expected if judged else False,
        because=judged.because if judged else "",
    )
