"""Is there a snapshot on both sides, or on none?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import not_concerned, nothing
from shared.checks.words import names
from shared.model.facts import ManagerFacts
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.model.record import record
from shared.rules.freshness import PROTECTION
from shared.rules.protection import BOTH_SIDES


@record
class _Side:
    """One manager, and whether a snapshot of it is known that is no older than a day; None: nobody could see."""

    facts: ManagerFacts
    has: bool | None
    evidence: tuple[Evidence, ...]

    @property
    def name(self) -> str:
        return self.facts.manager.id


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Where one manager of a pairing has a snapshot of today, the connectors that it is paired with have one as well.

    Managers are rolled back on both sides or not at all. That a cloud manager has none is the normal state: its own is
    gone before its connector's turn comes. So only a connector without one beside a manager with one is told.
    """
    facts = context.facts.of(context.subject)
    every = () if facts is None else (facts, *_partners(context, facts))
    sides = tuple(_side(context, one) for one in every)
    having = [one.name for one in sides if one.has]
    if not having or len(sides) == 1:
        return nothing(f"{context.subject}: no snapshot of today is known on any side of a pairing")
    return (_judged(sides, having),)


def _partners(context: CheckContext, facts: ManagerFacts) -> Iterator[ManagerFacts]:
    ends = sorted({one.remote_system_id for one in facts.pairings.value} if facts.pairings else ())
    yield from (one for end in ends if (one := context.facts.by_system_id(end)) is not None)


def _side(context: CheckContext, facts: ManagerFacts) -> _Side:
    seen = look(context, facts.manager.id, PROTECTION)
    if isinstance(seen, Judgement):
        return _Side(facts=facts, has=None, evidence=seen.evidence)
    made_at = seen.value.snapshot_at
    has = made_at is not None and PROTECTION.life.covers(made_at, context.now)
    return _Side(facts=facts, has=has, evidence=(Evidence(text=_text(facts, has=has), observed_at=seen.at),))


def _text(facts: ManagerFacts, *, has: bool) -> str:
    return f"{facts.manager.id}: {'a snapshot' if has else 'no snapshot'} of today"


def _judged(sides: tuple[_Side, ...], having: list[str]) -> Judgement:
    evidence = tuple(told for one in sides for told in one.evidence)
    connectors = [one for one in sides if one.facts.manager.kind is ManagerKind.CONNECTOR and not one.has]
    without = [one.name for one in connectors if one.has is False]
    if connectors:
        unseen = names(one.name for one in connectors)
        said = f"{names(without)} has none" if without else f"nobody sees one of {unseen}"
        return Judgement(
            verdict=Verdict.WARN if without else Verdict.MANUAL,
            summary=f"{names(having)} has a snapshot of today, {said}: {BOTH_SIDES}",
            evidence=evidence,
            remedy="the site: take a snapshot of the connector as well, or see that there is one",
        )
    clouds = [one.name for one in sides if not one.has]
    if clouds:
        return not_concerned(f"{names(having)} has a snapshot of today, and that {names(clouds)} has none is normal")
    return Judgement(verdict=Verdict.PASS, summary=f"{names(having)} have snapshots of today", evidence=evidence)


CHECK = Check(
    id="snapshots-both-sides",
    title="There are snapshots on both sides, or on none",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
