"""From a run that went wrong to the plan that takes it back. Its hash covers everything but the time it was made."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from shared.model.canonical import canonical
from shared.model.codec import to_json
from shared.model.inventory import ManagerKind
from shared.model.revert import ManagerBack, RevertPlan, RevertScope
from shared.rules.protection import BOTH_SIDES
from shared.rules.reverting.material import Material, manager_tasks, members, paired
from shared.rules.reverting.meshes import meshes_back
from shared.rules.reverting.steps import steps
from shared.rules.reverting.support_case import support_case
from shared.rules.reverting.ways import is_back, ways


def revert_plan(material: Material) -> RevertPlan:
    """The whole plan. The same run, with the same ways back, gives the same one, whoever went back meanwhile."""
    managers = ways(material)
    scope = scope_of(material, managers)
    meshes = meshes_back(material, [one.manager for one in managers if one.revertible])
    ask = _asks_support(managers, scope)
    plan = RevertPlan(
        hash="",
        made_at=material.now,
        parent=material.parent,
        private_cloud=material.cloud,
        scope=scope,
        managers=managers,
        meshes=meshes,
        untouched=tuple(one for one in members(material) if one not in {way.manager for way in managers}),
        notes=tuple(_notes(material, managers, scope)),
        support_case=support_case(material, managers, scope) if ask else "",
        steps=steps(material, managers, meshes, scope=scope, ask=ask) if managers else (),
    )
    return replace(plan, hash=revert_hash(plan))


def revert_hash(plan: RevertPlan) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of everything that people approve."""
    content = {key: value for key, value in to_json(plan).items() if key not in {"hash", "made_at"}}
    return hashlib.sha256(canonical(content)).hexdigest()


def scope_of(material: Material, managers: tuple[ManagerBack, ...]) -> RevertScope:
    """How far there is a way back; a manager that is back already needs none."""
    if not managers:
        return RevertScope.NOTHING
    lost = [one for one in managers if not one.revertible and not is_back(material, one)]
    if not lost:
        return RevertScope.FULL
    return RevertScope.PARTIAL if any(one.revertible for one in managers) else RevertScope.NONE


def _asks_support(managers: tuple[ManagerBack, ...], scope: RevertScope) -> bool:
    """The provider reverts its cloud managers by a support request alone, and so does nobody what has no way back."""
    cloud = any(one.kind is ManagerKind.CLOUD_MANAGER for one in managers)
    return cloud or scope in {RevertScope.PARTIAL, RevertScope.NONE}


def _notes(material: Material, managers: tuple[ManagerBack, ...], scope: RevertScope) -> Iterator[str]:
    going = [one for one in managers if one.revertible]
    lost = [one for one in managers if not one.revertible]
    yield from (f"{one.manager} has no way back: {one.note}." for one in lost)
    if scope is RevertScope.PARTIAL:
        mixed = " and ".join(f"{one.manager} at {one.back_to.release}" for one in going)
        stays = " and ".join(f"{one.manager} at {one.changed_to.release}" for one in lost)
        yield f"Afterwards it is mixed: {mixed}, {stays}. Support has to agree, since {BOTH_SIDES}."
    yield from _halfway(material, going)
    yield from _shared(material, going)
    if going:
        yield "hcx-fleet changes nothing in a revert: people and the provider do, and it observes."
        yield f"Hold {material.cloud} in fleet.yaml before it ends, or the next run plans the same upgrade again."


def _halfway(material: Material, going: list[ManagerBack]) -> Iterator[str]:
    """The newest snapshot leads back over the last hop alone."""
    first = {task.subject: task.source for task in manager_tasks(material.plan, [one.manager for one in going])}
    for way in going:
        source = first[way.manager]
        if source.known and not source.same_release(way.back_to):
            yield f"{way.manager} goes back to {way.back_to.release}; it was {source.release} before that run."


def _shared(material: Material, going: list[ManagerBack]) -> Iterator[str]:
    """A connector that serves other clouds as well stands apart from their managers afterwards."""
    then = {one.manager: one for one in material.plan.baseline.managers}
    clouds = {one.id for one in material.inventory.private_clouds} - {material.cloud}
    for way in going:
        others = sorted(name for name in clouds & set(then) if paired(then[name], then[way.manager]))
        if others:
            yield f"{way.manager} also serves {', '.join(others)}, which this revert leaves as they are."
