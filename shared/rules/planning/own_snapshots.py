"""Snapshots that hcx-fleet takes itself: which of them a plan holds, and what stood in their way when it was made."""

from collections.abc import Iterator
from itertools import pairwise

from shared.model.facts import ManagerFacts
from shared.model.finding import Evidence, Finding, Verdict
from shared.model.plan import Safeguard
from shared.rules import protection, vcenter
from shared.rules.planning.scene import Scene
from shared.rules.planning.ways import Moving, Ways
from shared.rules.protection import Change, OwnSnapshot

OWN_SNAPSHOT = "own-snapshot"
"""Check of the findings about snapshots that the plan asks for and that could not be taken as things stand."""


def decided(scene: Scene, moving: Moving) -> OwnSnapshot:
    """The snapshot that the task of a manager takes."""
    facts = moving.candidate.facts
    return protection.own_snapshot(
        facts,
        moving.candidate.who.owner,
        changes(moving),
        scene.policy.snapshots,
        scene.inputs.not_offered.get(facts.manager.id),
    )


def changes(moving: Moving) -> tuple[Change, ...]:
    """The version changes of a manager, one for each hop."""
    hops = pairwise((moving.candidate.source, *moving.way.hops))
    return tuple(Change(source=source, target=target) for source, target in hops)


def findings(scene: Scene, ways: Ways) -> Iterator[Finding]:
    """What stood in the way of snapshots in vCenter, so that people can put it right before the window."""
    for moving in ways.managers.values():
        if not isinstance(moving, Moving):
            continue
        own = decided(scene, moving)
        if own.kind is Safeguard.VCENTER_SNAPSHOT or own.why_not == protection.NOT_SEEN:
            yield from _of_machine(moving.candidate.facts, own)


def _of_machine(facts: ManagerFacts, own: OwnSnapshot) -> Iterator[Finding]:
    name, seen = facts.manager.id, facts.vsphere
    says = "no snapshot in vCenter is planned" if own.why_not else "a snapshot in vCenter could not be taken now"
    for detail, remedy in vcenter.snapshot_doubts(seen):
        yield Finding(
            check=OWN_SNAPSHOT,
            subject=name,
            verdict=Verdict.WARN,
            summary=f"{name}: {says}: {detail}",
            evidence=(Evidence(text=detail, observed_at=seen.observed_at if seen else None),),
            remedy=f"{remedy}{', and plan again' if own.why_not else ''}",
        )
