"""The request for support, filled in: everything that whoever answers it would ask for first, and no secret."""

from collections.abc import Iterable, Iterator

from shared.model.inventory import ManagerKind, PrivateCloud
from shared.model.revert import ManagerBack, RevertScope
from shared.model.run import JournalEntry, JournalKind
from shared.rules.admitting.held_back import moment
from shared.rules.reverting.material import Material
from shared.rules.reverting.ways import backing

LINES_MAX = 12
"""Of what happened: the first half and the last half of more."""

_TOLD = frozenset({JournalKind.CALLED, JournalKind.ADOPTED, JournalKind.NOT_CALLED, JournalKind.TASK_ENDED})
"""Kinds of entries that support can do something with."""


def support_case(material: Material, managers: tuple[ManagerBack, ...], scope: RevertScope) -> str:
    """The whole text."""
    return "\n".join(_lines(material, managers, scope))


def _lines(material: Material, managers: tuple[ManagerBack, ...], scope: RevertScope) -> Iterator[str]:
    yield f"Subject: {_subject(material.cloud, scope)}"
    yield ""
    cloud = next((one for one in material.inventory.private_clouds if one.id == material.cloud), None)
    yield from _place(cloud) if cloud else (f"Private cloud: {material.cloud}",)
    yield ""
    yield "What was changed:"
    yield from (f"- {_changed(one)}" for one in managers)
    yield ""
    yield "What happened (UTC):"
    yield from (f"- {line}" for line in _story(material, managers))
    yield ""
    yield "What we ask for:"
    yield from (f"- {one}" for one in _wanted(managers, scope))


def _subject(cloud: str, scope: RevertScope) -> str:
    if scope is RevertScope.FULL:
        return f"Revert the HCX Cloud Manager of {cloud} to its snapshot"
    return f"HCX upgrade of {cloud} has to be taken back, and not every manager has a way back"


def _place(cloud: PrivateCloud) -> Iterator[str]:
    yield f"Private cloud: {cloud.name}"
    yield f"Resource id: {cloud.resource_id}"
    yield f"Subscription: {cloud.subscription_id}"
    yield f"Region: {cloud.location}"


def _changed(way: ManagerBack) -> str:
    kind = "HCX Cloud Manager" if way.kind is ManagerKind.CLOUD_MANAGER else "HCX Connector"
    versions = f"{kind} {way.manager}: from {way.back_to.release} to {way.changed_to.release}"
    if not way.revertible:
        return f"{versions}; no way back is known: {way.note}"
    made = f", made {moment(way.made_at)}" if way.made_at else ""
    until = f", deleted {moment(way.until)}" if way.until else ""
    sure = f" ({backing(way)})" if backing(way) else ""
    return f"{versions}; snapshot: {way.snapshot}{made}{until}{sure}"


def _story(material: Material, managers: Iterable[ManagerBack]) -> list[str]:
    names = {one.manager for one in managers}
    tasks = {task.id for task in material.plan.tasks if task.kind == "manager" and task.subject in names}
    told = [_line(one) for one in material.journal if one.task in tasks and one.kind in _TOLD]
    half = LINES_MAX // 2
    return told if len(told) <= LINES_MAX else [*told[:half], *told[-half:]]


def _line(entry: JournalEntry) -> str:
    return f"{entry.at:%Y-%m-%d %H:%M} {entry.task}: {entry.text}"


def _wanted(managers: Iterable[ManagerBack], scope: RevertScope) -> Iterator[str]:
    for one in managers:
        if one.kind is ManagerKind.CLOUD_MANAGER and one.revertible:
            yield f"revert {one.manager} to its snapshot ({one.snapshot}), so that it runs {one.back_to.release} again"
        elif not one.revertible:
            yield f"say how {one.manager} can be brought back to {one.back_to.release} without a snapshot"
    if scope is RevertScope.FULL:
        yield "tell us the hour before you begin: both sides have to go back, and we begin ours once you have agreed"
    else:
        yield "say whether the managers may stay on different releases until then, and what must not be done meanwhile"
        yield "tell us when we may begin: what can still go back on our side does so once you have agreed, not before"
