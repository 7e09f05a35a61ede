"""Does the step need one day for everybody?"""

from dataclasses import replace

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.paired_versions import CHECK as VERSIONS_CHECK
from shared.checks.silent import left_to, nothing
from shared.checks.site_pairs_healthy import CHECK as PAIRS_CHECK
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.checks.words import names
from shared.model.facts import Identity, Seen
from shared.model.finding import BLOCKING, Evidence, Verdict
from shared.rules import grouping
from shared.rules.freshness import PAIRINGS, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The step stays inside one major release, so that managers may be upgraded one after the other.

    Between 4.x and 9.x pairings break (KB 427904, quoted): from 4.11 to 9.x everybody who is paired goes on one day
    that is agreed with the provider. Whether that day is agreed only a person knows. Where `paired-versions` blocks
    such a step it is left to that one, which asks for the same day.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    seen, listed = look(context, manager, VERSION), look(context, manager, PAIRINGS)
    if isinstance(seen, Judgement):
        return (left_to(PATH_CHECK.id, seen),)
    if isinstance(listed, Judgement):
        return (left_to(PAIRS_CHECK.id, listed),)
    version, target = seen.value.version, context.target
    if target is None or not version.known or not target.known:
        return nothing(f"{manager} has no target, or a version that is not understood")
    if target.major == version.major or target.older_than(version):
        evidence = (Evidence(text=f"version {version}", observed_at=seen.at),)
        return (Judgement(verdict=Verdict.PASS, summary=f"{manager} stays at {version.major}.x", evidence=evidence),)
    blocked = _blocked(context, manager)
    return (left_to(VERSIONS_CHECK.id, blocked) if blocked else _to_agree(context, manager, seen),)


def _blocked(context: CheckContext, manager: str) -> Judgement | None:
    """What `paired-versions` has against the step."""
    judged = VERSIONS_CHECK.judge(replace(context, managers=(manager,)))
    return next((one for one in judged if one.verdict in BLOCKING), None)


def _to_agree(context: CheckContext, manager: str, seen: Seen[Identity]) -> Judgement:
    facts = context.facts.of(manager)
    paired = names(one.manager.id for one in grouping.partners(context.facts, facts)) if facts else ""
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager} goes from {seen.value.version} to {context.target}, on one day with "
        f"{paired or 'whatever is paired with it'}",
        evidence=(Evidence(text=f"version {seen.value.version}", observed_at=seen.at),),
        remedy="agree the day with the provider and with the owners of all paired managers; never begin on one side",
    )


CHECK = Check(
    id="flag-day",
    title="The step stays inside one major release",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.SKEW,
    judge=judge,
)
