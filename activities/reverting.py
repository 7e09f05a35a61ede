"""A guided revert: plan it from the run that is taken back, and look at its steps. Nothing here changes anything."""

from dataclasses import replace

from activities.known import inventory_of
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts
from shared.model.plan import Plan
from shared.model.revert import RevertPlan, RevertPlanned, RevertSeen, RevertStepOrder
from shared.model.run import JournalEntry, JournalKind, Run, RunRequest, RunState
from shared.ports import Ports
from shared.report.stored import REVERT, document_of, facts_of, plan_of
from shared.report.stored_ways_back import ways_back_of
from shared.report.words import several
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.reverting.material import Material
from shared.rules.reverting.planner import revert_plan
from shared.rules.reverting.proof import judged
from shared.rules.reverting.refusal import not_startable, not_taken_back, other_plan


def plan_revert(ports: Ports, request: RunRequest) -> RevertPlanned:
    """Plan the revert, or open the plan that this run has already: what was begun goes on as it was approved."""
    kept = document_of(ports.store, request.id, REVERT, RevertPlan)
    if kept is not None:
        return _opened(ports, request, kept)
    parent = ports.store.run(request.parent or "")
    problem = not_taken_back(request.parent or "", parent)
    plan = plan_of(ports.store, parent) if parent else None
    if problem or parent is None or plan is None:
        return _problem(problem or f"run {request.parent} has no plan, so that nothing was changed by it")
    try:
        cloud = cloud_named(request.private_cloud or "", inventory_of(ports, request.id).private_clouds)
    except (CloudUnknownError, CloudAmbiguousError) as error:
        return _problem(str(error))
    return _made(
        ports, replace(request, private_cloud=cloud), revert_plan(_material(ports, request, parent, plan, cloud))
    )


def _material(ports: Ports, request: RunRequest, parent: Run, plan: Plan, cloud: str) -> Material:
    now, name = ports.clock.now(), parent.request.id
    journal = tuple(entry for _, entry in ports.store.journal(name))
    return Material(
        parent=name,
        plan=plan,
        journal=journal,
        clocks=ways_back_of(ports.store, name, plan, facts_of(ports.store, name), now=now, journal=journal).managers,
        inventory=inventory_of(ports, request.id),
        facts=facts_of(ports.store, request.id),
        cloud=cloud,
        now=now,
    )


def _made(ports: Ports, request: RunRequest, made: RevertPlan) -> RevertPlanned:
    """Keep it, also where it is not the one that was approved: then people see what there is instead."""
    ports.store.put_document(request.id, REVERT, to_json_text(made))
    run = ports.store.run(request.id)
    if run is not None:
        asked = replace(run.request, private_cloud=request.private_cloud)
        ports.store.update_run(replace(run, request=asked, state=RunState.RUNNING))
    steps = several(len(made.steps), "step", "steps")
    text = f"revert {made.hash[:12]} of run {made.parent}: {made.scope.value}, {steps}"
    entry = JournalEntry(key="planned", at=ports.clock.now(), kind=JournalKind.PLANNED, text=text)
    ports.store.append(request.id, entry)
    return _opened(ports, request, made)


def _opened(ports: Ports, request: RunRequest, plan: RevertPlan) -> RevertPlanned:
    if request.plan_hash is None:
        return RevertPlanned(plan_hash=plan.hash)
    if request.plan_hash != plan.hash:
        return _problem(other_plan(request.plan_hash, plan))
    if why := not_startable(plan):
        return _problem(why)
    told = [entry for _, entry in ports.store.journal(request.id)]
    ends = tuple(one.result for one in told if one.result is not None)
    begun = tuple(one.step for one in told if one.kind is JournalKind.STEP_STARTED and one.step)
    return RevertPlanned(plan_hash=plan.hash, steps=plan.steps, ended=ends, begun=begun)


def look_at_revert(ports: Ports, order: RevertStepOrder) -> RevertSeen:
    """Whether a step is proved by what was observed of its managers, and by what people reported."""
    plan = revert_of(ports, order.run)
    managers = order.step.observes
    facts = facts_of(ports.store, order.run, managers) if managers else FleetFacts(managers=())
    told = [entry for _, entry in ports.store.journal(order.run) if entry.task == order.step.id]
    return judged(order.step, plan, facts, told)


def revert_of(ports: Ports, run: str) -> RevertPlan:
    """The plan of a revert.

    Raises:
        LookupError: the run has none.
    """
    found = document_of(ports.store, run, REVERT, RevertPlan)
    if found is None:
        raise LookupError(f"run {run} takes nothing back")
    return found


def open_revert_step(ports: Ports, order: RevertStepOrder) -> RevertStepOrder:
    """The same order, with how far the step had come before the run's host went away."""
    told = [entry for _, entry in ports.store.journal(order.run) if entry.task == order.step.id]
    began = next((one.at for one in told if one.kind is JournalKind.STEP_STARTED), None)
    waits = sum(1 for one in told if one.kind is JournalKind.WAITING)
    return replace(order, began=began, told=waits)


def _problem(text: str) -> RevertPlanned:
    return RevertPlanned(plan_hash="", problem=text)
