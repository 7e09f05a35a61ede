"""Does anything prove that traffic passes on the extended networks of the mesh?"""

from datetime import datetime

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import carried_elsewhere
from shared.checks.silent import nothing
from shared.checks.words import counted
from shared.model.finding import Evidence, Verdict

BY_HAND = (
    "a person at the site: before and after each network extension appliance, reach something on each of these "
    "networks from the other side"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """It is told which networks go through the mesh without a probe.

    A tunnel that is up is no proof of traffic: tunnels have been up while nothing passed. HCX does not show that, so
    only something that is sent through each network does. hcx-fleet sends nothing through them: a person does, and this
    names the networks. Where they were not read at all, the check that blocks on that says so.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    networks = sorted({one.network or one.id for one in (*found.networks, *found.unplaced)})
    if not networks:
        return nothing(f"no network is extended through {context.called}: nothing to probe", found.evidence)
    return (_unproven(context.called, networks, found.at),)


def _unproven(called: str, networks: list[str], at: datetime) -> Judgement:
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"no probe is sent through {counted(len(networks), 'extended network')} of {called}, and a tunnel "
        f"that is up is no proof of traffic: {', '.join(networks)}",
        evidence=tuple(Evidence(text=f"{name}: no probe", observed_at=at) for name in networks),
        remedy=BY_HAND,
    )


CHECK = Check(
    id="traffic-probed",
    title="Traffic on extended networks is proven",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
