"""Checking and planning: facts from the store into pure functions, their answers back into the store."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from activities.known import POLICY, clouds_of, inventory_of, task_of
from shared.checks import run_checks
from shared.checks.interface import CheckContext, Concern
from shared.model.codec import from_json, to_json_text
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Inventory
from shared.model.orders import Checked, LeftOff, OpenedTask, Planned, StepOrder, TaskBrief, TaskOrder
from shared.model.plan import ManagerTask, MeshTask, Plan, Task
from shared.model.policy import Policy
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.stored import PLANNING, facts_of, plan_known
from shared.report.words import several
from shared.rules import planner
from shared.rules.catalogue import paths
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.path import hops
from shared.rules.resume import left_off

QUIET = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
"""Verdicts that nobody has to read."""


def plan(ports: Ports, request: RunRequest) -> Planned:
    """Make the run's plan, or open the one it already has: an upgrade carries out exactly one plan."""
    run = ports.store.run(request.id)
    if run and run.plan_hash and request.kind is RunKind.UPGRADE:
        return _gone_on_with(ports, run, plan_known(ports.store, run.plan_hash))
    inventory = inventory_of(ports, request.id)
    wanted = request.private_cloud
    try:
        cloud = cloud_named(wanted, inventory.private_clouds) if wanted else None
        made = _make(ports, request, inventory)
    except CloudUnknownError:
        return _problem(f"there is no private cloud {wanted!r} in scope; `hcx-fleet show fleet` lists them")
    except (CloudAmbiguousError, PolicyInvalidError) as error:
        return _problem(str(error))
    shared = planner.shared_connectors(made, cloud) if cloud else {}
    if shared and not request.include_shared:
        told = "; ".join(f"{name} also serves {', '.join(clouds)}" for name, clouds in shared.items())
        return _problem(f"shared connectors need includeShared: {told}")
    made = planner.only(made, cloud) if cloud else made
    _keep(ports, replace(request, private_cloud=cloud), made)
    return _planned(made)


def open_task(ports: Ports, order: TaskOrder) -> OpenedTask:
    """Read one task from its plan."""
    task = task_of(ports, order.plan_hash, order.task)
    return OpenedTask(manager=task) if isinstance(task, ManagerTask) else OpenedTask(mesh=task)


def check(ports: Ports, order: StepOrder) -> Checked:
    """Run the checks that concern a task on the run's freshest facts; gives those that do not simply pass."""
    task = task_of(ports, order.plan_hash, order.task)
    group = next(one for one in plan_known(ports.store, order.plan_hash).groups if task in one.tasks)
    facts = facts_of(ports.store, order.run, group.managers)
    found = run_checks(_context(ports, order.run, task, facts), _concern(task))
    ports.store.put_document(order.run, f"findings/{task.id}", to_json_text(found, tuple[Finding, ...]))
    return Checked(findings=tuple(one for one in found if one.verdict not in QUIET))


def _make(ports: Ports, request: RunRequest, inventory: Inventory) -> Plan:
    inputs = planner.Inputs(
        inventory=inventory,
        facts=facts_of(ports.store, request.id),
        policy=_policy_of(ports, request.id),
        confirmations=ports.configuration.confirmations(),
        find_hops=partial(hops, paths=paths()),
        now=ports.clock.now(),
    )
    draft = planner.make_plan(inputs)
    found = tuple(
        finding
        for task in draft.tasks
        for finding in run_checks(_context(ports, request.id, task, inputs.facts), _concern(task), planning=True)
    )
    ports.store.put_document(request.id, PLANNING, to_json_text(found, tuple[Finding, ...]))
    return planner.with_findings(draft, found)


def _context(ports: Ports, run: str, task: Task, facts: FleetFacts) -> CheckContext:
    managers = (task.initiator, task.receiver) if isinstance(task, MeshTask) else (task.subject,)
    clouds, at = clouds_of(ports, run, managers)
    return CheckContext(
        facts=facts,
        clouds=clouds,
        subject=task.subject,
        managers=managers,
        mesh=task.subject if isinstance(task, MeshTask) else None,
        target=task.target,
        now=ports.clock.now(),
        clouds_observed_at=at,
    )


def _concern(task: Task) -> Concern:
    return Concern.MESH if isinstance(task, MeshTask) else Concern.MANAGER


def _policy_of(ports: Ports, run: str) -> Policy:
    """The policy that the run discovered under: a file that changes meanwhile counts from the next run on."""
    text = ports.store.document(run, POLICY)
    return from_json(Policy, json.loads(text)) if text else ports.configuration.policy()


def _keep(ports: Ports, request: RunRequest, made: Plan) -> None:
    ports.store.put_plan(made)
    run = ports.store.run(request.id)
    if run is not None:
        asked = replace(run.request, private_cloud=request.private_cloud)
        ports.store.update_run(replace(run, request=asked, plan_hash=made.hash, state=RunState.RUNNING))
    tasks, groups = several(len(made.tasks), "task", "tasks"), several(len(made.groups), "group", "groups")
    text = f"plan {made.hash[:12]}: {tasks} in {groups}"
    ports.store.append(
        request.id, JournalEntry(key="planned", at=ports.clock.now(), kind=JournalKind.PLANNED, text=text)
    )


def _gone_on_with(ports: Ports, run: Run, kept: Plan) -> Planned:
    """The plan of a run whose host went away, with what it had come to. For one that just began that is nothing."""
    journal = defaultdict[str | None, list[JournalEntry]](list)
    for _, entry in ports.store.journal(run.request.id):
        journal[entry.task].append(entry)
    claims = ports.store.claims_of(run.request.id)
    return _planned(kept, {task.id: left_off(task, journal[task.id], claims) for task in kept.tasks})


def _planned(plan: Plan, lives: Mapping[str, LeftOff] | None = None) -> Planned:
    briefs = (
        TaskBrief(
            id=task.id,
            owner=task.owner,
            depends_on=task.depends_on,
            mesh=isinstance(task, MeshTask),
            left_off=lives[task.id] if lives else LeftOff(),
        )
        for task in plan.tasks
    )
    return Planned(plan_hash=plan.hash, concurrency=plan.concurrency, tasks=tuple(briefs))


def _problem(text: str) -> Planned:
    return Planned(plan_hash="", concurrency=1, tasks=(), problem=text)
