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
    "networks from the other side; or name a probe for each in fleet.yaml under probes"
)


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A probe is named for every network that goes through the mesh; those without one are told.

    A tunnel that is up is no proof of traffic: tunnels have been up while nothing passed. HCX does not show that, so
    only something that is sent through each network does. hcx-fleet does that while an appliance changes, for the
    networks that `fleet.yaml` names a probe for; for each other one a person does. This reads the file alone: whether a
    probe is answered shows right before the change. Where the networks were not read at all, the check that blocks on
    that says so.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    networks = sorted({one.network or one.id for one in (*found.networks, *found.unplaced)})
    if not networks:
        return nothing(f"no network is extended through {context.called}: nothing to probe", found.evidence)
    probed = {probe.network.casefold() for probe in context.policy.probes} if context.policy else set()
    left = [one for one in networks if one.casefold() not in probed]
    return (_unproven(context.called, left, found.at) if left else _proven(context.called, networks, found.at),)


def _proven(called: str, networks: list[str], at: datetime) -> Judgement:
    many = counted(len(networks), "extended network")
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"a probe is sent through each of {many} of {called}: {', '.join(networks)}",
        evidence=tuple(Evidence(text=f"{name}: fleet.yaml names a probe", observed_at=at) for name in networks),
    )


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
    verdicts=frozenset({Verdict.MANUAL, Verdict.PASS, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
