"""Mesh tasks: which appliances of a mesh are behind, how each is upgraded, and why there is none to upgrade."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from shared.model.facts import Appliance, ApplianceKind, ManagerFacts, Mesh
from shared.model.ne_mode import ApplianceMode, ModeChoice
from shared.model.plan import ByHand, Estimate, MeshTask, StepKind, SubjectKind, Unplanned, at_once
from shared.model.policy import ConnectorEntry, ExtensionMode, Owner
from shared.model.record import record
from shared.model.version import Version
from shared.rules import (
    bearing,
    durations,
    ne_mode,
    ne_situation,
    ownership,
    preparation,
    protection,
    rounds,
    skew,
    task_steps,
)
from shared.rules.catalogue.records import Lasting
from shared.rules.meshes import within_one_manager
from shared.rules.path import NoPath
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.manager_tasks import peer_of, task_id
from shared.rules.planning.mesh_ends import UPGRADE_ORDER, Ends, ends_of, upgradable
from shared.rules.planning.reasons import SETTLED, held_back, no_path
from shared.rules.planning.refusals import Refusals
from shared.rules.planning.scene import Scene, cloud_ids
from shared.rules.planning.ways import Moving, Ways, wave_index
from shared.rules.sequencing.records import Stage
from shared.rules.targets import NoTask

ACCEPT = "the owner of fleet.yaml: choose another target, or accept the risk with owner, reason and end"

WAN_OPTIMIZATION = "WANOPT"
"""Wire name of the service whose appliance is never upgraded."""

REDEPLOY = "a person at the source site: redeploy it, which takes its partner along"

GATEWAYS_ALONE = "only gateways are behind, which a person redeploys whoever owns the mesh"


@record
class MeshAt:
    """One mesh with both its managers, and the clouds it belongs to."""

    mesh: Mesh
    ends: Ends
    clouds: tuple[str, ...]

    @property
    def managers(self) -> tuple[str, str]:
        """Ids of both managers, the initiator's first."""
        return self.ends.initiator.manager.id, self.ends.receiver.manager.id


class MeshDesk:
    """Makes the tasks of meshes; remembers each manager's side, which all its meshes share."""

    def __init__(
        self, scene: Scene, ways: Ways, desk: CalendarDesk, refusals: Refusals, still: Mapping[str, NoTask]
    ) -> None:
        self._scene = scene
        self._ways = ways
        self._desk = desk
        self._refusals = refusals
        self._still = still
        self._moving = frozenset(mesh for mesh, stages in ways.stages.items() if isinstance(stages, tuple) and stages)
        self._sides: dict[str, ne_situation.MeshSide] = {}

    def tasks(self, mesh: Mesh, reporter: ManagerFacts) -> tuple[MeshTask, ...] | NoTask:
        """The tasks of one mesh, one for each stage; or why there is none."""
        held = self._scene.held(SubjectKind.MESH, mesh.id)
        if held:
            return held_back(held.reason, held.source, held.owner)
        if within_one_manager(mesh):
            return NoTask(reason=Unplanned.SYSTEM_MESH, detail="a mesh of a manager with itself belongs to the product")
        ends = ends_of(self._scene.facts, mesh)
        if ends is None:
            return _peer_unseen(self._scene, mesh)
        at = MeshAt(mesh=mesh, ends=ends, clouds=clouds_of_mesh(reporter, ends))
        return self._unread(at) or self._still.get(mesh.id) or self._staged(at)

    def _staged(self, at: MeshAt) -> tuple[MeshTask, ...] | NoTask:
        stages = self._ways.stages.get(at.mesh.id, ())
        if isinstance(stages, NoPath):
            return self._inherited(at) or _no_way(stages)
        if not stages:
            return self._inherited(at) or self._gateways_alone(at)
        return self._of_stages(at, stages)

    def _of_stages(self, at: MeshAt, stages: tuple[Stage, ...]) -> tuple[MeshTask, ...] | NoTask:
        made: list[MeshTask] = []
        for number, stage in enumerate(stages, start=1):
            task = self._task(at, stage, made, last=number == len(stages))
            if isinstance(task, NoTask):
                return task
            made.append(task)
        return tuple(made)

    # --- why there is none ------------------------------------------------------------------------------------------

    def _unread(self, at: MeshAt) -> NoTask | None:
        for side in (at.ends.initiator, at.ends.receiver):
            if side.appliances is None:
                gap = side.gap("appliances")
                return NoTask(
                    reason=Unplanned.NOT_OBSERVED,
                    detail=gap.detail if gap else "its appliances were not observed",
                    who_can_act=gap.remedy if gap else "observe again",
                )
        strange = sorted({one.name for one in self._pairs(at) if not one.version.known})
        if not strange:
            return None
        return NoTask(
            reason=Unplanned.UNKNOWN_VERSION,
            detail=f"the versions of {', '.join(strange)} are not understood",
            who_can_act="a person at the site: read them in the HCX plug-in",
        )

    def _inherited(self, at: MeshAt) -> NoTask | None:
        """The reason of the manager that stays though it should not: the mesh can only wait for it."""
        for name in at.managers:
            became = self._ways.managers.get(name)
            if isinstance(became, NoTask) and became.reason not in SETTLED:
                reason = became.reason
                if reason is Unplanned.NOT_OBSERVED:
                    reason = Unplanned.PEER_NOT_OBSERVED
                return NoTask(reason=reason, detail=f"{name}: {became.detail}", who_can_act=became.who_can_act)
        return None

    def _gateways_alone(self, at: MeshAt) -> tuple[MeshTask, ...] | NoTask:
        """No stage reaches them, as none shows that it is due: whoever upgraded the others may have forgotten them."""
        end = self._ways.ends.get(at.managers[0])
        if end is None or not self._gateways(at, end):
            return NoTask(reason=Unplanned.CURRENT, detail=f"all its appliances are at {end.release}" if end else "")
        moving = sorted(name for name in at.managers if isinstance(self._ways.managers.get(name), Moving))
        wave = max(wave_index(self._scene, name) for name in at.managers)
        return self._of_stages(at, (Stage(version=end, wave=wave, requires=(), after=tuple(moving)),))

    # --- one task ---------------------------------------------------------------------------------------------------

    def _task(self, at: MeshAt, stage: Stage, earlier: list[MeshTask], *, last: bool) -> MeshTask | NoTask:
        who, wanted = self._owner(at), self._wanted(at)
        if wanted is ExtensionMode.MANUAL and who.owner is Owner.OURS:
            who = ownership.Ownership(
                owner=Owner.ASSISTED, reason="network extension appliances are upgraded by a person"
            )
        changes = self._changes(at, stage.version, wanted, earlier)
        gateways = self._gateways(at, stage.version)
        if not changes and gateways:
            who = ownership.Ownership(owner=Owner.ASSISTED, reason=GATEWAYS_ALONE)
        elif not changes:
            return NoTask(
                reason=Unplanned.NO_MODE,
                detail=f"appliances at {at.managers[1]} are behind, and none at {at.managers[0]} names them as peer",
                who_can_act="a person at the source site: look at the mesh, and resync it",
            )
        must = self._must(changes, stage.version)
        blocked = self._cannot_follow(at, stage.version, must) or self._blocked(at, changes, who.owner)
        if blocked:
            return blocked
        mesh, patience = at.mesh, self._scene.policy.patience
        before = (earlier[-1].id,) if earlier else ()
        return MeshTask(
            id=f"mesh:{mesh.id}" if last else f"mesh:{mesh.id}@{stage.version.release}",
            subject=mesh.id,
            name=mesh.name,
            initiator=at.managers[0],
            receiver=at.managers[1],
            clouds=at.clouds,
            depends_on=(*before, *(task_id(name) for name in stage.after)),
            owner=who.owner,
            owner_reason=who.reason,
            target=stage.version,
            wave=self._scene.waves[stage.wave],
            sites=tuple(dict.fromkeys(self._scene.sites[name].name for name in at.managers)),
            split=self._desk.splits(at.managers, _pieces(changes)),
            patience=patience.person,
            must=must,
            requires=stage.requires,
            by_hand=gateways if last or must else (),
            way_back=protection.for_mesh(mesh.name, *self._peers(at, stage.version)),
            preparations=preparation.for_mesh(
                mesh, stage.version, self._scene.sites[at.managers[0]], self._scene.catalogue.services
            ),
            observe=task_steps.single(StepKind.OBSERVE_MESH, f"Observe both managers and {mesh.name}", who.owner),
            check=task_steps.single(StepKind.CHECK_MESH, f"Check that upgrading {mesh.name} is safe now", who.owner),
            appliances=tuple(task_steps.appliance_upgrade(one, who.owner, patience) for one in changes),
            hand_over=task_steps.single(
                StepKind.HAND_OVER_MESH, f"Hand over {mesh.name}", who.owner, task_steps.CONVERGING
            ),
        )

    def _owner(self, at: MeshAt) -> ownership.Ownership:
        entry = self._scene.entries.get(at.managers[0])
        own = entry.mesh_owner if isinstance(entry, ConnectorEntry) else None
        default = self._scene.policy.owners.mesh
        return ownership.mesh_owner(own, default, at.ends.initiator, self._scene.inputs.confirmations)

    def _wanted(self, at: MeshAt) -> ExtensionMode:
        found = (self._scene.restraints.get(cloud) for cloud in at.clouds)
        return ne_mode.stricter(self._scene.policy.extension.mode, *(one.extension_mode for one in found if one))

    def _peers(self, at: MeshAt, target: Version) -> tuple[protection.Peer, protection.Peer]:
        one, other = (
            peer_of(self._scene, side.manager, self._ways, target, both_before=True)
            for side in (at.ends.initiator, at.ends.receiver)
        )
        return one, other

    def _must(self, changes: Iterable[task_steps.Change], target: Version) -> str:
        for change in changes:
            border = skew.compulsory(change.appliance.version, target, self._scene.catalogue.skew)
            if border:
                return f"{border.rule}: {border.detail}"
        return ""

    def _cannot_follow(self, at: MeshAt, target: Version, must: str) -> NoTask | None:
        """Where every appliance has to come along: what no mode brings along, and nobody removes ahead of it."""
        left = [one for one in self._scene.appliances(at.managers[0], at.mesh.id) if self._stays(one, target)]
        if not must or not left:
            return None
        modes = [(one.name, ne_mode.choose(self._situation(at, one))) for one in left]
        return NoTask(
            reason=Unplanned.NO_MODE,
            detail="; ".join(f"{name}: {mode.reason}" for name, mode in modes)
            + f"; no appliance may be left behind here ({must.partition(':')[0]})",
            who_can_act="; ".join(dict.fromkeys(fix for _, mode in modes for fix in mode.to_fix)),
        )

    def _stays(self, appliance: Appliance, target: Version) -> bool:
        """Whether an appliance stays behind though its mesh is upgraded."""
        behind = not appliance.version.known or appliance.version.older_than(target)
        removed = appliance.kind is ApplianceKind.WAN_OPTIMIZATION and any(
            one.wire == WAN_OPTIMIZATION and not target.older_than(one.from_release)
            for one in self._scene.catalogue.services
        )
        return behind and not removed and appliance.kind in {ApplianceKind.WAN_OPTIMIZATION, ApplianceKind.UNKNOWN}

    def _blocked(self, at: MeshAt, changes: tuple[task_steps.Change, ...], owner: Owner) -> NoTask | None:
        closed = [one for one in changes if one.mode.mode is ApplianceMode.NONE]
        if closed:
            return NoTask(
                reason=Unplanned.NO_MODE,
                detail="; ".join(
                    f"{one.appliance.name}: {one.mode.reason}{self._ephemeral(at, one)}" for one in closed
                ),
                who_can_act="; ".join(dict.fromkeys(fix for one in closed for fix in one.mode.to_fix)),
            )
        return self._at_risk(at, changes) or self._over_the_cap(changes) or self._no_window(at, changes, owner)

    def _at_risk(self, at: MeshAt, changes: tuple[task_steps.Change, ...]) -> NoTask | None:
        """What a release does to appliances it does to those of managers that are there already, too."""
        for one in changes:
            for side in (at.ends.initiator, at.ends.receiver):
                why = self._refusals.why(side, one.appliance.version, one.target, (at.mesh.id, *at.managers))
                if why:
                    return no_path(NoPath(rule="known-risk", detail=why, what_would_open=ACCEPT))
        return None

    def _ephemeral(self, at: MeshAt, change: task_steps.Change) -> str:
        """The networks that are meant, where facts name them."""
        extensions = at.ends.initiator.extensions
        names = sorted(
            one.network
            for one in (extensions.value if extensions else ())
            if one.ephemeral and one.appliance_id in {change.appliance.id, None}
        )
        return f" ({', '.join(names)})" if names else ""

    def _over_the_cap(self, changes: tuple[task_steps.Change, ...]) -> NoTask | None:
        cap = self._scene.policy.extension.at_risk
        for one in changes:
            if cap is not None and one.networks > cap:
                return NoTask(
                    reason=Unplanned.CAPPED,
                    detail=f"{one.appliance.name} carries {one.networks} extended networks, and fleet.yaml allows "
                    f"{cap} in change at once",
                    who_can_act="the owner of fleet.yaml: raise networkExtension.atRisk, or spread the networks",
                )
        return None

    def _no_window(self, at: MeshAt, changes: tuple[task_steps.Change, ...], owner: Owner) -> NoTask | None:
        if owner is Owner.PROVIDER:
            return None
        return self._desk.tight(at.managers, _pieces(changes))

    # --- appliances -------------------------------------------------------------------------------------------------

    def _pairs(self, at: MeshAt) -> Iterator[Appliance]:
        """Every appliance that is upgraded, and its peers at the other side."""
        there = {one.id: one for one in self._scene.appliances(at.managers[1], at.mesh.id)}
        for one in upgradable(self._scene.appliances(at.managers[0], at.mesh.id)):
            yield one
            yield from (there[peer] for peer in one.peers if peer in there)

    def _changes(
        self, at: MeshAt, target: Version, wanted: ExtensionMode, earlier: list[MeshTask]
    ) -> tuple[task_steps.Change, ...]:
        """Interconnect first, then what carries the fewest networks, in rounds; members of one group are one change."""
        by_id = {one.id: one for one in upgradable(self._scene.appliances(at.managers[0], at.mesh.id))}
        here = self._side(at.managers[0])
        changes: list[task_steps.Change] = []
        done: set[str] = set()
        for one in self._behind(at, target):
            if one.id in done:
                continue
            group = tuple(name for name in ne_situation.together(one, here) if name in by_id)
            done |= {one.id, *group}
            mode = ne_mode.choose(self._situation(at, one, wanted))
            changes.append(
                task_steps.Change(
                    appliance=replace(one, version=earlier[-1].target) if earlier else one,
                    target=target,
                    together=group,
                    networks=sum(by_id[name].extension_count for name in (one.id, *group)),
                    mode=mode,
                    takes=self._scene.takes[durations.lasting(one.kind, mode.mode)],
                )
            )
        return rounds.in_rounds(sorted(changes, key=_smallest_first), self._limits(at))

    def _limits(self, at: MeshAt) -> rounds.Limits:
        wanted = self._scene.policy.extension
        here, there = (self._side(name) for name in at.managers)
        return rounds.Limits(
            together=wanted.together,
            networks=wanted.at_risk,
            in_service=ne_situation.at_once(at.mesh.id, here, there),
        )

    def _situation(self, at: MeshAt, one: Appliance, wanted: ExtensionMode = ExtensionMode.AUTO) -> ne_mode.Situation:
        here, there = (self._side(name) for name in at.managers)
        sites = tuple(self._scene.sites[name].name for name in at.managers)
        costs = self._scene.takes[Lasting.OUTAGE_STANDARD].p90
        too_long = bearing.cannot_bear(self._scene.policy, sites, one, here, costs)
        return ne_situation.situation(one, wanted, here, there, too_long)

    def _behind(self, at: MeshAt, target: Version) -> list[Appliance]:
        """One whose peer was left behind is behind itself: the two are upgraded together, from the initiator's side."""
        there = {one.id: one for one in self._scene.appliances(at.managers[1], at.mesh.id)}
        late = [
            one
            for one in upgradable(self._scene.appliances(at.managers[0], at.mesh.id))
            if any(each.version.older_than(target) for each in (one, *(there[p] for p in one.peers if p in there)))
        ]
        return sorted(late, key=lambda one: (one.name, one.id))

    def _gateways(self, at: MeshAt, target: Version) -> tuple[ByHand, ...]:
        choice = ModeChoice(
            mode=ApplianceMode.REDEPLOY, reason="a gateway never carries the update flag", to_fix=(REDEPLOY,)
        )
        return tuple(
            task_steps.by_hand(one, target, choice, self._scene.policy.patience)
            for one in sorted(self._scene.appliances(at.managers[0], at.mesh.id), key=lambda one: one.name)
            if one.kind is ApplianceKind.SENTINEL_GATEWAY and one.version.known and one.version.older_than(target)
        )

    def _side(self, manager: str) -> ne_situation.MeshSide:
        if manager not in self._sides:
            facts = self._scene.facts.of(manager)
            assert facts is not None  # noqa: S101 -- both ends of a mesh at hand were observed
            self._sides[manager] = ne_situation.mesh_side(facts, self._scene.sites[manager], self._moving)
        return self._sides[manager]


def _smallest_first(change: task_steps.Change) -> tuple[int, int, str, str]:
    """The order of the changes of a mesh: what goes wrong should show where the fewest networks are in change."""
    one = change.appliance
    return UPGRADE_ORDER.index(one.kind), change.networks, one.name, one.id


def _pieces(changes: Iterable[task_steps.Change]) -> Iterator[Estimate]:
    """How long each round takes: it goes in one window."""
    return (at_once(one.takes for one in each) for _, each in groupby(changes, key=attrgetter("round")))


def clouds_of_mesh(reporter: ManagerFacts, ends: Ends | None) -> tuple[str, ...]:
    """Ids of the private clouds that a mesh belongs to."""
    return cloud_ids((ends.initiator, ends.receiver) if ends else (reporter,))


def _peer_unseen(scene: Scene, mesh: Mesh) -> NoTask:
    unseen = ", ".join(end.name or end.system_id for end in mesh.ends if not scene.facts.by_system_id(end.system_id))
    return NoTask(
        reason=Unplanned.PEER_NOT_OBSERVED,
        detail=f"its other manager could not be observed: {unseen}",
        who_can_act="see the finding on that manager; a connector must be in fleet.yaml",
    )


def _no_way(found: NoPath) -> NoTask:
    if found.rule == "stays":
        return NoTask(reason=Unplanned.NO_WAVE, detail=found.detail, who_can_act=found.what_would_open)
    return no_path(found)
