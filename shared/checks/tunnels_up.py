"""Are the tunnels of the mesh up?"""

from collections.abc import Iterable

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.standing import Standing, appliances
from shared.checks.words import counted, names
from shared.model.facts import ApplianceKind, Health
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import TUNNELS

CARRIES = frozenset({ApplianceKind.INTERCONNECT, ApplianceKind.NETWORK_EXTENSION})
"""Appliances with a tunnel of their own."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The tunnels of all interconnect and network extension appliances are up, seen from both sides.

    A tunnel that is down or degraded before the upgrade leaves nobody able to tell what the upgrade did, and an
    appliance that cannot reach its peer cannot go together with it. Only a tunnel's state is read: that it is up does
    not prove that traffic passes.
    """
    found = appliances(context, TUNNELS)
    unseen = tuple(one for one in found if isinstance(one, Judgement))
    carrying = [one for one in found if isinstance(one, Standing) and one.appliance.kind in CARRIES]
    if unseen or not carrying:
        return unseen or (_none(context, [one for one in found if isinstance(one, Standing)]),)
    faults = tuple(fault for fault in (_down(carrying), _strange(carrying)) if fault)
    return faults or (
        Judgement(
            verdict=Verdict.PASS,
            summary=f"{counted(len(carrying), 'appliance')} of both sides have their tunnels up",
            evidence=_evidence(carrying),
        ),
    )


def _down(carrying: list[Standing]) -> Judgement | None:
    down = [one for one in carrying if one.appliance.tunnel.health in {Health.DOWN, Health.DEGRADED}]
    if not down:
        return None
    return Judgement(
        verdict=Verdict.OUTAGE_RISK,
        summary=f"{counted(len(down), 'tunnel')} not up: {_told(down)}",
        evidence=_evidence(down),
        remedy="at the source site: Interconnect > Service Mesh > View Appliances, mend the tunnel, then observe again",
    )


def _strange(carrying: list[Standing]) -> Judgement | None:
    strange = [one for one in carrying if one.appliance.tunnel.health is Health.UNKNOWN]
    if not strange:
        return None
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{counted(len(strange), 'tunnel')} in a state that is not understood: {_told(strange)}",
        evidence=_evidence(strange),
        remedy="look at Interconnect > Service Mesh > View Appliances",
    )


def _none(context: CheckContext, standing: list[Standing]) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{' and '.join(context.managers)} list no interconnect or network extension appliance of the mesh",
        evidence=_evidence(standing),
        remedy="compare Interconnect > Service Mesh > View Appliances at both sites",
    )


def _told(standing: Iterable[Standing]) -> str:
    return names(f"{one.appliance.name} {one.appliance.tunnel.text}" for one in standing)


def _evidence(standing: Iterable[Standing]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(text=f"{one.appliance.name}: tunnel {one.appliance.tunnel.text}", observed_at=one.at)
        for one in standing
    )


CHECK = Check(
    id="tunnels-up",
    title="The tunnels of the mesh are up",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.OUTAGE_RISK, Verdict.UNKNOWN}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
