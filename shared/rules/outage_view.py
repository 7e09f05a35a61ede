"""What every mesh task of a run cost its networks, and of which networks nobody can say, with the reason."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import cast

from shared.model.facts import FleetFacts
from shared.model.outage import NetworkOutage
from shared.model.plan import ApplianceUpgrade, MeshTask, Plan
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.same import Same
from shared.model.view import NotMeasured, StepSpan, TaskOutages, TaskPhase, TaskView, Unmeasured
from shared.rules.traffic import Carriers, carried


def outages_of(
    plan: Plan, views: Iterable[TaskView], facts: FleetFacts, kept: Mapping[str, Sequence[NetworkOutage]]
) -> tuple[TaskOutages, ...]:
    """One entry for each mesh task that has networks, in the order of the plan.

    Args:
        plan: that the run carries out.
        views: how its tasks stand.
        facts: where the networks are listed by name, as they were observed last.
        kept: what was measured, by task.
    """
    standing = {one.task: one for one in views}
    tasks = (task for task in plan.tasks if isinstance(task, MeshTask) and task.id in standing)
    told = (_of_task(task, standing[task.id], facts, kept.get(task.id, ())) for task in tasks)
    return tuple(one for one in told if one.measured or one.unmeasured)


def _of_task(task: MeshTask, view: TaskView, facts: FleetFacts, measured: Sequence[NetworkOutage]) -> TaskOutages:
    return TaskOutages(
        task=task.id,
        mesh=task.name,
        sites=task.sites,
        measured=tuple(sorted(measured, key=lambda one: (one.appliance, one.network))),
        unmeasured=_left(Same(task, view.spans, facts, measured), view.phase),
    )


@lru_cache(maxsize=2048)
def _left(known: Same, phase: TaskPhase) -> tuple[Unmeasured, ...]:
    """Remembered: of most meshes nothing was told or seen anew since somebody looked last."""
    task, spans, facts, measured = cast(
        "tuple[MeshTask, tuple[StepSpan, ...], FleetFacts, Sequence[NetworkOutage]]", known.records
    )
    standing = _Standing(spans=spans, phase=phase)
    found = (_unmeasured(item, task, standing, facts, measured) for item in task.appliances)
    return tuple(one for one in found if one is not None)


@record
class _Standing:
    """How far a task is, as far as it tells what was measured."""

    spans: tuple[StepSpan, ...]
    phase: TaskPhase


def _unmeasured(
    item: ApplianceUpgrade, task: MeshTask, standing: _Standing, facts: FleetFacts, measured: Iterable[NetworkOutage]
) -> Unmeasured | None:
    """Nothing is listed by name where the facts do not say it; then the plan's number tells how many there are."""
    known = {one.network.casefold() for one in measured if one.appliance == item.name}
    listed = _networks(item, task.initiator, facts)
    names = tuple(one for one in listed if one.casefold() not in known)
    count = len(names) if listed or known else item.networks
    if not count:
        return None
    why = NotMeasured.NOT_SAMPLED if known else _why(item, standing)
    return Unmeasured(appliance=item.name, mode=item.mode.mode, networks=names, count=count, why=why)


def _networks(item: ApplianceUpgrade, initiator: str, facts: FleetFacts) -> tuple[str, ...]:
    seen = facts.of(initiator)
    carriers = Carriers(own=item.members, peers=frozenset())
    return carried(seen.extensions.value, carriers) if seen and seen.extensions else ()


def _why(item: ApplianceUpgrade, standing: _Standing) -> NotMeasured:
    span = next((one for one in standing.spans if one.step == item.upgrade.id), None)
    ours = item.upgrade.owner is Owner.OURS
    if span is None or (standing.phase is TaskPhase.ENDED and span.ended_at is None and not ours):
        return NotMeasured.NOT_CHANGED
    if standing.phase is not TaskPhase.ENDED:
        return NotMeasured.UNDER_WAY
    return NotMeasured.NOT_SAMPLED if ours else NotMeasured.NOT_SEEN
