"""Are the extended networks as they should be?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.words import counted, names
from shared.model.facts import Health, NetworkExtension
from shared.model.finding import Verdict

REMEDY = "look at Network Extension, and test a machine on each of these networks before and after the upgrade"


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every extended network of the mesh is in its good state.

    A network that is not well before the upgrade leaves nobody able to tell what the upgrade did. Which word HCX has
    for the good state is not public: REALIZED is inferred. So a word that is not understood is for a person, and one
    that is understood as bad is a warning; neither blocks, since tunnels are judged for themselves.
    """
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    bad = [one for one in found.networks if one.state.health in {Health.DOWN, Health.DEGRADED}]
    strange = [one for one in found.networks if one.state.health is Health.UNKNOWN]
    faults = (
        *([_told(found, Verdict.WARN, bad, "not in a good state")] if bad else []),
        *([_told(found, Verdict.MANUAL, strange, "in a state that is not understood")] if strange else []),
    )
    return faults or (_well(found),)


def _told(found: Carried, verdict: Verdict, some: list[NetworkExtension], what: str) -> Judgement:
    told = names(f"{one.network} {one.state.text}" for one in some)
    return Judgement(
        verdict=verdict,
        summary=f"{found.manager}: {counted(len(some), 'extended network')} {what}: {told}",
        evidence=found.says(told),
        remedy=REMEDY,
    )


def _well(found: Carried) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{found.manager}: {counted(len(found.networks), 'extended network')} of the mesh in a good state",
        evidence=found.evidence,
    )


CHECK = Check(
    id="extensions-realized",
    title="The extended networks are in a good state",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
