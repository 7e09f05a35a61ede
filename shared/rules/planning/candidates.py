"""Which managers may move at all, and through which sequences of hops; everything else with its one reason.

The reasons stand in the order in which they count. What the file leaves out comes first, and then a hold, so that what
is held stays held whatever else is known of it; what cannot be read comes before what is decided by it.
"""

from collections.abc import Callable, Iterator, Mapping

from shared.model.facts import ManagerFacts, Mesh
from shared.model.inventory import ManagerKind
from shared.model.plan import Unplanned
from shared.model.policy import Owner
from shared.model.record import record
from shared.model.version import Version
from shared.rules import ownership, targets
from shared.rules.catalogue.known import unknown_release
from shared.rules.catalogue.records import Lasting
from shared.rules.meshes import within_one_manager
from shared.rules.path import NoPath, chains
from shared.rules.planning import wishes
from shared.rules.planning.calendar_desk import CalendarDesk
from shared.rules.planning.mesh_ends import Ends, ends_of, upgradable
from shared.rules.planning.reasons import UNSEEN, held_back, left_out, no_path, subject_kind
from shared.rules.planning.refusals import Refusals
from shared.rules.planning.scene import Scene
from shared.rules.targets import NoTask

type Chains = tuple[tuple[Version, ...], ...]
"""Hop sequences in order of preference, each ending at the target."""


@record
class Candidate:
    """A manager that should move, before its pairs had their say."""

    facts: ManagerFacts
    source: Version
    target: Version
    chains: Chains
    who: ownership.Ownership


class Candidates:
    """Judges managers one by one."""

    def __init__(self, scene: Scene, desk: CalendarDesk, refusals: Refusals) -> None:
        self._scene = scene
        self._desk = desk
        self._refusals = refusals

    def cloud_manager(self, facts: ManagerFacts) -> Candidate | NoTask:
        """A cloud manager: it goes to the target of the fleet."""
        return self._candidate(facts, lambda: wishes.fleet_target(self._scene))

    def connector(self, facts: ManagerFacts, ends: Mapping[str, Version]) -> Candidate | NoTask:
        """A connector: where its cloud managers end, unless the policy says otherwise."""
        return self._candidate(facts, lambda: wishes.connector_target(self._scene, facts, ends))

    def _candidate(self, facts: ManagerFacts, wish: Callable[[], Version | NoTask]) -> Candidate | NoTask:
        seen = self._seen(facts)
        if isinstance(seen, NoTask):
            return seen
        blind = self._peer_unseen(facts)
        target = wish()
        if isinstance(target, NoTask):
            return blind or target
        there = targets.reached(seen, target)
        if there:
            return there
        strange = unknown_release(self._scene.catalogue, target)
        if strange:
            return NoTask(
                reason=Unplanned.UNKNOWN_VERSION,
                detail=f"its target: {strange}",
                who_can_act="the owner of fleet.yaml: add that release, or choose another target",
            )
        who = self._owner(facts)
        return (
            blind
            or self._mesh_unseen(facts, seen, target)
            or self._kept_back(facts, target)
            or self._with_chains(facts, seen, target, who)
        )

    def _with_chains(
        self, facts: ManagerFacts, source: Version, target: Version, who: ownership.Ownership
    ) -> Candidate | NoTask:
        found = self._chains(facts, source, target, who.owner)
        if isinstance(found, NoPath):
            return no_path(found)
        tight = self._no_window(facts, found, who.owner)
        if tight:
            return tight
        return Candidate(facts=facts, source=source, target=target, chains=found, who=who)

    # --- what is known of it ----------------------------------------------------------------------------------------

    def _seen(self, facts: ManagerFacts) -> Version | NoTask:
        """Its version, or why there is nothing to decide from."""
        out = self._scene.excluded(facts.manager.id)
        if out:
            return left_out(out)
        held = self._scene.held(subject_kind(facts), facts.manager.id)
        if held:
            return held_back(held.reason, held.source, held.owner)
        unseen = targets.not_observed(facts)
        if unseen or facts.identity is None:
            return unseen or UNSEEN
        twins = self._scene.twins.get(facts.identity.value.system_id)
        if twins:
            return NoTask(
                reason=Unplanned.NOT_OBSERVED,
                detail=f"{' and '.join(twins)} answer as one system, so that nobody knows which of them was read",
                who_can_act="the owner of fleet.yaml: one of their endpoints is wrong",
            )
        version = facts.identity.value.version
        strange = unknown_release(self._scene.catalogue, version)
        if strange:
            return NoTask(
                reason=Unplanned.UNKNOWN_VERSION,
                detail=strange,
                who_can_act="the owner of fleet.yaml: add that release",
            )
        return version

    def _peer_unseen(self, facts: ManagerFacts) -> NoTask | None:
        """A peer that nobody can read may be in any state: to move would be a guess about its side of the pair."""
        if facts.manager.id in self._scene.waived_peers:
            return None
        if facts.pairings is None:
            gap = facts.gap("pairings")
            return NoTask(
                reason=Unplanned.NOT_OBSERVED,
                detail="its site pairings could not be read" + (f": {gap.detail}" if gap else ""),
                who_can_act=gap.remedy if gap else "observe again",
            )
        unread = sorted(unread_peers(self._scene, facts))
        if not unread:
            return None
        return NoTask(
            reason=Unplanned.PEER_NOT_OBSERVED,
            detail=f"the other side of its pairing could not be read: {', '.join(unread)}",
            who_can_act=f"see the finding on {unread[0]}; a connector must be in fleet.yaml, or somebody waives it",
        )

    def _mesh_unseen(self, facts: ManagerFacts, source: Version, target: Version) -> NoTask | None:
        """A mesh of which nobody knows the appliances may be left behind, except by a hop within one minor release."""
        if (source.major, source.minor) == (target.major, target.minor) or facts.manager.id in self._scene.waived_peers:
            return None
        for mesh in self._scene.meshes_of.get(facts.manager.id, ()):
            if within_one_manager(mesh):
                continue
            ends = ends_of(self._scene.facts, mesh)
            if ends is None:
                return NoTask(
                    reason=Unplanned.PEER_NOT_OBSERVED,
                    detail=f"the other manager of its mesh {mesh.name} could not be read",
                    who_can_act="see the finding on that manager; a connector must be in fleet.yaml, or be waived",
                )
            strange = self._strange_appliances(mesh, ends)
            if strange:
                return NoTask(
                    reason=Unplanned.UNKNOWN_VERSION,
                    detail=f"the versions of {', '.join(strange)} in its mesh {mesh.name} are not understood",
                    who_can_act="a person at the site: read them in the HCX plug-in, or somebody waives it",
                )
        return None

    def _strange_appliances(self, mesh: Mesh, ends: Ends) -> list[str]:
        sides = (self._scene.appliances(one.manager.id, mesh.id) for one in (ends.initiator, ends.receiver))
        return sorted({one.name for side in sides for one in upgradable(side) if not one.version.known})

    # --- what keeps it back -----------------------------------------------------------------------------------------

    def _kept_back(self, facts: ManagerFacts, target: Version) -> NoTask | None:
        if self._scene.wave_of.get(facts.manager.id) is None:
            return NoTask(
                reason=Unplanned.NO_WAVE,
                detail="no wave of fleet.yaml selects it",
                who_can_act="the owner of fleet.yaml: let a wave select it, or exclude it",
            )
        for cloud in self._scene.clouds_of(facts):
            cap = self._cap(cloud)
            if cap and cap.older_than(target):
                return NoTask(
                    reason=Unplanned.CAPPED,
                    detail=f"tag hcx-max-version of {cloud} allows {cap.release} at most, and the target is "
                    f"{target.release}",
                    who_can_act=f"who tagged {cloud}: raise or remove the tag",
                )
        return None

    def _cap(self, cloud: str) -> Version | None:
        found = self._scene.restraints.get(cloud)
        return found.max_version if found else None

    def _no_window(self, facts: ManagerFacts, found: Chains, owner: Owner) -> NoTask | None:
        """Not for the provider, who goes by its own calendar."""
        if owner is Owner.PROVIDER:
            return None
        hops = [self._scene.takes[Lasting.MANAGER_HOP]] * min(map(len, found))
        return self._desk.tight((facts.manager.id,), hops)

    # --- hops -------------------------------------------------------------------------------------------------------

    def _owner(self, facts: ManagerFacts) -> ownership.Ownership:
        entry, owners = self._scene.entries.get(facts.manager.id), self._scene.policy.owners
        is_cloud = facts.manager.kind is ManagerKind.CLOUD_MANAGER
        default = owners.cloud_manager if is_cloud else owners.connector
        return ownership.manager_owner(entry.owner if entry else None, default, facts, self._scene.inputs.confirmations)

    def _chains(self, facts: ManagerFacts, source: Version, target: Version, owner: Owner) -> Chains | NoPath:
        def avoid(one: Version, other: Version) -> str | None:
            return self._refusals.why(facts, one, other)

        found = chains(source, target, self._scene.catalogue.paths, avoid)
        if owner is not Owner.PROVIDER or isinstance(found, NoPath):
            return found
        # There must be a listed way, but which releases a provider passes through is the provider's business; only the
        # end can be observed.
        return ((target,),)


def unread_peers(scene: Scene, facts: ManagerFacts) -> Iterator[str]:
    """Names of the managers at the other ends of its pairings and meshes of which nobody knows the version, each once.

    Meshes count because nothing says that both ends of a pairing list it: a cloud manager may know of a connector that
    cannot be read by their mesh alone.
    """
    listed = {one.remote_system_id: one.remote_name or one.remote_url for one in scene.pairings.open_ends(facts)}
    for name in dict.fromkeys((listed | _ends_unread(scene, facts, listed)).values()):
        yield f"{name} (excluded by fleet.yaml)" if scene.policy.scope.excludes(name) else name
    yield from (
        one.manager.id
        for one in scene.pairings.partners(facts)
        if one.identity is None or not one.identity.value.version.known
    )


def _ends_unread(scene: Scene, facts: ManagerFacts, known: Mapping[str, str]) -> dict[str, str]:
    """Ends of its meshes that nobody observed, beside those that are known from pairings: names by system id."""
    ends = (end for mesh in (facts.meshes.value if facts.meshes else ()) for end in mesh.ends)
    return {
        end.system_id: end.name or end.system_id
        for end in ends
        if end.system_id not in known and scene.facts.by_system_id(end.system_id) is None
    }
