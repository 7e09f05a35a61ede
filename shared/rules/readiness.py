"""READY or not, why not, who can act, and until when the answer holds: from findings and facts, of each and of all.

The rule adds to what the checks found. They judge what they look at, and a check may leave a doubt to another one; here
nothing is left to anybody. A subject is READY only where every fact that its answer rests on is there, is young enough,
and is told the same by everybody who tells it. Pure, and total: whatever is given, there is an answer, and where there
is nothing to go by it is NO.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.model.facts import FleetFacts, GapReason, ManagerFacts
from shared.model.finding import Finding, Verdict
from shared.model.plan import SubjectKind
from shared.model.readiness import Readiness, Reason, ReasonKind, SubjectReadiness
from shared.model.record import record
from shared.model.run import Bucket, Placed
from shared.model.view import SubjectSeen
from shared.rules import freshness
from shared.rules.buckets import NEEDS_SOMEBODY, deciders
from shared.rules.contradictions import Contradiction, Telling, of_manager, of_mesh
from shared.rules.freshness import IN_VCENTER, TAGS, Aspect, observed
from shared.rules.meshes import ends_seen, meshes_seen
from shared.rules.subjects import Key

OBSERVE_AGAIN = "observe again: hcx-fleet check"
ANYBODY = "whoever runs hcx-fleet"
"""Who can act where all that is needed is another look."""

OF_A_MANAGER: tuple[Aspect[Any], ...] = (
    freshness.ALIVE,
    freshness.VERSION,
    freshness.SERVICES,
    freshness.VCENTER,
    freshness.NSX,
    freshness.PAIRINGS,
    freshness.MESHES,
    freshness.MIGRATIONS,
    freshness.REPLICATIONS,
    freshness.JOBS,
    freshness.UPGRADE,
)
"""What a manager step rests on."""
OF_A_MESH: tuple[Aspect[Any], ...] = (
    freshness.ALIVE,
    freshness.VERSION,
    freshness.PAIRINGS,
    freshness.MESHES,
    freshness.APPLIANCES,
    freshness.TUNNELS,
    freshness.EXTENSIONS,
    freshness.MIGRATIONS,
    freshness.REPLICATIONS,
    freshness.JOBS,
)
"""What a mesh step rests on, at either end."""
NOTHING_LEFT: tuple[Aspect[Any], ...] = (freshness.VERSION,)
"""What it rests on that nothing is left to do."""

EXCUSED = frozenset({GapReason.NOT_OFFERED})
"""Gaps that are a person's to close: the manager shows it to nobody but its provider. A finding says where to look."""
ANSWERED_FOR: Mapping[str, frozenset[str]] = {
    "manager-alive": frozenset({"alive"}),
    "services-running": frozenset({"services"}),
    "vcenter-connection": frozenset({"vcenter"}),
    "nsx-connection": frozenset({"nsx"}),
    "site-pairs-healthy": frozenset({"pairings"}),
    "no-other-upgrade": frozenset({"upgrade", "jobs"}),
    "stale-jobs": frozenset({"jobs"}),
    "migrations-running": frozenset({"migrations"}),
    "replications-running": frozenset({"replications"}),
    "extensions-realized": frozenset({"extensions"}),
    "extensions-counted": frozenset({"extensions"}),
}
"""Sections whose absence somebody answers for who lets the finding of that check pass. What is too old or contradicted
nobody can answer for: it is observed again."""
DONE = frozenset({Bucket.CURRENT, Bucket.UPGRADED})
"""Buckets in which nothing is left to do."""
CONTRADICTING = frozenset({"work-told-alike", "mesh-ends-agree"})
"""Checks that compare two witnesses. They warn, since a task may go on where its people know why; READY may not."""


@record
class Case:
    """What is judged."""

    subjects: tuple[SubjectSeen, ...]
    """Every one that was seen."""
    placed: tuple[Placed, ...]
    """Their buckets."""
    findings: tuple[Finding, ...]
    facts: FleetFacts
    now: datetime
    azure_at: datetime | None
    """When Azure was read: tags hold at any minute. None where it was not, which nothing about a cloud survives."""
    standing: tuple[Reason, ...] = ()
    """What is known to stand in the way beside findings and facts."""
    contacts: Mapping[str, str] | None = None
    """Whom to ask about a subject, by its id."""
    about: frozenset[Key] | None = None
    """The subjects that are asked about; None: all."""


def readiness(case: Case) -> Readiness:
    """Judge every subject that is asked about, then all together. Where nothing was observed the answer is NO."""
    court = _Court(case)
    subjects = tuple(court.judged(one) for one in case.subjects if court.asked((one.kind, one.id)))
    until = min((one.counts_until for one in subjects if one.counts_until), default=None)
    found = (*court.apart(), *(reason for one in subjects for reason in one.reasons))
    reasons = tuple(dict.fromkeys(found)) or (() if until else (_NOTHING,))
    return Readiness(
        ready=not reasons and all(one.ready for one in subjects),
        subjects=subjects,
        reasons=reasons,
        observed_from=min((one.observed_from for one in subjects if one.observed_from), default=None),
        counts_until=until,
    )


_NOTHING = Reason(
    kind=ReasonKind.STANDING,
    subject_kind=SubjectKind.SUBSCRIPTION,
    subject="",
    code="nothing-observed",
    detail="nothing was observed that the answer could rest on: there is nothing there, or all of it is left alone",
    who=ANYBODY,
    remedy="hcx-fleet show fleet lists what there is; scope.exclude of fleet.yaml says what is left alone",
)


class _Court:
    """A case with its indexes."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._telling = Telling(case.facts, case.now)
        self._decided = deciders(case.placed, case.subjects)
        self._buckets = {(one.kind, one.subject): one for one in case.placed}
        self._meshes = {mesh.id: (mesh, reporter) for mesh, reporter in meshes_seen(case.facts)}
        self._findings = _by_subject(case.findings)
        self._known = _by_key(case.standing)
        asked = [one for one in case.subjects if self.asked((one.kind, one.id))]
        self._own = {(one.kind, one.id): self._judged_alone(one) for one in asked}
        self._belonging = _belonging(asked)

    def asked(self, key: Key) -> bool:
        """Whether anybody wants to know of that subject."""
        return self._case.about is None or key in self._case.about

    def apart(self) -> Iterator[Reason]:
        """What stands in the way of the whole and is about no subject in particular."""
        if self._case.about is not None:
            return
        keys = {(one.kind, one.id) for one in self._case.subjects}
        yield from (one for one in self._case.standing if (one.subject_kind, one.subject) not in keys)
        names = {name for _, name in keys}
        for finding in (one for name, found in self._findings.items() if name not in names for one in found):
            if finding.blocks:
                yield Reason(
                    kind=ReasonKind.FINDING,
                    subject_kind=SubjectKind.SUBSCRIPTION,
                    subject=finding.subject,
                    code=finding.check,
                    detail=finding.summary,
                    who=ANYBODY,
                    remedy=finding.remedy,
                    observed_at=finding.observed_at,
                )

    def judged(self, one: SubjectSeen) -> SubjectReadiness:
        """A private cloud stands as its manager, its connectors and its meshes do together."""
        own = self._own[one.kind, one.id]
        if one.kind is not SubjectKind.PRIVATE_CLOUD:
            return own
        parts = (own, *(self._own[key] for key in self._belonging.get(one.id, ())))
        return SubjectReadiness(
            kind=one.kind,
            id=one.id,
            ready=all(part.ready for part in parts),
            reasons=tuple(dict.fromkeys(reason for part in parts for reason in part.reasons)),
            observed_from=min((part.observed_from for part in parts if part.observed_from), default=None),
            counts_until=min((part.counts_until for part in parts if part.counts_until), default=None),
        )

    def _judged_alone(self, one: SubjectSeen) -> SubjectReadiness:
        placed = self._placed(one)
        bucket = placed.bucket if placed else None
        if bucket is Bucket.EXCLUDED:
            return SubjectReadiness(
                kind=one.kind, id=one.id, ready=True, reasons=(), observed_from=None, counts_until=None
            )
        behind = self._behind(one)
        reasons = tuple(dict.fromkeys(self._reasons(one, placed, behind)))
        until = min(self._expiries(one, behind), default=None)
        fresh = until is not None and self._case.now <= until
        return SubjectReadiness(
            kind=one.kind,
            id=one.id,
            ready=not reasons and fresh and bucket not in NEEDS_SOMEBODY,
            reasons=reasons,
            observed_from=min((at for facts in behind for at, _ in _times(facts)), default=None),
            counts_until=until,
        )

    def _placed(self, one: SubjectSeen) -> Placed | None:
        """Where it stands by itself; None where nobody says, as of a cloud that one of its own put where it is."""
        by_another = one.kind is SubjectKind.PRIVATE_CLOUD and one.id in self._decided
        return None if by_another else self._buckets.get((one.kind, one.id))

    # --- what it rests on ---------------------------------------------------------------------------------------------

    def _behind(self, one: SubjectSeen) -> tuple[ManagerFacts, ...]:
        """The managers whose facts an answer about it rests on."""
        if one.kind is not SubjectKind.MESH:
            facts = self._case.facts.of(one.id)
            return (facts,) if facts else ()
        if one.id not in self._meshes:
            return ()
        mesh, reporter = self._meshes[one.id]
        found = {facts.manager.id: facts for facts in (*ends_seen(mesh, self._case.facts), reporter)}
        return tuple(found.values())

    def _expiries(self, one: SubjectSeen, behind: Iterable[ManagerFacts]) -> Iterator[datetime]:
        yield from (until for facts in behind for _, until in _times(facts))
        if one.clouds and self._case.azure_at is not None:
            yield self._case.azure_at + TAGS.span

    # --- reasons ------------------------------------------------------------------------------------------------------

    def _reasons(self, one: SubjectSeen, placed: Placed | None, behind: tuple[ManagerFacts, ...]) -> Iterator[Reason]:
        who = (self._case.contacts or {}).get(one.id, f"whoever answers for {one.name}")
        found = (*self._standing(one, placed), *self._of_findings(one, who))
        yield from found
        told = {reason.code for reason in found}
        yield from (each for each in self._of_facts(one, placed, behind, who) if each.code not in told)
        yield from (_contradiction(one, each, who) for each in self._contradictions(one, behind))
        if (one.kind, one.id) not in self._buckets:
            yield _reason(one, ReasonKind.GAP, "not-placed", f"nobody says where {one.name} stands", ANYBODY)

    def _standing(self, one: SubjectSeen, placed: Placed | None) -> Iterator[Reason]:
        told = {finding.check for finding in self._findings.get(one.id, ()) if finding.blocks}
        known = self._known.get((one.kind, one.id), ())
        yield from (each for each in known if each.code not in told)
        if placed and placed.bucket in NEEDS_SOMEBODY and not known and placed.reason not in told:
            yield _reason(one, ReasonKind.STANDING, placed.reason, placed.detail, placed.who_acts_next)

    def _of_findings(self, one: SubjectSeen, who: str) -> Iterator[Reason]:
        for finding in self._findings.get(one.id, ()):
            kind = _kind_of(finding)
            if kind is not None:
                yield _reason(one, kind, finding.check, finding.summary, who, finding.remedy, finding.observed_at)

    def _of_facts(
        self, one: SubjectSeen, placed: Placed | None, behind: tuple[ManagerFacts, ...], who: str
    ) -> Iterator[Reason]:
        yield from self._unread(one, behind, who)
        done = placed is not None and placed.bucket in DONE
        needed = NOTHING_LEFT if done else OF_A_MESH if one.kind is SubjectKind.MESH else OF_A_MANAGER
        taken = self._answered_for(one)
        for facts in behind:
            unseen = (aspect for aspect in needed if aspect.section not in taken)
            yield from (gap for aspect in unseen if (gap := _missing(one, facts, aspect, who)))
            yield from self._old(one, facts)
        if one.clouds and self._case.azure_at is None:
            yield _reason(one, ReasonKind.GAP, "azure-not-read", "nobody says when Azure was read", ANYBODY)
        elif one.clouds and self._case.azure_at and not TAGS.covers(self._case.azure_at, self._case.now):
            yield _too_old(one, "tags of its private cloud in Azure", self._case.azure_at)

    def _answered_for(self, one: SubjectSeen) -> frozenset[str]:
        waived = (finding.check for finding in self._findings.get(one.id, ()) if finding.waived)
        return frozenset(section for check in waived for section in ANSWERED_FOR.get(check, ()))

    def _unread(self, one: SubjectSeen, behind: tuple[ManagerFacts, ...], who: str) -> Iterator[Reason]:
        if one.kind is not SubjectKind.MESH:
            if not behind:
                yield _reason(one, ReasonKind.GAP, "not-observed", f"{one.name} was not observed", who, OBSERVE_AGAIN)
            return
        if one.id not in self._meshes:
            yield _reason(one, ReasonKind.GAP, "not-observed", f"no manager lists {one.name}", who, OBSERVE_AGAIN)
            return
        mesh, _ = self._meshes[one.id]
        for end in mesh.ends:
            if self._case.facts.by_system_id(end.system_id) is None:
                detail = f"the end of {one.name} at {end.name or end.system_id} was not observed"
                yield _reason(one, ReasonKind.GAP, "end-not-observed", detail, who, OBSERVE_AGAIN)

    def _old(self, one: SubjectSeen, facts: ManagerFacts) -> Iterator[Reason]:
        """One reason for all that is too old of one manager."""
        now = self._case.now
        old = [(aspect.name, seen.at) for aspect, seen in observed(facts) if not aspect.life.covers(seen.at, now)]
        if facts.vsphere and not IN_VCENTER.covers(facts.vsphere.observed_at, now):
            old.append(("word of its vCenter", facts.vsphere.observed_at))
        if old:
            yield _too_old(one, f"{', '.join(name for name, _ in old)} of {facts.manager.id}", min(at for _, at in old))

    def _contradictions(self, one: SubjectSeen, behind: tuple[ManagerFacts, ...]) -> tuple[Contradiction, ...]:
        if one.kind is SubjectKind.MESH:
            return of_mesh(self._telling, one.id, behind)
        return tuple(found for facts in behind for found in of_manager(self._telling, facts))


def _by_subject(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for one in findings:
        found.setdefault(one.subject, []).append(one)
    return found


def _by_key(reasons: Iterable[Reason]) -> dict[Key, list[Reason]]:
    found: dict[Key, list[Reason]] = {}
    for one in reasons:
        found.setdefault((one.subject_kind, one.subject), []).append(one)
    return found


def _belonging(subjects: Iterable[SubjectSeen]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for one in subjects:
        if one.kind is not SubjectKind.PRIVATE_CLOUD:
            for cloud in one.clouds:
                found.setdefault(cloud, []).append((one.kind, one.id))
    return found


def _kind_of(finding: Finding) -> ReasonKind | None:
    """What a finding is as a reason; None where it is none."""
    if finding.verdict is Verdict.UNKNOWN:
        return ReasonKind.GAP
    if finding.blocks:
        return ReasonKind.FINDING
    contradicts = finding.verdict is Verdict.WARN and finding.check in CONTRADICTING
    return ReasonKind.CONTRADICTION if contradicts else None


def _times(facts: ManagerFacts) -> Iterator[tuple[datetime, datetime]]:
    """When each side of it was observed, and until when that counts."""
    yield from ((seen.at, seen.at + aspect.life.span) for aspect, seen in observed(facts))
    if facts.vsphere:
        yield facts.vsphere.observed_at, facts.vsphere.observed_at + IN_VCENTER.span


def _missing(one: SubjectSeen, facts: ManagerFacts, aspect: Aspect[Any], who: str) -> Reason | None:
    gap = facts.gap(aspect.section)
    if aspect.read(facts) is not None or (gap and gap.reason in EXCUSED):
        return None
    name = facts.manager.id
    if gap is None:
        detail = f"the {aspect.name} of {name} were not observed, and nobody says why"
        return _reason(one, ReasonKind.GAP, f"no-{aspect.section}", detail, who, OBSERVE_AGAIN)
    whole = gap.section == "manager"  # one reason for all that is missing of it
    detail = f"{name} could not be read: {gap.detail}" if whole else f"no {aspect.name} of {name}: {gap.detail}"
    return _reason(one, ReasonKind.GAP, gap.reason.value, detail, who, gap.remedy or OBSERVE_AGAIN, gap.at)


def _too_old(one: SubjectSeen, what: str, at: datetime) -> Reason:
    detail = f"observed {at:%Y-%m-%d %H:%M} UTC, which is too long ago or by a clock that is wrong: {what}"
    return _reason(one, ReasonKind.TOO_OLD, "too-old", detail, ANYBODY, OBSERVE_AGAIN, at)


def _contradiction(one: SubjectSeen, found: Contradiction, who: str) -> Reason:
    return _reason(one, ReasonKind.CONTRADICTION, found.code, found.detail, who, found.look, found.observed_at)


def _reason(  # noqa: PLR0917 -- the fields of a reason, in the order of a row
    one: SubjectSeen,
    kind: ReasonKind,
    code: str,
    detail: str,
    who: str,
    remedy: str = "",
    observed_at: datetime | None = None,
) -> Reason:
    return Reason(
        kind=kind,
        subject_kind=one.kind,
        subject=one.id,
        code=code,
        detail=detail,
        who=who,
        remedy=remedy,
        observed_at=observed_at,
    )
