"""Is it known which appliance carries which network?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.words import counted, names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every extended network of the initiator names an appliance that it lists.

    A network without an appliance may be carried by this mesh or by another one of the same manager, and then nobody
    can say whose application an upgrade interrupts. It is a warning; that a network names its appliance in an answer is
    inferred.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    return (_unplaced(found) if found.unplaced else _placed(found),)


def _unplaced(found: Carried) -> Judgement:
    told = names(one.network for one in found.unplaced)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{found.manager}: {counted(len(found.unplaced), 'extended network')} with no known appliance: {told}",
        evidence=found.says(f"no known appliance: {told}"),
        remedy="look at Network Extension which appliance carries them; they may be interrupted by this mesh",
    )


def _placed(found: Carried) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{found.manager}: every extended network names its appliance",
        evidence=found.evidence,
    )


CHECK = Check(
    id="extensions-placed",
    title="Every extended network names its appliance",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
