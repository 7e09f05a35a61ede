"""Is the manager at the other end of a pairing the one that answers there?"""

from collections.abc import Iterator

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import left_to, nothing
from shared.checks.site_pairs_healthy import CHECK as PAIRS_CHECK
from shared.checks.words import counted, names
from shared.model.facts import Identity, Pairing, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import PAIRINGS, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The system that a pairing names is the one that answers at the pairing's address.

    A manager that was deployed anew has a new id, and a pairing that still names the old one is a pairing with nobody.
    Two witnesses that disagree are a no. Addresses that hcx-fleet does not dial itself are not judged.
    """
    return tuple(one for manager in context.managers for one in _judge(context, manager))


def _judge(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    listed = look(context, manager, PAIRINGS)
    if isinstance(listed, Judgement):
        return (left_to(PAIRS_CHECK.id, listed),)
    compared = [(pairing, other, seen) for pairing in listed.value for other, seen in _there(context, pairing)]
    evidence = (
        Evidence(text=f"{manager}: {counted(len(listed.value), 'site pairing')} listed", observed_at=listed.at),
        *(
            Evidence(text=f"{other}: calls itself {seen.value.system_id}", observed_at=seen.at)
            for _, other, seen in compared
        ),
    )
    if not compared:
        return nothing(f"{manager} lists no site pairing with an address that hcx-fleet dials", evidence)
    strange = [other for pairing, other, seen in compared if pairing.remote_system_id != seen.value.system_id]
    if strange:
        return (_strange(manager, strange, evidence),)
    told = f"{manager}: {counted(len(compared), 'site pairing')} with the system that answers there"
    return (Judgement(verdict=Verdict.PASS, summary=told, evidence=evidence),)


def _there(context: CheckContext, pairing: Pairing) -> Iterator[tuple[str, Seen[Identity]]]:
    """The managers that hcx-fleet reaches at the address of a pairing, as far as they were identified lately."""
    for facts in context.facts.at_host(pairing.remote_host):
        seen = look(context, facts.manager.id, VERSION)
        if isinstance(seen, Seen):
            yield facts.manager.id, seen


def _strange(manager: str, strange: list[str], evidence: tuple[Evidence, ...]) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager} is paired with another system than the one that answers at the address of {names(strange)}",
        evidence=evidence,
        remedy="see in the HCX console of the manager that lists it whom the pairing is with; make it anew where the "
        "other end was deployed anew",
    )


CHECK = Check(
    id="pairs-identified",
    title="Pairings lead to the managers that answer there",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.REQUIREMENTS,
    judge=judge,
)
