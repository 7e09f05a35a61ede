"""Are the appliances of the mesh understood?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.standing import Standing, appliances
from shared.checks.words import counted, names
from shared.model.facts import ApplianceKind
from shared.model.finding import Evidence, Verdict
from shared.rules.freshness import APPLIANCES


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Kind and version of every appliance of the mesh, on both sides, are understood.

    What is not understood could be left behind without anybody noticing. Names of the sentinel appliances are public
    nowhere, so these are not understood either.
    """
    found = appliances(context, APPLIANCES)
    unseen = tuple(one for one in found if isinstance(one, Judgement))
    standing = [one for one in found if isinstance(one, Standing)]
    if unseen:
        return unseen
    fault = _strange(standing)
    return (
        fault
        or Judgement(
            verdict=Verdict.PASS,
            summary=f"{counted(len(standing), 'appliance')} of both sides are understood",
            evidence=tuple(_evidence(one) for one in standing),
        ),
    )


def _strange(standing: list[Standing]) -> Judgement | None:
    strange = [one for one in standing if _is_strange(one)]
    if not strange:
        return None
    return Judgement(
        verdict=Verdict.UNKNOWN,
        summary=f"{counted(len(strange), 'appliance')} of a kind or version that is not understood: "
        f"{names(one.appliance.name for one in strange)}",
        evidence=tuple(_evidence(one) for one in strange),
        remedy="read them at Interconnect > Service Mesh > View Appliances; the owner of hcx-fleet: add what is new",
    )


def _is_strange(one: Standing) -> bool:
    return one.appliance.kind is ApplianceKind.UNKNOWN or not one.appliance.version.known


def _evidence(one: Standing) -> Evidence:
    return Evidence(
        text=f"{one.appliance.name}: {one.appliance.kind.value}, version {one.appliance.version}", observed_at=one.at
    )


CHECK = Check(
    id="appliances-known",
    title="Kind and version of every appliance are understood",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.UNKNOWN}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
