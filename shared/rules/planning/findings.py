"""What the planner itself has to say beside its tasks: known risks, tags without effect, holds that hold nothing."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from shared.model.finding import Evidence, Finding, Verdict
from shared.model.plan import ManagerTask, Plan
from shared.model.policy import AcceptedRisk
from shared.policy.waivable import PEER_WAIVER
from shared.rules import holds, risks, skew, tags, waivers
from shared.rules.calendar.wall_time import day_text
from shared.rules.catalogue.records import RiskVerdict
from shared.rules.planning import own_snapshots
from shared.rules.planning.candidates import unread_peers
from shared.rules.planning.scene import Scene
from shared.rules.planning.ways import Moving, Ways
from shared.rules.risks import RiskMatch

KNOWN_RISK = "known-risk"
"""Check of the findings about known risks."""

ENDED = "ended"
"""Check of the findings about what somebody took upon them until a day that is over."""

NO_SUCH_CLOUD = "no-such-cloud"
"""Check of the findings about names in the file that mean nothing."""

NEVER_PAIRED = "never-paired"
"""Check of the findings about pairs that nobody supports."""

PROVIDER_DATE = "provider-date"
"""Check of the findings about days that the provider announced."""

WAIVED = "waived"
"""Check of the findings about what goes on because somebody answers for it."""

OWN = frozenset(
    {
        KNOWN_RISK,
        ENDED,
        NEVER_PAIRED,
        NO_SUCH_CLOUD,
        PROVIDER_DATE,
        WAIVED,
        own_snapshots.OWN_SNAPSHOT,
        waivers.MATCHES_NOTHING,
        "tags",
        "hold-matches-nothing",
        "hold-ended",
    }
)
"""Checks of the planner's own findings: they stay in a plan whatever else is found of its tasks."""


def of_plan(scene: Scene, ways: Ways) -> tuple[Finding, ...]:
    """Every finding of planning, sorted."""
    found = [
        *_of_risks(scene, ways),
        *(one for cloud, said in scene.restraints.items() for one in tags.findings(cloud, said)),
        *holds.findings(scene.policy.holds, scene.holding, scene.today),
        *_of_ended(scene),
        *_of_waived(scene, ways),
        *waivers.findings(scene.policy.waivers, scene.inputs.waivable, _names_known(scene), scene.today),
        *own_snapshots.findings(scene, ways),
        *_of_names(scene),
        *_of_pairs(scene),
    ]
    return tuple(sorted(found, key=lambda one: (one.check, one.subject, one.summary)))


def _of_risks(scene: Scene, ways: Ways) -> Iterator[Finding]:
    for moving in ways.managers.values():
        if not isinstance(moving, Moving):
            continue
        facts = moving.candidate.facts
        told: set[str] = set()
        for source, target in pairwise((moving.candidate.source, *moving.way.hops)):
            for match in risks.of_hop(scene.catalogue, facts, source, target):
                if match.risk.id not in told:
                    told.add(match.risk.id)
                    yield _of_match(match, risks.accepted(match, scene.policy.accepted_risks, scene.today))


def _of_match(match: RiskMatch, accepted: AcceptedRisk | None) -> Finding:
    risk = match.risk
    sure = "" if match.applies else " It cannot be excluded."
    taken = f" Accepted by {accepted.owner} until {day_text(accepted.until)}: {accepted.reason}" if accepted else ""
    return Finding(
        check=KNOWN_RISK,
        subject=match.subject,
        verdict=Verdict.MANUAL if risk.verdict is RiskVerdict.NOTICE else Verdict.WARN,
        summary=f"{risk.id}: {risk.title}.{sure}{taken}",
        evidence=(Evidence(text=match.evidence, observed_at=None),),
        remedy=risk.message,
        link=risk.link,
    )


def _of_ended(scene: Scene) -> Iterator[Finding]:
    policy, today = scene.policy, scene.today
    for risk in policy.accepted_risks:
        if risk.until < today:
            yield _ended(
                risk.id, f"the acceptance of {risk.id} ended on {day_text(risk.until)} and no longer counts", risk.owner
            )
    for waiver in policy.waivers:
        if not waivers.counts(waiver, today):
            text = f"the waiver of {waiver.check} ended on {day_text(waiver.until)} and no longer counts"
            yield _ended(waiver.subject, text, waiver.owner)
    for out in policy.scope.exclude:
        if out.until and out.until < today:
            text = f"its exclusion ended on {day_text(out.until)}; it stays excluded until somebody lets it in"
            yield _ended(out.cloud, text, out.owner)


def _of_waived(scene: Scene, ways: Ways) -> Iterator[Finding]:
    """Managers that go although one of their peers cannot be read, since somebody answers for it."""
    of_peers = {one.subject: one for one in scene.policy.waivers if one.check == PEER_WAIVER}
    for name in sorted(scene.waived_peers):
        facts, waiver = scene.facts.of(name), of_peers[name]
        unread = sorted(unread_peers(scene, facts)) if facts else []
        if unread and isinstance(ways.managers.get(name), Moving):
            yield Finding(
                check=WAIVED,
                subject=name,
                verdict=Verdict.WARN,
                summary=f"{name} goes although {', '.join(unread)} could not be read: {waiver.owner} answers for it "
                f"until {day_text(waiver.until)}, because {waiver.reason}",
                remedy=f"see the finding on {unread[0]}",
            )


def _names_known(scene: Scene) -> Counter[str]:
    """How many managers and meshes there are of each name, seen or only listed."""
    managers = {one.id for one in (*scene.inputs.inventory.managers, *(one.manager for one in scene.managers))}
    meshes = (name for mesh, _ in scene.meshes for name in {mesh.id.casefold(), mesh.name.casefold()})
    return Counter([*(one.casefold() for one in managers), *meshes])


def _of_names(scene: Scene) -> Iterator[Finding]:
    """Private clouds that the file names and nobody has: what was meant for them does not count for anything."""
    known = {name.casefold() for one in scene.clouds.values() for name in (one.id, one.name, one.resource_id)}
    policy = scene.policy
    named = [
        *(("scope.exclude", one.cloud) for one in policy.scope.exclude),
        *(("sites", one.private_cloud) for one in policy.sites if one.private_cloud),
        *(("cloudManagers.entries", one.cloud) for one in policy.cloud_managers),
    ]
    for where, name in named:
        if name.casefold() not in known:
            yield Finding(
                check=NO_SUCH_CLOUD,
                subject=name,
                verdict=Verdict.WARN,
                summary=f"{where} of fleet.yaml names {name}, which is no private cloud that was found",
                remedy="the owner of fleet.yaml: write the name as `hcx-fleet show fleet` does, or remove it",
            )


def _of_pairs(scene: Scene) -> Iterator[Finding]:
    """Pairs that must not exist as they stand, whatever is planned."""
    for one, other in scene.pairings.edges():
        here, there = (facts.version if (facts := scene.facts.of(name)) else None for name in (one, other))
        if here is None or there is None or not (here.known and there.known):
            continue
        rule = skew.never_paired(here, there, scene.catalogue.skew)
        if rule:
            pair = f"{one} at {here.release} is paired with {other} at {there.release}"
            yield Finding(
                check=NEVER_PAIRED,
                subject=one,
                verdict=Verdict.WARN,
                summary=f"{pair}: {rule.detail}",
                remedy=rule.opens,
            )


def provider_dates(scene: Scene, plan: Plan) -> Iterator[Finding]:
    """Days that the provider announced and that come before what its step needs can be there."""
    starts = {one.task: one.starts for one in plan.schedule.tasks}
    for task in plan.tasks:
        if not isinstance(task, ManagerTask) or task.expected_on is None:
            continue
        start = starts.get(task.id)
        if start is not None and start.date() > max(task.expected_on, scene.today):
            needs = ", ".join(f"{one.subject} at {one.version.release}" for hop in task.hops for one in hop.requires)
            answer_by = scene.sites[task.subject].provider.answer_by
            until = f" by {day_text(answer_by)}" if answer_by else ""
            yield Finding(
                check=PROVIDER_DATE,
                subject=task.subject,
                verdict=Verdict.WARN,
                summary=f"the provider announced {task.subject} for {day_text(task.expected_on)}, which is too early: "
                f"it needs {needs} first, which is there by {day_text(start)} at the earliest",
                remedy=f"ask the provider for a later date{until}",
            )


def _ended(subject: str, text: str, owner: str) -> Finding:
    return Finding(
        check=ENDED,
        subject=subject,
        verdict=Verdict.WARN,
        summary=f"{subject}: {text}",
        remedy=f"{owner}: renew or remove it",
    )
