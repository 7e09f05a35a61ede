"""Planning: a run makes its plan, takes one that was approved, or opens the one it already has."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches

from activities.checking import context_of
from activities.known import catalogue_of_run, inventory_of, policy_of
from activities.passing_over import not_retried, pass_over
from shared.checks import WAIVABLE, run_checks
from shared.model.codec import to_json_text
from shared.model.digest import Digest
from shared.model.finding import Finding
from shared.model.inventory import Inventory, ManagerKind
from shared.model.ledger import Claim
from shared.model.orders import Admission, Planned
from shared.model.plan import MeshTask, Plan
from shared.model.run import JournalEntry, JournalKind, RunKind, RunRequest, RunState
from shared.model.version import Version
from shared.policy.problems import PolicyInvalidError
from shared.ports import Ports
from shared.report.check_context import concern_of
from shared.report.digest_text import DIGEST, digest_sentence
from shared.report.history import history_of
from shared.report.kept_plans import carried_out, last_pass, newest_plan
from shared.report.stored import PLANNING, facts_of, plan_known
from shared.report.words import several
from shared.rules import plan_parts, planner
from shared.rules.baseline import part_of, unread
from shared.rules.catalogue import CatalogueInvalidError
from shared.rules.changes import Change, Hashes
from shared.rules.cloud_ids import CloudAmbiguousError, CloudUnknownError, cloud_named
from shared.rules.digest import differences
from shared.rules.drift import drift, onward_by, refusal
from shared.rules.meshes import meshes_seen
from shared.rules.narrowing import known_subject, of_group, within
from shared.rules.planner import Inputs, PlanContradictionError
from shared.rules.planning.admission import admission_of, managers_of
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.scene import Scene, look
from shared.rules.planning.sealing import baseline_seen, plan_hash
from shared.rules.planning.timing import expected_spans, schedule
from shared.rules.planning.wishes import fleet_target
from shared.rules.resume import attempt, gone_on, hops_done, ledger_subject, left_off


def plan(ports: Ports, request: RunRequest) -> Planned:
    """Make the run's plan, or open the one it already has: an upgrade carries out exactly one plan."""
    run = ports.store.run(request.id)
    try:
        scene = look(_inputs(ports, request))
        if run and run.plan_hash and request.kind is RunKind.UPGRADE:
            return _planned(ports, request, plan_known(ports.store, run.plan_hash), scene)
        if request.parent:
            return _retried(ports, request, request.parent, scene)
        if request.plan_hash:
            return _approved(ports, request, request.plan_hash, scene)
        return _fresh(ports, request, scene)
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
        waivable=WAIVABLE,
        parent=newest[1].hash if newest else None,
    )


def _not_offered(ports: Ports, inventory: Inventory) -> dict[str, str]:
    """Why there is no way here to take a snapshot of a manager, for each of which that is so."""
    ways = {
        ManagerKind.CLOUD_MANAGER: ports.run_command_snapshots,
        ManagerKind.CONNECTOR: ports.vcenter_snapshots,
    }
    found = ((one.id, ways[one.kind].offered(one)) for one in inventory.managers)
    return {manager: why for manager, why in found if why}


# --- a plan of its own ------------------------------------------------------------------------------------------------


def _fresh(ports: Ports, request: RunRequest, scene: Scene) -> Planned:
    inventory, wanted = scene.inputs.inventory, request.private_cloud
    cloud = cloud_named(wanted, inventory.private_clouds) if wanted else None
    made = planner.plan_of(scene)
    if request.subject:
        return _of_subject(ports, request, request.subject, made, scene)
    shared = plan_parts.shared_connectors(made, cloud) if cloud else {}
    if shared and not request.include_shared:
        told = "; ".join(f"{name} also serves {', '.join(clouds)}" for name, clouds in shared.items())
        return _problem(f"shared connectors need includeShared: {told}")
    if cloud:
        part = plan_parts.only(made, cloud, _resource_ids(inventory, cloud), scene.catalogue.skew)
        made = replace(part, schedule=schedule(part, scene, CalendarDesk(scene)))
    made = _replacing(ports, _checked(ports, request, made, scene))
    _keep(ports, replace(request, private_cloud=cloud), made)
    return _planned(ports, request, made, scene)


def _of_subject(ports: Ports, request: RunRequest, subject: str, made: Plan, scene: Scene) -> Planned:
    """The part of the plan that a check of one subject knows something of."""
    inventory = scene.inputs.inventory
    if not known_subject(subject, inventory, scene.facts):
        return _problem(f"there is no private cloud, connector or mesh {subject!r} in scope{_like(subject, scene)}")
    part = of_group(made, within(inventory, scene.facts, subject))
    checked = _replacing(ports, _checked(ports, request, replace(part, hash=plan_hash(part)), scene))
    _keep(ports, request, checked)
    return _planned(ports, request, checked, scene)


def _like(subject: str, scene: Scene) -> str:
    """What else is called nearly so."""
    inventory, facts = scene.inputs.inventory, scene.facts
    names = {*(one.id for one in inventory.private_clouds), *(one.id for one in inventory.managers)}
    names |= {mesh.name or mesh.id for mesh, _ in meshes_seen(facts)}
    near = get_close_matches(subject, sorted(names), n=3)
    return f"; did you mean {' or '.join(near)}?" if near else "; `hcx-fleet show fleet` lists them"


def _checked(ports: Ports, request: RunRequest, draft: Plan, scene: Scene) -> Plan:
    spans = expected_spans(draft)
    contexts = ((task, context_of(ports, request.id, task, scene.facts, spans.get(task.id))) for task in draft.tasks)
    found = tuple(
        finding for task, context in contexts for finding in run_checks(context, concern_of(task), planning=True)
    )
    said = (*draft.findings, *found)
    ports.store.put_document(request.id, PLANNING, to_json_text(said, tuple[Finding, ...]))
    if request.target is None:  # what would be if the target were another one is no news of the fleet
        _tell_changes(ports, replace(request, private_cloud=draft.private_cloud), said)
    return plan_parts.with_findings(draft, found)


def _tell_changes(ports: Ports, request: RunRequest, said: tuple[Finding, ...]) -> None:
    """Keep and tell what is other than in the pass before over the same part of the fleet, where there was one."""
    before = last_pass(ports.store, request)
    if before is None:
        return
    earlier, then = before
    digest = Digest(
        since=earlier.request.id, since_at=earlier.request.requested_at, differences=differences(then, said)
    )
    ports.store.put_document(request.id, DIGEST, to_json_text(digest))
    text = digest_sentence(digest)
    entry = JournalEntry(key="digest", at=ports.clock.now(), kind=JournalKind.CHECKED, text=text)
    ports.store.append(request.id, entry)


def _replacing(ports: Ports, made: Plan) -> Plan:
    """A plan that was made before replaces what it replaced then, and not itself."""
    kept = ports.store.plan(made.hash)
    return replace(made, parent=kept.parent) if kept else made


def _resource_ids(inventory: Inventory, cloud: str) -> tuple[str, ...]:
    return tuple(one.resource_id for one in inventory.private_clouds if one.id == cloud)


# --- a plan that somebody approved ------------------------------------------------------------------------------------


def _approved(ports: Ports, request: RunRequest, approved: str, scene: Scene) -> Planned:
    """Carry out that plan and no other: what does not fit it any more is refused with the difference."""
    kept = ports.store.plan(approved)
    if kept is None:
        return _problem(f"there is no plan {approved[:12]}; make one: `hcx-fleet plan`")
    if plan_hash(kept) != approved:
        return _problem(
            f"what is kept as plan {approved[:12]} is not what was approved: it does not fit its hash. It was changed, "
            "or another release of hcx-fleet made it. Plan again, and have that plan approved."
        )
    wanted = fleet_target(scene)
    if isinstance(wanted, Version) and wanted != kept.target:
        return _problem(
            f"plan {approved[:12]} was made for {kept.target}, and fleet.yaml wants {wanted}: change the target there"
        )
    changes = _changes(ports, kept, scene)
    refused = refusal(changes)
    if refused:
        return _problem(f"plan {approved[:12]} does not fit what is there now, so nothing was started.\n{refused}")
    _tell_progress(ports, request.id, changes)
    if request.parent:
        pass_over(ports, request, request.parent, kept)
    found = _checked(ports, request, kept, scene)
    _keep(ports, replace(request, private_cloud=kept.private_cloud), found)
    return _planned(ports, request, kept, scene)


def _tell_progress(ports: Ports, run: str, changes: Iterable[Change]) -> None:
    progress = "; ".join(one.said for one in changes if one.expected)
    if progress:
        entry = JournalEntry(
            key="progress-since-plan",
            at=ports.clock.now(),
            kind=JournalKind.OBSERVED,
            text=f"since the plan: {progress}",
        )
        ports.store.append(run, entry)


def _retried(ports: Ports, request: RunRequest, parent: str, scene: Scene) -> Planned:
    """Carry out the plan of another run once more, as one that was approved; but for what is passed over."""
    run = ports.store.run(parent)
    why = not_retried(ports, request, run)
    if run is None or run.plan_hash is None or why:
        return _problem(why)
    return _approved(ports, request, run.plan_hash, scene)


def drifted_since(ports: Ports, request: RunRequest, plan: Plan, wave: str, *, meshes: bool = False) -> str:
    """What is not as a plan saw it and expected it, of what the tasks of a wave touch; empty where everything is.

    By what the run observed last; with `meshes`, of what its mesh tasks touch alone. Where a file that says what is
    expected cannot be read, anything may have changed.
    """
    try:
        found = _changes(ports, plan, look(_inputs(ports, request)))
    except (PolicyInvalidError, CatalogueInvalidError) as error:
        return f"nobody can tell what has changed: {error}"
    names = next((one.tasks for one in plan.waves if one.name == wave), ())
    meant = (one for one in plan.tasks if one.id in names and (isinstance(one, MeshTask) or not meshes))
    touched = {name for task in meant for name in (task.subject, *managers_of(task))}
    return "; ".join(one.said for one in found if not one.expected and one.subject in touched)


def _changes(ports: Ports, plan: Plan, scene: Scene) -> tuple[Change, ...]:
    """What is not as a plan saw it; what its runs did is done."""
    now = baseline_seen(scene)
    if plan.private_cloud is not None:
        now = part_of(now, _subjects(plan), plan.baseline.members)
    return drift(
        plan,
        now,
        _hashes(scene.inputs),
        done=carried_out(ports.store, plan.hash),
        unread=unread(scene.facts),
        onward=onward_by(scene.catalogue.paths),
    )


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


def _planned(ports: Ports, request: RunRequest, plan: Plan, scene: Scene) -> Planned:
    """What the orchestrator goes by, with what the run had come to; for one that just began that is nothing."""
    journal = defaultdict[str | None, list[JournalEntry]](list)
    for _, entry in ports.store.journal(request.id):
        journal[entry.task].append(entry)
    claims = ports.store.claims_of(request.id)
    lives = {task.id: left_off(task, journal[task.id], claims) for task in plan.tasks}
    verified = {task.id: hops_done(task, journal[task.id]) for task in plan.tasks}
    admission = admission_of(plan, CalendarDesk(scene), lives, _attempts(ports, request, plan, claims), verified)
    told = {entry.key: entry for entry in journal[None]}
    waves = tuple(gone_on(wave, told) for wave in admission.waves)
    return Planned(plan_hash=plan.hash, admission=replace(admission, waves=waves))


def _attempts(ports: Ports, request: RunRequest, plan: Plan, claims: Sequence[Claim]) -> dict[str, int]:
    """The generation of each task; nobody needs to know it where nothing is changed."""
    if request.kind is not RunKind.UPGRADE:
        return {}
    newest = ports.store.generations(map(ledger_subject, plan.tasks))
    return {task.id: attempt(task, claims, newest[ledger_subject(task)]) for task in plan.tasks}


def _problem(text: str) -> Planned:
    nothing = Admission(tasks=(), waves=(), concurrency=1)
    return Planned(plan_hash="", admission=nothing, problem=text)
