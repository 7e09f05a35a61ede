"""May the account look at everything?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_manager import let_in
from shared.checks.words import names
from shared.model.facts import Gap, GapReason, ManagerFacts
from shared.model.finding import Evidence, Verdict

EVERYBODY_OFFERS = ("identity", "pairings", "meshes", "appliances")
"""Sections whose calls every release has: a manager that does not offer one of them keeps it from the account."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The account of each manager is let see versions, pairings, meshes and appliances.

    A user who is in the vCenter and in no role of HCX gets dashboards that show NaN, and 403 for an answer: a fault
    that is seen in practice. What cannot be read for another reason is left to the check of that reason.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = let_in(context, manager)
    if isinstance(seen, Judgement):
        return seen
    kept = _kept_back(seen.value)
    if kept:
        return _manual(manager, kept)
    evidence = (Evidence(text="log-in taken, and nothing kept from the account", observed_at=seen.at),)
    return Judgement(verdict=Verdict.PASS, summary=f"{manager} keeps nothing from the account", evidence=evidence)


def _kept_back(facts: ManagerFacts) -> list[Gap]:
    return [one for one in facts.gaps if one.section in EVERYBODY_OFFERS and one.reason is GapReason.NOT_OFFERED]


def _manual(manager: str, kept: list[Gap]) -> Judgement:
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{manager} takes the log-in and keeps from the account: {names(one.section for one in kept)}",
        evidence=tuple(Evidence(text=f"{one.section}: {one.detail}", observed_at=one.at) for one in kept),
        remedy="whoever has the account of port 9443: see in the role mapping that a group of this user has the role "
        "of an HCX administrator; its dashboard in HCX shows NaN where it has not",
    )


CHECK = Check(
    id="roles-mapped",
    title="The account has its role in HCX",
    concerns=frozenset({Concern.MANAGER, Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
