"""Planning: a run makes its plan, takes one that was approved, or opens the one it already has."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from activities.checking import concern_of, context_of
from activities.known import catalogue_of_run, inventory_of, policy_of
from shared.checks import run_checks
from shared.model.codec import to_json_text
from shared.model.finding import Finding
from shared.model.inventory import Inventory, ManagerKind
from shared.model.orders import Admission, LeftOff, Planned
from shared.model.plan import Plan
from shared.model.run import JournalEntry, JournalKind, Run, RunKind, RunRequest, RunState
from shared.model.version import Version
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.history import history_of
from shared.report.kept_plans import carried_out, newest_plan
from shared.report.stored import PLANNING, facts_of, plan_known
from shared.report.words import several
from shared.rules import plan_parts, planner
from shared.rules.baseline import part_of, unread
from shared.rules.catalogue import CatalogueInvalidError
from shared.rules.changes import Hashes
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.drift import drift, onward_by, refusal
from shared.rules.planner import Inputs, PlanContradictionError
from shared.rules.planning.admission import admission_of
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.scene import look
from shared.rules.planning.sealing import baseline_seen, plan_hash
from shared.rules.planning.timing import schedule
from shared.rules.planning.wishes import fleet_target
from shared.rules.resume import left_off, opening_key


def plan(ports: Ports, request: RunRequest) -> Planned:
    """Make the run's plan, or open the one it already has: an upgrade carries out exactly one plan."""
    run = ports.store.run(request.id)
    try:
        inputs = _inputs(ports, request)
        if run and run.plan_hash and request.kind is RunKind.UPGRADE:
            return _gone_on_with(ports, run, plan_known(ports.store, run.plan_hash), inputs)
        if request.plan_hash:
            return _approved(ports, request, request.plan_hash, inputs)
        return _fresh(ports, request, inputs)
    except CloudUnknownError:
        wanted = request.private_cloud
        return _problem(f"there is no private cloud {wanted!r} in scope; `hcx-fleet show fleet` lists them")
    except (CloudAmbiguousError, PolicyInvalidError, CatalogueInvalidError, PlanContradictionError) as error:
        return _problem(str(error))


def _inputs(ports: Ports, request: RunRequest) -> Inputs:
    policy = policy_of(ports, request.id)
    newest, inventory = newest_plan(ports.store), inventory_of(ports, request.id)
    return Inputs(
        inventory=inventory,
        facts=facts_of(ports.store, request.id),
        policy=replace(policy, target=request.target) if request.target else policy,
        confirmations=ports.configuration.confirmations(),
        catalogue=catalogue_of_run(ports),
        now=ports.clock.now(),
        history=history_of(ports.store),
        not_offered=_not_offered(ports, inventory),
        parent=newest[1].hash if newest else None,
    )


def _not_offered(ports: Ports, inventory: Inventory) -> dict[str, str]:
    """Why there is no way here to take a snapshot of a cloud manager, for each of which that is so."""
    clouds = (one for one in inventory.managers if one.kind is ManagerKind.CLOUD_MANAGER)
    found = ((one.id, ports.run_command_snapshots.offered(one)) for one in clouds)
    return {manager: why for manager, why in found if why}


# --- a plan of its own ------------------------------------------------------------------------------------------------


def _fresh(ports: Ports, request: RunRequest, inputs: Inputs) -> Planned:
    inventory, wanted = inputs.inventory, request.private_cloud
    cloud = cloud_named(wanted, inventory.private_clouds) if wanted else None
    made = planner.make_plan(inputs)
    shared = plan_parts.shared_connectors(made, cloud) if cloud else {}
    if shared and not request.include_shared:
        told = "; ".join(f"{name} also serves {', '.join(clouds)}" for name, clouds in shared.items())
        return _problem(f"shared connectors need includeShared: {told}")
    if cloud:
        part = plan_parts.only(made, cloud, _resource_ids(inventory, cloud), inputs.catalogue.skew)
        scene = look(inputs)
        made = replace(part, schedule=schedule(part, scene, CalendarDesk(scene)))
    made = _replacing(ports, _checked(ports, request, made, inputs))
    _keep(ports, replace(request, private_cloud=cloud), made)
    return _planned(made, inputs)


def _checked(ports: Ports, request: RunRequest, draft: Plan, inputs: Inputs) -> Plan:
    found = tuple(
        finding
        for task in draft.tasks
        for finding in run_checks(context_of(ports, request.id, task, inputs.facts), concern_of(task), planning=True)
    )
    said = (*draft.findings, *found)
    ports.store.put_document(request.id, PLANNING, to_json_text(said, tuple[Finding, ...]))
    return plan_parts.with_findings(draft, found)


def _replacing(ports: Ports, made: Plan) -> Plan:
    """A plan that was made before replaces what it replaced then, and not itself."""
    kept = ports.store.plan(made.hash)
    return replace(made, parent=kept.parent) if kept else made


def _resource_ids(inventory: Inventory, cloud: str) -> tuple[str, ...]:
    return tuple(one.resource_id for one in inventory.private_clouds if one.id == cloud)


# --- a plan that somebody approved ------------------------------------------------------------------------------------


def _approved(ports: Ports, request: RunRequest, approved: str, inputs: Inputs) -> Planned:
    """Carry out that plan and no other: what does not fit it any more is refused with the difference."""
    kept = ports.store.plan(approved)
    if kept is None:
        return _problem(f"there is no plan {approved[:12]}; make one: `hcx-fleet plan`")
    if plan_hash(kept) != approved:
        return _problem(
            f"what is kept as plan {approved[:12]} is not what was approved: it does not fit its hash. It was changed, "
            "or another release of hcx-fleet made it. Plan again, and have that plan approved."
        )
    scene = look(inputs)
    wanted = fleet_target(scene)
    if isinstance(wanted, Version) and wanted != kept.target:
        return _problem(
            f"plan {approved[:12]} was made for {kept.target}, and fleet.yaml wants {wanted}: change the target there"
        )
    now = baseline_seen(scene)
    if kept.private_cloud is not None:
        now = part_of(now, _subjects(kept), kept.baseline.members)
    changes = drift(
        kept,
        now,
        _hashes(inputs),
        done=carried_out(ports.store, approved),
        unread=unread(inputs.facts),
        onward=onward_by(inputs.catalogue.paths),
    )
    refused = refusal(changes)
    if refused:
        return _problem(f"plan {approved[:12]} does not fit what is there now, so nothing was started.\n{refused}")
    progress = "; ".join(one.said for one in changes if one.expected)
    if progress:
        entry = JournalEntry(
            key="progress-since-plan",
            at=ports.clock.now(),
            kind=JournalKind.OBSERVED,
            text=f"since the plan: {progress}",
        )
        ports.store.append(request.id, entry)
    found = _checked(ports, request, kept, inputs)
    _keep(ports, replace(request, private_cloud=kept.private_cloud), found)
    return _planned(kept, inputs)


def _subjects(plan: Plan) -> frozenset[str]:
    return frozenset(one.manager for one in plan.baseline.managers)


def _hashes(inputs: Inputs) -> Hashes:
    return Hashes(
        policy=inputs.policy.hash,
        confirmations=inputs.confirmations.hash,
        catalogue=inputs.catalogue.hash,
        overrides=inputs.catalogue.overrides_hash,
    )


# --- what the orchestrator is told ------------------------------------------------------------------------------------


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


def _gone_on_with(ports: Ports, run: Run, kept: Plan, inputs: Inputs) -> Planned:
    """The plan of a run whose host went away, with what it had come to. For one that just began that is nothing."""
    journal = defaultdict[str | None, list[JournalEntry]](list)
    for _, entry in ports.store.journal(run.request.id):
        journal[entry.task].append(entry)
    claims = ports.store.claims_of(run.request.id)
    opened = frozenset(entry.key for entry in journal[None])
    lives = {task.id: left_off(task, journal[task.id], claims) for task in kept.tasks}
    return _planned(kept, inputs, lives, opened)


def _planned(
    plan: Plan, inputs: Inputs, lives: Mapping[str, LeftOff] | None = None, opened: frozenset[str] = frozenset()
) -> Planned:
    admission = admission_of(plan, CalendarDesk(look(inputs)), lives)
    waves = (replace(wave, opened=opening_key(wave.name) in opened) for wave in admission.waves)
    return Planned(plan_hash=plan.hash, admission=replace(admission, waves=tuple(waves)))


def _problem(text: str) -> Planned:
    nothing = Admission(tasks=(), waves=(), concurrency=1)
    return Planned(plan_hash="", admission=nothing, problem=text)
