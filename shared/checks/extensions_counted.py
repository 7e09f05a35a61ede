"""Do networks and appliances agree on their number?"""

from collections import Counter

from shared.checks import links
from shared.checks.extensions_placed import CHECK as PLACED_CHECK
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.silent import left_because
from shared.checks.words import counted, names
from shared.model.facts import Appliance
from shared.model.finding import Evidence, Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Each appliance counts as many networks as name it.

    The two are told by different calls. Where they differ, one of them is late or a network was lost, and the number of
    networks that an upgrade interrupts is a guess. A warning, since that a network names its appliance in an answer is
    inferred. Where networks name none, extensions-placed says so and there is nothing to compare.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    if found.unplaced:
        return (left_because(PLACED_CHECK.id, "some networks name no appliance", found.evidence),)
    listed = Counter(one.appliance_id for one in found.networks)
    apart = [one for one in found.appliances if one.extension_count != listed[one.id]]
    return (_apart(found, apart, listed) if apart else _agree(found),)


def _apart(found: Carried, apart: list[Appliance], listed: Counter[str | None]) -> Judgement:
    told = names(f"{one.name} counts {one.extension_count}, named by {listed[one.id]}" for one in apart)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(apart), 'appliance')} with another number of networks than is listed: {told}",
        evidence=(Evidence(text=told, observed_at=found.at),),
        remedy="compare Network Extension with the appliances of the mesh, then observe again",
    )


def _agree(found: Carried) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(found.networks), 'extended network')} listed, as many as the appliances count",
        evidence=found.evidence,
    )


CHECK = Check(
    id="extensions-counted",
    title="Networks and appliances agree on their number",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
