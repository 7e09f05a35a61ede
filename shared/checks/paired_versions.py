"""Do the paired managers still work with each other after the step?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.facts import Identity, ManagerFacts, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.version import Version
from shared.rules import grouping
from shared.rules.freshness import PAIRINGS, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The manager, once at its target, still fits every manager it is paired with.

    HCX 4.x and 9.x do not pair, and nothing in the product prevents it (KB 427904): a step that leaves such a pair
    behind is an outage risk, and such a move a matter of one day agreed for both sides. More minor releases apart than
    the catalogue allows is a warning. So is a partner of which nobody knows the version, since its own finding says
    what is wrong with it; it is unknown only where this step would change the major.
    """
    return tuple(judgement for manager in context.managers for judgement in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    own, listed = look(context, manager, VERSION), look(context, manager, PAIRINGS)
    if isinstance(own, Judgement) or isinstance(listed, Judgement):
        return tuple(one for one in (own, listed) if isinstance(one, Judgement))
    facts = context.facts.of(manager)
    after = _after(own.value.version, context.target)
    if facts is None or after is None:
        return (_not_understood(manager, own.value.version, own),)
    partners = grouping.partners(context.facts, facts)
    open_ends = grouping.open_ends(context.facts, facts)
    crossing = after.major != own.value.version.major
    judged = [_pair(context, manager, after, partner, crossing=crossing) for partner in partners]
    judged += [_unseen(manager, one.remote_name or one.remote_url, crossing=crossing) for one in open_ends]
    if not judged:
        return (Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} is paired with no manager"),)
    return tuple(one for one in judged if one.verdict is not Verdict.PASS) or (_all_fit(manager, after, judged),)


def _after(version: Version, target: Version | None) -> Version | None:
    """The version once the step is done: a manager beyond the target stays where it is."""
    if not version.known or (target is not None and not target.known):
        return None
    return version if target is None or target.older_than(version) else target


def _pair(context: CheckContext, manager: str, after: Version, partner: ManagerFacts, *, crossing: bool) -> Judgement:
    name = partner.manager.id
    seen = look(context, name, VERSION)
    if isinstance(seen, Judgement) or not seen.value.version.known:
        return _unseen(manager, name, crossing=crossing)
    other = seen.value.version
    evidence = (Evidence(text=f"{name}: version {other}", observed_at=seen.at),)
    if after.major != other.major:
        return Judgement(
            verdict=Verdict.OUTAGE_RISK,
            summary=f"{manager} at {after.release} and {name} at {other.release} do not pair: {after.major}.x and "
            f"{other.major}.x are unsupported together",
            evidence=evidence,
            remedy="move both sides on a day agreed with the provider, or choose a target of the same major",
        )
    most = context.catalogue.skew.managers.minors
    if abs(after.minor - other.minor) > most:
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} at {after.release} and {name} at {other.release} are more than {most} "
            "minor releases apart",
            evidence=evidence,
            remedy=f"upgrade {name} soon after",
        )
    return Judgement(verdict=Verdict.PASS, summary=f"{name} {other.release}", evidence=evidence)


def _unseen(manager: str, partner: str, *, crossing: bool) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN if crossing else Verdict.WARN,
        summary=f"{manager} is paired with {partner}, of which the version is not known",
        evidence=(Evidence(text=f"{partner}: no version observed that counts", observed_at=None),),
        remedy=f"see the finding on {partner}, or add it to fleet.yaml; then observe again",
    )


def _not_understood(manager: str, version: Version, seen: Seen[Identity]) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager}: its version or its target is not understood",
        evidence=(Evidence(text=f"version {version}", observed_at=seen.at),),
        remedy="the owner of hcx-fleet: add the shape of that version with its source",
    )


def _all_fit(manager: str, after: Version, judged: list[Judgement]) -> Judgement:
    others = ", ".join(one.summary for one in judged)
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{manager} at {after.release} fits its pairs: {others}",
        evidence=tuple(evidence for one in judged for evidence in one.evidence),
    )


CHECK = Check(
    id="paired-versions",
    title="Paired managers fit each other",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.SKEW,
    judge=judge,
)
