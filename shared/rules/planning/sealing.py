"""From tasks and reasons to the plan: waves in order, limits as numbers, groups, the baseline, and the hash."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.model.canonical import canonical
from shared.model.codec import to_json
from shared.model.finding import Finding
from shared.model.plan import Baseline, ManagerTask, PairingGroup, Plan, PlannedWave, Rest, Task
from shared.model.policy import Owner, Wave
from shared.model.version import UNKNOWN, Version
from shared.rules import waves
from shared.rules.baseline import baseline_of
from shared.rules.planning import wishes
from shared.rules.planning.scene import Scene
from shared.rules.restraints import restraints_then

NOT_APPROVED = frozenset({"hash", "made_at", "parent", "findings", "schedule"})
"""Parts of a plan that nobody approves: the same plan made an hour later is the same plan, what it replaces says
nothing of what it does, and findings and times are judged anew before each task."""


def sealed(scene: Scene, tasks: Sequence[Task], rest: Sequence[Rest], findings: Sequence[Finding]) -> Plan:
    """The plan with its hash, but without its schedule."""
    policy, inputs = scene.policy, scene.inputs
    target = wishes.fleet_target(scene)
    limit = waves.limit_of(policy.budget, len(tasks))
    plan = Plan(
        hash="",
        made_at=inputs.now,
        parent=inputs.parent,
        name=policy.name,
        mode=policy.mode,
        target=target if isinstance(target, Version) else UNKNOWN,
        policy_hash=policy.hash,
        confirmations_hash=inputs.confirmations.hash,
        catalogue_hash=inputs.catalogue.hash,
        overrides_hash=inputs.catalogue.overrides_hash,
        concurrency=policy.concurrency,
        max_failed=limit.max_failed,
        strict=limit.strict,
        networks_at_risk=policy.extension.at_risk,
        private_clouds=tuple(sorted(scene.clouds)),
        waves=_waves(scene, tasks),
        groups=_groups(scene, tasks),
        rest=tuple(sorted(rest, key=lambda one: (one.kind, one.subject))),
        baseline=baseline_seen(scene),
        findings=tuple(findings),
    )
    return replace(plan, hash=plan_hash(plan))


def baseline_seen(scene: Scene) -> Baseline:
    """What there is, as far as a change of it would make another plan."""
    out = {cloud: found for cloud in scene.clouds if (found := scene.excluded(cloud))}
    held = restraints_then(scene.holding.by, scene.restraints, out)
    return baseline_of(scene.facts, scene.inputs.inventory, scene.meshes, held)


def plan_hash(plan: Plan) -> str:
    """SHA-256 over the canonical JSON (RFC 8785) of everything that execution follows and people approve."""
    content = {key: value for key, value in to_json(plan).items() if key not in NOT_APPROVED}
    return hashlib.sha256(canonical(content)).hexdigest()


def _waves(scene: Scene, tasks: Iterable[Task]) -> tuple[PlannedWave, ...]:
    """Waves that have anything to do: one without tasks would only ask for an approval of nothing."""
    of_wave: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        of_wave[task.wave].append(task)
    said = {wave.name: wave for wave in scene.policy.waves}
    return tuple(_wave(scene, name, said.get(name), of_wave[name]) for name in scene.waves if of_wave[name])


def _wave(scene: Scene, name: str, said: Wave | None, tasks: Sequence[Task]) -> PlannedWave:
    ours = sum(1 for task in tasks if task.owner is Owner.OURS)
    limit = waves.limit_of(said.budget if said else None, len(tasks))
    return PlannedWave(
        name=name,
        tasks=waves.order_of(waves.weight_of(task) for task in tasks),
        clouds=tuple(sorted(cloud for cloud in scene.clouds if scene.wave_of.get(cloud) == name)),
        concurrency=waves.concurrency_of(said, scene.policy, ours),
        max_failed=limit.max_failed,
        strict=limit.strict,
        soak=said.soak if said else None,
        approval=said.approval if said else None,
    )


def _groups(scene: Scene, tasks: Iterable[Task]) -> tuple[PairingGroup, ...]:
    by_manager: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        by_manager[task.subject if isinstance(task, ManagerTask) else task.initiator].append(task)
    groups: list[PairingGroup] = []
    for members in scene.pairings.components():
        inside = [task for member in members for task in by_manager.get(member, ())]
        if inside:
            ordered = tuple(sorted(inside, key=lambda one: (one.kind, _stage(one), one.id)))
            groups.append(PairingGroup(id=f"group:{members[0]}", managers=members, tasks=ordered))
    return tuple(groups)


def _stage(task: Task) -> bool:
    """Upgrades of a mesh on the way come before those that end it: the last one is what its subject is known by."""
    return task.kind == "mesh" and "@" not in task.id.removeprefix(f"mesh:{task.subject}")
