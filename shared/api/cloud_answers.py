"""From what a store holds of one private cloud to the bodies of answers."""

from collections.abc import Iterable, Iterator

from shared.api.bodies_clouds import (
    AppliancePart,
    CloudAnswer,
    GapPart,
    ManagerPart,
    MeshPart,
    PairPart,
    ReadinessPart,
    ReasonPart,
    WhyAnswer,
)
from shared.model.facts import Appliance, FleetFacts, ManagerFacts, Mesh, Pairing, Seen
from shared.model.readiness import Reason
from shared.model.run import Placed
from shared.report.check_record import CheckAnswer
from shared.report.cloud_seen import CloudSeen
from shared.rules.grouping import pairings
from shared.rules.meshes import meshes_seen
from shared.rules.run_view import short


def cloud_answer(seen: CloudSeen, placed: Placed, checked: CheckAnswer | None, facts: FleetFacts) -> CloudAnswer:
    """One private cloud with all that belongs to it.

    Args:
        seen: the cloud and the run that says where it stands.
        placed: where that is.
        checked: the newest check of it, where one counts.
        facts: the newest of its cloud manager and its connectors, in that order.
    """
    own = facts.of(seen.cloud.id)
    names = {one.id: one.name for one in seen.inventory.subscriptions}
    return CloudAnswer(
        id=seen.cloud.id,
        name=seen.cloud.name,
        subscription=names.get(seen.cloud.subscription_id) or seen.cloud.subscription_id,
        location=seen.cloud.location,
        version=short(own.version) if own and own.version else None,
        bucket=placed.bucket,
        reason=placed.reason,
        detail=placed.detail,
        who_acts_next=placed.who_acts_next,
        observed_at=own.observed_at if own else None,
        run=seen.run.request.id,
        readiness=_readiness(checked) if checked else None,
        managers=tuple(map(_manager, facts.managers)),
        pairs=tuple(_pairs(seen.cloud.id, facts)),
        meshes=tuple(_meshes(seen, facts)),
    )


def why_answer(seen: CloudSeen, placed: Placed, sentences: Iterable[str]) -> WhyAnswer:
    """What stands in its way, in these sentences."""
    tasks = (one for one in seen.view.tasks if seen.cloud.id in one.clouds and one.waiting is not None)
    looks = (one.waiting.next_look for one in tasks if one.waiting and one.waiting.next_look)
    return WhyAnswer(
        cloud=seen.cloud.id,
        run=seen.run.request.id,
        why=tuple(sentences),
        bucket=placed.bucket,
        reason=placed.reason,
        who_can_act=placed.who_acts_next,
        next_look=min(looks, default=None),
    )


def _readiness(checked: CheckAnswer) -> ReadinessPart:
    return ReadinessPart(
        run=checked.run,
        ready=checked.ready,
        verdict=checked.verdict,
        reasons=tuple(map(_reason, checked.reasons)),
        observed_from=checked.observed_from,
        counts_until=checked.counts_until,
    )


def _reason(one: Reason) -> ReasonPart:
    return ReasonPart(
        kind=one.kind,
        subject_kind=one.subject_kind,
        subject=one.subject,
        code=one.code,
        detail=one.detail,
        who=one.who,
        remedy=one.remedy,
        observed_at=one.observed_at,
    )


def _manager(facts: ManagerFacts) -> ManagerPart:
    staged = facts.upgrade.value.staged if facts.upgrade else None
    return ManagerPart(
        id=facts.manager.id,
        kind=facts.manager.kind,
        version=short(facts.version) if facts.version else None,
        staged=short(staged) if staged else None,
        answers=facts.alive.value if facts.alive else None,
        observed_at=facts.observed_at,
        gaps=tuple(
            GapPart(section=one.section, reason=one.reason, detail=one.detail, remedy=one.remedy, at=one.at)
            for one in facts.gaps
        ),
    )


def _pairs(cloud: str, facts: FleetFacts) -> Iterator[PairPart]:
    """Those of the cloud, whichever end lists them: a connector may be paired with other private clouds as well."""
    for one in facts.managers:
        for pair in pairings(one):
            other = facts.by_system_id(pair.remote_system_id)
            remote = other.manager.id if other else pair.remote_name
            if cloud in {one.manager.id, remote}:
                yield _pair(pair, one, remote)


def _pair(pair: Pairing, lists: ManagerFacts, remote: str) -> PairPart:
    return PairPart(
        manager=lists.manager.id,
        remote=remote,
        health=pair.status.health,
        state=pair.status.text,
        observed_at=lists.pairings.at if lists.pairings else lists.observed_at,
    )


def _meshes(seen: CloudSeen, facts: FleetFacts) -> Iterator[MeshPart]:
    members = {one.id for one in seen.members}
    for mesh, reporter in meshes_seen(facts):
        if mesh.id in members and reporter.meshes is not None:
            yield _mesh(mesh, reporter, reporter.meshes, facts)


def _mesh(mesh: Mesh, reporter: ManagerFacts, told: Seen[tuple[Mesh, ...]], facts: FleetFacts) -> MeshPart:
    appliances = reporter.appliances.value if reporter.appliances else ()
    return MeshPart(
        id=mesh.id,
        name=mesh.name,
        manager=reporter.manager.id,
        ends=tuple(_ends(mesh, facts)),
        services=mesh.services,
        health=mesh.state.health,
        state=mesh.state.text,
        in_sync=mesh.in_sync,
        appliances=tuple(_appliance(one) for one in appliances if one.mesh_id == mesh.id),
        observed_at=told.at,
    )


def _ends(mesh: Mesh, facts: FleetFacts) -> Iterator[str]:
    for end in sorted(mesh.ends, key=lambda one: not one.initiator):
        known = facts.by_system_id(end.system_id)
        yield known.manager.id if known else end.name


def _appliance(one: Appliance) -> AppliancePart:
    return AppliancePart(
        id=one.id,
        name=one.name,
        kind=one.kind,
        version=short(one.version),
        tunnel=one.tunnel.health,
        tunnel_state=one.tunnel.text,
        networks=one.extension_count,
    )
