"""Do both ends of a pairing tell the same of it?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import left_to, nothing
from shared.checks.site_pairs_healthy import CHECK as PAIRS_CHECK
from shared.checks.upgrade_path import CHECK as PATH_CHECK
from shared.checks.words import counted, names
from shared.model.facts import Pairing, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.record import record
from shared.rules import grouping
from shared.rules.freshness import PAIRINGS, VERSION


@record
class Both:
    """One pairing, as its two ends list it."""

    partner: str
    here: Pairing
    there: Pairing
    at: Seen[tuple[Pairing, ...]]

    @property
    def text(self) -> str:
        """Both words."""
        return f"{self.partner}: {self.here.status.text} here, {self.there.status.text} there"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Where both ends of a site pairing list it, they tell the same state.

    A pairing is listed where it was made, and the other end need not list it. Where it does and says another thing, one
    of the two is late or has lost it: a warning, since the state itself is judged by the check of the pairings.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    own, listed = look(context, manager, VERSION), look(context, manager, PAIRINGS)
    if isinstance(own, Judgement):
        return (left_to(PATH_CHECK.id, own),)
    if isinstance(listed, Judgement):
        return (left_to(PAIRS_CHECK.id, listed),)
    both = list(_both(context, manager, own.value.system_id, listed.value))
    if not both:
        return nothing(f"{manager} has no site pairing that both ends list")
    evidence = (
        Evidence(text=f"{manager}: {counted(len(listed.value), 'site pairing')} listed", observed_at=listed.at),
        *(Evidence(text=one.text, observed_at=one.at.at) for one in both),
    )
    apart = [one.text for one in both if one.here.status.health is not one.there.status.health]
    if not apart:
        told = f"{manager}: {counted(len(both), 'site pairing')} told alike by both ends"
        return (Judgement(verdict=Verdict.PASS, summary=told, evidence=evidence),)
    return (
        Judgement(
            verdict=Verdict.WARN,
            summary=f"{manager} and its partner tell different things of their pairing ({names(apart)})",
            evidence=evidence,
            remedy="look at the site pairings in the HCX consoles of both ends, then observe again",
        ),
    )


def _both(context: CheckContext, manager: str, own: str, listed: tuple[Pairing, ...]) -> Iterator[Both]:
    facts = context.facts.of(manager)
    for partner in grouping.partners(context.facts, facts) if facts else ():
        system = partner.identity.value.system_id if partner.identity else ""
        seen = look(context, partner.manager.id, PAIRINGS)
        here = next((one for one in listed if one.remote_system_id == system), None)
        there = (
            next((one for one in seen.value if one.remote_system_id == own), None) if isinstance(seen, Seen) else None
        )
        if here and there and isinstance(seen, Seen):
            yield Both(partner=partner.manager.id, here=here, there=there, at=seen)


CHECK = Check(
    id="pairs-told-alike",
    title="Both ends tell the same of their pairing",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
