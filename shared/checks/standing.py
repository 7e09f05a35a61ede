"""The appliances of the mesh that a check is about, as each of its two managers reports its own side."""

from datetime import datetime

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import look
from shared.model.facts import Appliance
from shared.model.finding import Evidence, Verdict
from shared.model.record import record
from shared.rules.freshness import Aspect


@record
class Standing:
    """One appliance, and when it was seen."""

    appliance: Appliance
    at: datetime


def appliances(
    context: CheckContext, aspect: Aspect[tuple[Appliance, ...]]
) -> tuple[Standing, ...] | tuple[Judgement, ...]:
    """Appliances of both sides, or the judgements on every side that could not be seen or has none."""
    standing: list[Standing] = []
    unseen: list[Judgement] = []
    for manager in context.managers:
        seen = look(context, manager, aspect)
        if isinstance(seen, Judgement):
            unseen.append(seen)
            continue
        own = [one for one in seen.value if one.mesh_id == context.mesh]
        standing += [Standing(appliance=one, at=seen.at) for one in own]
        unseen += [] if own else [_none(manager, seen.at)]
    return tuple(unseen) if unseen else tuple(standing)


def _none(manager: str, at: datetime) -> Judgement:
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{manager} lists no appliance of the mesh on its side",
        evidence=(Evidence(text=f"{manager}: no appliance of this mesh", observed_at=at),),
        remedy="compare Interconnect > Service Mesh > View Appliances at both sites",
    )
