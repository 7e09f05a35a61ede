"""Does an appliance carry more networks than it may?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.words import counted, names
from shared.model.facts import Appliance
from shared.model.finding import Evidence, Verdict

NETWORKS_MOST = 8
"""By documents on Azure VMware Solution and by public code that chooses an appliance for a new network."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No network extension appliance carries more than eight networks.

    Documents on Azure VMware Solution give eight networks for each appliance, and public code chooses by that number.
    More than that was never shown to be upgraded well. It is a warning, since the product itself lets nobody add a
    ninth, so that a larger count may be one that was read wrongly.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    full = [one for one in found.appliances if one.extension_count > NETWORKS_MOST]
    return (_full(found, full) if full else _fits(found),)


def _full(found: Carried, full: list[Appliance]) -> Judgement:
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{counted(len(full), 'appliance')} with more than {NETWORKS_MOST} networks: "
        f"{names(f'{one.name} {one.extension_count}' for one in full)}",
        evidence=_evidence(found, full),
        remedy="add a network extension appliance to the mesh and move networks to it, or see that the count is right",
    )


def _fits(found: Carried) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{counted(len(found.appliances), 'appliance')} with {NETWORKS_MOST} networks or fewer each",
        evidence=_evidence(found, found.appliances),
    )


def _evidence(found: Carried, some: tuple[Appliance, ...] | list[Appliance]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(text=f"{one.name}: {counted(one.extension_count, 'network')}", observed_at=found.appliances_at)
        for one in some
    )


CHECK = Check(
    id="networks-per-appliance",
    title="No appliance carries more than eight networks",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
