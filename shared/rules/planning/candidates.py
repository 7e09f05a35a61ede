"""Which managers may move at all, and through which sequences of hops; everything else with its one reason.

The reasons stand in the order in which they count. A hold comes before everything, so that what is held stays held
whatever else is known of it; what cannot be read comes before what is decided by it.
"""

from collections.abc import Callable, Iterator, Mapping

from shared.model.facts import ManagerFacts
from shared.model.inventory import ManagerKind
from shared.model.plan import SubjectKind, Unplanned
from shared.model.policy import Exclusion, Owner, Policy
from shared.model.record import record
from shared.model.version import Version
from shared.rules import calendars, ownership, risks, targets
from shared.rules.catalogue.known import unknown_release
from shared.rules.catalogue.records import Lasting, Risk, RiskVerdict, RiskWhen
from shared.rules.path import NoPath, chains
from shared.rules.planning import wishes
from shared.rules.planning.calendar_desk import CalendarDesk, needed
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
    """Judges managers one by one; remembers what is the same for many of them."""

    def __init__(self, scene: Scene, desk: CalendarDesk) -> None:
        self._scene = scene
        self._desk = desk
        self._refusing: dict[tuple[Version, Version], tuple[Risk, ...]] = {}

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
        who = self._owner(facts)
        return blind or self._kept_back(facts, target) or self._with_chains(facts, seen, target, who)

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
        unread = sorted(unread_peers(self._scene, facts))
        if not unread:
            return None
        return NoTask(
            reason=Unplanned.PEER_NOT_OBSERVED,
            detail=f"the other side of its pairing could not be read: {', '.join(unread)}",
            who_can_act=f"see the finding on {unread[0]}; a connector must be in fleet.yaml, or somebody waives it",
        )

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
        hop, scene = self._scene.takes[Lasting.MANAGER_HOP], self._scene
        openings = self._desk.times((facts.manager.id,)).openings
        needs = needed([hop] * min(map(len, found)), split=scene.policy.split).p90
        if calendars.fits_ever(openings, needs):
            return None
        return no_window(calendars.why_not(openings, scene.inputs.now, needs), scene.policy)

    # --- hops -------------------------------------------------------------------------------------------------------

    def _owner(self, facts: ManagerFacts) -> ownership.Ownership:
        entry, owners = self._scene.entries.get(facts.manager.id), self._scene.policy.owners
        is_cloud = facts.manager.kind is ManagerKind.CLOUD_MANAGER
        default = owners.cloud_manager if is_cloud else owners.connector
        return ownership.manager_owner(entry.owner if entry else None, default, facts, self._scene.inputs.confirmations)

    def _chains(self, facts: ManagerFacts, source: Version, target: Version, owner: Owner) -> Chains | NoPath:
        def avoid(one: Version, other: Version) -> str | None:
            return self._avoided(facts, one, other)

        if owner is not Owner.PROVIDER:
            return chains(source, target, self._scene.catalogue.paths, avoid)
        # Which releases a provider passes through is the provider's business; only the end can be observed.
        reason = avoid(source, target)
        if reason:
            return NoPath(rule="known-risk", detail=reason, what_would_open=ACCEPT)
        return ((target,),)

    def _avoided(self, facts: ManagerFacts, source: Version, target: Version) -> str | None:
        """The known risk for which a hop is not taken, unless somebody accepts it."""
        if not self._may_refuse(source, target):
            return None
        for match in risks.of_hop(self._scene.catalogue, facts, source, target):
            if match.risk.verdict is RiskVerdict.REFUSE and not risks.accepted(
                match, self._scene.policy.accepted_risks, self._scene.today
            ):
                sure = "" if match.applies else " (it cannot be excluded)"
                fixed = ", ".join(one.release for one in match.risk.fixed_in)
                cure = f"; fixed in {fixed}" if fixed else ""
                return f"{match.risk.id}: {match.risk.title}{sure}: {match.evidence}{cure}"
        return None

    def _may_refuse(self, source: Version, target: Version) -> tuple[Risk, ...]:
        """Risks that could refuse this hop of any manager: almost always none, so that facts need not be asked."""
        if (source, target) not in self._refusing:
            self._refusing[source, target] = tuple(
                risk
                for risk in self._scene.catalogue.risks
                if risk.verdict is RiskVerdict.REFUSE and _concerns(risk, source, target)
            )
        return self._refusing[source, target]


def _concerns(risk: Risk, source: Version, target: Version) -> bool:
    versions = {RiskWhen.GOING_TO: target, RiskWhen.LEAVING: source}
    return any(one.holds(versions[when]) for when in risk.when if when in versions for one in risk.affects)


ACCEPT = "the owner of fleet.yaml: choose another target, or accept the risk with owner, reason and end"

UNSEEN = NoTask(reason=Unplanned.NOT_OBSERVED, detail="it was not observed", who_can_act="observe again")


def subject_kind(facts: ManagerFacts) -> SubjectKind:
    """What a manager counts as."""
    is_cloud = facts.manager.kind is ManagerKind.CLOUD_MANAGER
    return SubjectKind.PRIVATE_CLOUD if is_cloud else SubjectKind.CONNECTOR


def held_back(reason: str, source: str, owner: str) -> NoTask:
    """The reason of what somebody holds."""
    return NoTask(
        reason=Unplanned.HELD, detail=f"{reason} ({source})", who_can_act=f"{owner}: let it go" if owner else source
    )


def left_out(out: Exclusion) -> NoTask:
    """The reason of a private cloud that `fleet.yaml` leaves alone."""
    until = f", until {out.until:%-d %B %Y}" if out.until else ""
    return NoTask(
        reason=Unplanned.EXCLUDED,
        detail=f"excluded by fleet.yaml: {out.reason}{until}",
        who_can_act=out.owner or "the owner of fleet.yaml",
    )


def no_path(found: NoPath) -> NoTask:
    """The reason of what has no way."""
    return NoTask(reason=Unplanned.NO_PATH, detail=f"{found.rule}: {found.detail}", who_can_act=found.what_would_open)


def no_window(why: str, policy: Policy) -> NoTask:
    """The reason of what fits into no window."""
    ways = ["widen the windows", *(["end a freeze"] if policy.freezes else [])]
    ways += [] if policy.split else ["allow tasks to be split"]
    return NoTask(reason=Unplanned.NO_WINDOW, detail=why, who_can_act=f"the owner of fleet.yaml: {', or '.join(ways)}")


def unread_peers(scene: Scene, facts: ManagerFacts) -> Iterator[str]:
    """Names of the managers at the other ends of its pairings of which nobody knows the version."""
    yield from (one.remote_name or one.remote_url for one in scene.pairings.open_ends(facts))
    yield from (
        one.manager.id
        for one in scene.pairings.partners(facts)
        if one.identity is None or not one.identity.value.version.known
    )
