"""Judging facts that were kept, without asking anybody: a plan is made from them, and its tasks are checked."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from shared.checks import CHECKS, WAIVABLE, run_checks
from shared.checks.interface import CheckContext, Concern
from shared.checks.run import run_check
from shared.model.confirmation import Confirmations
from shared.model.facts import FleetFacts
from shared.model.finding import Finding
from shared.model.inventory import Inventory
from shared.model.plan import MeshTask, Plan, SubjectKind, Task
from shared.model.policy import Policy
from shared.model.record import record
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.model.view import RunView
from shared.report.check_context import concern_of, context_discovered
from shared.report.check_making import Asked, about_of, subject_named
from shared.report.check_record import StepKind
from shared.rules import planner
from shared.rules.catalogue.records import Catalogue
from shared.rules.imported import observed_times
from shared.rules.plan_parts import with_findings
from shared.rules.planner import Inputs
from shared.rules.run_view import run_view


@record
class Kept:
    """Facts that are there, and the files they are judged by."""

    name: str
    """The run or file that they are of."""
    inventory: Inventory
    facts: FleetFacts
    policy: Policy
    confirmations: Confirmations
    catalogue: Catalogue


def seen_at(facts: FleetFacts) -> datetime | None:
    """When the newest of them was observed; None where nothing was."""
    return max((at for one in facts.managers for at in observed_times(one)), default=None)


def judged(kept: Kept, then: datetime) -> RunView:
    """The read model of a check of these facts, as it would have been at that time.

    Raises:
        PlanContradictionError: the policy contradicts itself on this fleet.
    """
    plan = planner.make_plan(
        Inputs(
            inventory=kept.inventory,
            facts=kept.facts,
            policy=kept.policy,
            confirmations=kept.confirmations,
            catalogue=kept.catalogue,
            now=then,
            waivable=WAIVABLE,
        )
    )
    found = tuple(
        finding
        for task in plan.tasks
        for finding in run_checks(_context(kept, task, then), concern_of(task), planning=True)
    )
    request = RunRequest(
        id=kept.name, kind=RunKind.CHECK, trigger=RunTrigger.HTTP, requested_by="nobody", requested_at=then
    )
    return run_view(
        run=Run(request=request, state=RunState.SUCCEEDED, plan_hash=plan.hash, ended_at=then),
        plan=with_findings(plan, found),
        journal=(),
        inventory=kept.inventory,
        facts=kept.facts,
        findings=(*plan.findings, *found),
        now=then,
    )


def left_to_the_plan(asked: Asked, view: RunView, kept: Kept, then: datetime) -> tuple[Finding, ...]:
    """What the checks say that a plan brings about, of meshes whose own step alone is asked about.

    A check of everything leaves them out, since the plan's earlier tasks see to it. Whoever asks about the mesh step
    wants to begin with that.
    """
    if view.plan is None or not _mesh_alone(asked, view):
        return ()
    about = about_of(asked, view, kept.facts)
    return tuple(_of_meshes(view.plan, kept, then, {subject for _, subject in about or ()}))


def _mesh_alone(asked: Asked, view: RunView) -> bool:
    if asked.steps is not None or asked.subject is None:
        return asked.steps is StepKind.MESH
    return subject_named(asked.subject, view.subjects).kind is SubjectKind.MESH


def _of_meshes(plan: Plan, kept: Kept, then: datetime, about: Collection[str]) -> Iterator[Finding]:
    for task in plan.tasks:
        if isinstance(task, MeshTask) and task.subject in about:
            context = _context(kept, task, then)
            for check in CHECKS:
                if check.brought_about and Concern.MESH in check.concerns:
                    yield from run_check(check, context)


def _context(kept: Kept, task: Task, then: datetime) -> CheckContext:
    return context_discovered(
        task, facts=kept.facts, inventory=kept.inventory, policy=kept.policy, catalogue=kept.catalogue, now=then
    )


def with_facts(kept: Kept, other: FleetFacts) -> Kept:
    """The same with the facts of these managers in the place of what was kept of them."""
    newer = {one.manager.id: one for one in other.managers}
    old = tuple(one for one in kept.facts.managers if one.manager.id not in newer)
    return replace(kept, facts=FleetFacts(managers=(*old, *newer.values())))
