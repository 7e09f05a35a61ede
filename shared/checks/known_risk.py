"""A known risk of the catalogue, judged for one mesh or one manager as a check: the rule decides, not the check.

What such a check declares follows from the delivered catalogue. An override file that makes a risk graver makes its
findings graver as well.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.checks.silent import not_concerned, nothing
from shared.model.facts import ManagerFacts
from shared.model.finding import Evidence, Verdict
from shared.model.version import UNKNOWN
from shared.rules.catalogue.records import Risk, RiskVerdict, RiskWhen
from shared.rules.conditions import Case, Told
from shared.rules.freshness import Aspect
from shared.rules.risks import RiskMatch, accepted, judged

VERDICTS = {
    RiskVerdict.REFUSE: Verdict.OUTAGE_RISK,
    RiskVerdict.WARN: Verdict.WARN,
    RiskVerdict.NOTICE: Verdict.MANUAL,
}
"""What a risk that applies, or that cannot be excluded, comes to."""


def judge_risk(
    context: CheckContext, risk_id: str, managers: tuple[str, ...], *aspects: Aspect[Any]
) -> tuple[Judgement, ...]:
    """Judge one risk of the catalogue.

    Args:
        context: of the check; its target is the version that the risk is asked for.
        risk_id: the entry of the catalogue. An override file may have taken it out: then there is nothing to judge.
        managers: ids of those whose facts decide.
        aspects: what the condition of the risk looks at. Where one of them cannot be seen, or is too old, the check
            that guards it says so, and this one says nothing.
    """
    risk = next((one for one in context.catalogue.risks if one.id == risk_id), None)
    if risk is None or context.target is None:
        why = f"the catalogue has no {risk_id}" if risk is None else "there is no target to judge it for"
        return nothing(f"{context.called}: {why}")
    return tuple(one for manager in managers for one in _of_manager(context, risk, manager, aspects))


def _of_manager(
    context: CheckContext, risk: Risk, manager: str, aspects: tuple[Aspect[Any], ...]
) -> Iterator[Judgement]:
    looks = [look(context, manager, aspect) for aspect in aspects]
    unseen = next((one for one in looks if isinstance(one, Judgement)), None)
    facts = context.facts.of(manager)
    if unseen or facts is None:
        said = unseen.summary if unseen else f"{manager} was not observed"
        yield not_concerned(f"{risk.id} is not judged: {said}")
        return
    oldest = min(one.at for one in looks if not isinstance(one, Judgement))
    yield _judgement(context, risk, manager, _told(context, risk, facts), oldest)


def _told(context: CheckContext, risk: Risk, facts: ManagerFacts) -> Told:
    target = context.target or UNKNOWN
    case = Case(facts=_narrowed(facts, context.mesh), source=facts.version, target=target)
    there = facts.version is not None and facts.version.known and target.known and not facts.version.older_than(target)
    if risk.when == (RiskWhen.LEAVING,) and there:
        return Told(value=False, text=f"it does not leave {facts.version}")
    found = judged(
        risk,
        case,
        ((RiskWhen.GOING_TO, target), (RiskWhen.RUNNING, target), (RiskWhen.LEAVING, facts.version or UNKNOWN)),
    )
    return found or Told(value=False, text="the catalogue names no version that it is a risk of")


def _narrowed(facts: ManagerFacts, mesh: str | None) -> ManagerFacts:
    """The facts of one mesh only, so that a finding about it does not speak of others."""
    if mesh is None:
        return facts
    elsewhere = {one.id for one in facts.appliances.value if one.mesh_id != mesh} if facts.appliances else set()
    return replace(
        facts,
        meshes=_kept(facts.meshes, lambda one: one.id == mesh),
        appliances=_kept(facts.appliances, lambda one: one.mesh_id == mesh),
        extensions=_kept(facts.extensions, lambda one: one.appliance_id not in elsewhere),
        ha_groups=_kept(facts.ha_groups, lambda one: one.mesh_id == mesh),
    )


def _kept(seen: Any, wanted: Any) -> Any:
    return replace(seen, value=tuple(one for one in seen.value if wanted(one))) if seen else None


def _judgement(context: CheckContext, risk: Risk, manager: str, told: Told, at: datetime) -> Judgement:
    evidence = (Evidence(text=told.text or f"{manager}: target {context.target}", observed_at=at),)
    if told.value is False:
        return Judgement(
            verdict=Verdict.PASS, summary=f"{risk.id} does not concern {manager}: {told.text}", evidence=evidence
        )
    match = RiskMatch(risk=risk, subject=manager, applies=told.value, evidence=told.text)
    sure = "" if told.value else ", which cannot be excluded"
    return Judgement(
        verdict=_verdict(context, match),
        summary=f"{manager}: {_inside(risk.title)}{sure} ({risk.id}: {told.text or 'always'})",
        evidence=evidence,
        remedy=risk.message,
    )


def _inside(title: str) -> str:
    """A title as part of a sentence: abbreviations keep their capitals."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _verdict(context: CheckContext, match: RiskMatch) -> Verdict:
    """A refused risk blocks unless somebody takes it, for this manager or for the subject of the task."""
    verdict = VERDICTS[match.risk.verdict]
    taken = context.policy.accepted_risks if context.policy else ()
    whom = (context.subject, *context.managers)
    if any(accepted(replace(match, subject=one), taken, context.now.date()) for one in whom):
        return Verdict.WARN if verdict is Verdict.OUTAGE_RISK else verdict
    return Verdict.UNKNOWN if verdict is Verdict.OUTAGE_RISK and match.applies is None else verdict
