"""From a run's read model and its facts to what a check answers."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from shared.checks import CHECKS
from shared.model.facts import FleetFacts
from shared.model.finding import Finding, Verdict
from shared.model.inventory import Inventory
from shared.model.plan import SubjectKind
from shared.model.policy import Policy
from shared.model.readiness import Readiness, Reason, ReasonKind, SubjectReadiness
from shared.model.record import record
from shared.model.run import Placed
from shared.model.view import RunView, SubjectSeen
from shared.report.check_record import BucketCount, CaseState, CheckAnswer, CheckCase, CheckedSubject, StepKind
from shared.report.needs import Need, needs
from shared.report.words import KINDS, moment
from shared.rules.agenda.people import book
from shared.rules.buckets import WORST_FIRST
from shared.rules.meshes import ends_seen, meshes_seen
from shared.rules.readiness import ANYBODY, OBSERVE_AGAIN, Case, readiness
from shared.rules.run_view import short
from shared.rules.subjects import Key

TITLES = {one.id: one.title for one in CHECKS}


@record
class Asked:
    """What somebody wants to know."""

    subject: str | None = None
    """Id or name of the one that it is about; None: everything that was seen."""
    steps: StepKind | None = None
    only: tuple[str, ...] = ()
    """Ids of the checks that alone count; empty: all."""


@record
class Observed:
    """What there is to answer from."""

    view: RunView
    facts: FleetFacts
    inventory: Inventory | None
    policy: Policy | None
    """For the people at the sites; None where nobody can read it."""
    now: datetime
    """When the age of the facts counts."""
    as_of: datetime | None = None
    """When kept facts were seen; None where they were observed for this answer."""
    more: tuple[Finding, ...] = ()
    """Findings that were made for this answer."""


class NotThatSubjectError(LookupError):
    """Nothing, or more than one thing, that was seen is called so; the message says what is."""


def answer(asked: Asked, observed: Observed) -> CheckAnswer:
    """The answer.

    Raises:
        NotThatSubjectError: the subject is not one that was seen.
    """
    view = observed.view
    about = about_of(asked, view, observed.facts)
    findings = tuple(one for one in (*view.findings, *observed.more) if not asked.only or one.check in asked.only)
    found = readiness(_case(observed, findings, about))
    reasons = tuple(_of_interest(found.reasons, asked)) + _not_asked(asked, findings) + _broken(view)
    judged = {(one.kind, one.id): one for one in found.subjects}
    subjects = tuple(one for one in view.subjects if (one.kind, one.id) in judged)
    rows = _Rows(view, findings, judged, asked)
    holds = not reasons and found.counts_until is not None and (found.ready or bool(asked.only))
    return CheckAnswer(
        run=view.run.request.id,
        asked_of=_asked_of(asked, view),
        steps=asked.steps,
        only=asked.only,
        as_of=observed.as_of,
        now=observed.now,
        ready=holds and not asked.only,
        holds=holds,
        verdict=_verdict(asked, observed, found, holds=holds),
        reasons=reasons,
        subjects=tuple(map(rows.row, subjects)),
        counts=_counts(view.placed, {(one.kind, one.id) for one in subjects}),
        seen=len(subjects),
        observed_from=found.observed_from,
        counts_until=found.counts_until,
        problem=view.run.problem,
    )


# --- what it is about -------------------------------------------------------------------------------------------------


def about_of(asked: Asked, view: RunView, facts: FleetFacts) -> frozenset[Key] | None:
    """The subjects that are asked about; None for everything."""
    if asked.subject is None and asked.steps is None:
        return None
    keys = frozenset((one.kind, one.id) for one in view.subjects)
    if asked.subject is not None:
        keys = _around(subject_named(asked.subject, view.subjects), asked, view.subjects, facts)
    if asked.steps is None:
        return keys
    return frozenset(key for key in keys if (key[0] is SubjectKind.MESH) == (asked.steps is StepKind.MESH))


def subject_named(text: str, subjects: Sequence[SubjectSeen]) -> SubjectSeen:
    """The subject that is called so, by id, name, or kind and id such as `mesh:6b1c`.

    Raises:
        NotThatSubjectError: none is, or several are.
    """
    meant = [one for one in subjects if text in {one.id, one.name, f"{one.kind.value}:{one.id}"}]
    meant += [one for one in subjects if not meant and text.partition("~")[0] == one.name and "~" in text]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise NotThatSubjectError(f"no private cloud, connector or mesh {text!r} was seen")
    names = ", ".join(f"{one.kind.value}:{one.id}" for one in meant)
    raise NotThatSubjectError(f"{text} is the name of several: {names}")


def _around(one: SubjectSeen, asked: Asked, subjects: Iterable[SubjectSeen], facts: FleetFacts) -> frozenset[Key]:
    """A cloud with its connectors and meshes, a connector with its meshes; of a mesh its managers if meant."""
    keys = {(one.kind, one.id)}
    if one.kind is SubjectKind.PRIVATE_CLOUD:
        keys |= {(each.kind, each.id) for each in subjects if one.id in each.clouds}
    ends = dict(_ends(facts))
    if one.kind is SubjectKind.CONNECTOR:
        keys |= {(SubjectKind.MESH, mesh) for mesh, names in ends.items() if one.id in names}
    if one.kind is SubjectKind.MESH and asked.steps is StepKind.MANAGER:
        keys |= {(each.kind, each.id) for each in subjects if each.id in ends.get(one.id, ())}
    return frozenset(keys)


def _ends(facts: FleetFacts) -> Iterator[tuple[str, frozenset[str]]]:
    for mesh, reporter in meshes_seen(facts):
        yield mesh.id, frozenset(one.manager.id for one in (reporter, *ends_seen(mesh, facts)))


def _asked_of(asked: Asked, view: RunView) -> str:
    if asked.subject is not None:
        one = subject_named(asked.subject, view.subjects)
        return f"{KINDS[one.kind][0]} {one.name}"
    cloud = view.run.request.private_cloud
    return f"{KINDS[SubjectKind.PRIVATE_CLOUD][0]} {cloud}" if cloud else "the whole scope"


# --- judging ----------------------------------------------------------------------------------------------------------


def _case(observed: Observed, findings: tuple[Finding, ...], about: frozenset[Key] | None) -> Case:
    view, inventory = observed.view, observed.inventory
    return Case(
        subjects=view.subjects,
        placed=view.placed,
        findings=findings,
        facts=observed.facts,
        now=observed.now,
        azure_at=inventory.observed_at if inventory else None,
        standing=tuple(map(_standing, needs(view))),
        contacts=_contacts(observed),
        about=about,
    )


def _standing(need: Need) -> Reason:
    return Reason(
        kind=ReasonKind.STANDING,
        subject_kind=need.kind,
        subject=need.subject,
        code=need.reason,
        detail=need.detail,
        who=need.who,
        remedy=need.remedy,
    )


def _contacts(observed: Observed) -> dict[str, str]:
    plan = observed.view.plan
    if observed.policy is None or observed.inventory is None or plan is None:
        return {}
    people = book(observed.policy, observed.inventory, observed.facts, plan)
    return {one.id: people.asked(people.at(one.kind, one.id)) for one in observed.view.subjects}


def _of_interest(reasons: Iterable[Reason], asked: Asked) -> Iterator[Reason]:
    """Where chosen checks alone are asked, what those say, and what is too old whatever is asked."""
    for one in reasons:
        if not asked.only or one.code in asked.only or one.kind is ReasonKind.TOO_OLD:
            yield one


def _not_asked(asked: Asked, findings: Iterable[Finding]) -> tuple[Reason, ...]:
    """A check that was asked of nobody is no pass."""
    told = {one.check for one in findings}
    return tuple(
        _reason("not-asked", f"{check} was asked of nothing: no step that it concerns is left to do")
        for check in asked.only
        if check not in told
    )


def _broken(view: RunView) -> tuple[Reason, ...]:
    return (_reason("run-stopped", view.run.problem),) if view.run.problem else ()


def _reason(code: str, detail: str) -> Reason:
    return Reason(
        kind=ReasonKind.STANDING,
        subject_kind=SubjectKind.SUBSCRIPTION,
        subject="",
        code=code,
        detail=detail,
        who=ANYBODY,
        remedy=OBSERVE_AGAIN,
    )


def _verdict(asked: Asked, observed: Observed, found: Readiness, *, holds: bool) -> str:
    word = "READY" if holds else "NOT READY"
    if asked.only:
        said = "nothing stands in the way" if holds else "something stands in the way"
        word = f"NOT READY as a whole, which was not asked; by {', '.join(asked.only)} alone, {said}"
    elif asked.steps:
        word = f"{word} for the {asked.steps.value} step"
    seen = f", observed from {moment(found.observed_from)}" if found.observed_from else ""
    kept = f", as of {moment(observed.as_of)}, judged at {moment(observed.now)}" if observed.as_of else ""
    counts = f"; holds until {moment(found.counts_until)}" if holds and found.counts_until else ""
    return f"{word}{kept}{seen}{counts}"


# --- rows -------------------------------------------------------------------------------------------------------------


class _Rows:
    """Subjects with everything that is said of each."""

    def __init__(
        self,
        view: RunView,
        findings: Iterable[Finding],
        judged: Mapping[Key, SubjectReadiness],
        asked: Asked,
    ) -> None:
        self._placed = {(one.kind, one.subject): one for one in view.placed}
        self._judged = judged
        self._asked = asked
        self._cases: dict[str, list[CheckCase]] = defaultdict(list)
        for one in findings:
            self._cases[one.subject].append(case_of(one))

    def row(self, seen: SubjectSeen) -> CheckedSubject:
        """One of them."""
        placed, judged = self._placed[seen.kind, seen.id], self._judged[seen.kind, seen.id]
        reasons = tuple(_of_interest(judged.reasons, self._asked))
        return CheckedSubject(
            kind=seen.kind,
            id=seen.id,
            name=seen.name,
            clouds=seen.clouds,
            version=short(seen.version) if seen.version else "",
            bucket=placed.bucket,
            detail=placed.detail,
            who_acts_next=placed.who_acts_next,
            ready=judged.ready and not self._asked.only,
            reasons=reasons,
            cases=tuple(self._cases[seen.id]),
            observed_from=judged.observed_from,
            counts_until=judged.counts_until,
        )


def case_of(one: Finding) -> CheckCase:
    """A finding as every form counts it."""
    return CheckCase(
        check=one.check,
        title=TITLES.get(one.check, one.check),
        verdict=one.verdict,
        state=_state(one),
        waived=one.waived,
        summary=one.summary,
        remedy=one.remedy,
        link=one.link,
        observed_at=one.observed_at,
    )


_STATES = {
    Verdict.PASS: CaseState.PASSED,
    Verdict.WARN: CaseState.WARNED,
    Verdict.MANUAL: CaseState.SKIPPED,
    Verdict.NOT_APPLICABLE: CaseState.SKIPPED,
    Verdict.OUTAGE_RISK: CaseState.BLOCKING,
    Verdict.UPGRADE_FAILURE: CaseState.BLOCKING,
    Verdict.UNKNOWN: CaseState.UNKNOWN,
}


def _state(one: Finding) -> CaseState:
    return CaseState.SKIPPED if one.waived else _STATES[one.verdict]


def _counts(placed: Iterable[Placed], keys: Collection[Key]) -> tuple[BucketCount, ...]:
    found = Counter((one.kind, one.bucket) for one in placed if (one.kind, one.subject) in keys)
    kinds = list(SubjectKind)
    ordered = sorted(found.items(), key=lambda one: (kinds.index(one[0][0]), WORST_FIRST.index(one[0][1])))
    return tuple(BucketCount(kind=kind, bucket=bucket, number=number) for (kind, bucket), number in ordered)
