"""Does a port group of the mesh bind ephemerally?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried
from shared.checks.words import counted, names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """No extended network of the mesh has a port group that binds ephemerally.

    The user guide: a standard upgrade, an in-service upgrade and a redeployment of the appliance all fail on such a
    port group. HCX refuses to extend one in the first place, and no manager is known to report the binding; so a
    network of which it is not known passes with those words. Networks that were not observed at all are unknown.

    Nobody can waive a network of the mesh that is seen to bind so: the upgrade fails whatever anybody decides. One that
    names no appliance may be another mesh's, and what was not observed may be well: those can be waived.
    """
    found = carried(context)
    if isinstance(found, Judgement):
        return (found,)
    ephemeral = [one.network for one in (*found.networks, *found.unplaced) if one.ephemeral]
    return (_ephemeral(found, ephemeral) if ephemeral else _none(found),)


def _ephemeral(found: Carried, ephemeral: list[str]) -> Judgement:
    told = names(ephemeral)
    return Judgement(
        verdict=Verdict.UPGRADE_FAILURE,
        summary=f"{found.manager}: {counted(len(ephemeral), 'extended port group')} bound ephemerally: {told}",
        evidence=found.says(f"bound ephemerally: {told}"),
        remedy="give every extended port group static binding, then observe again",
        certain=any(one.ephemeral for one in found.networks),
    )


def _none(found: Carried) -> Judgement:
    untold = [one.network for one in found.networks if one.ephemeral is None]
    rest = f"; the binding of {counted(len(untold), 'network')} is not reported" if untold else ""
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{found.manager}: no extended network is known to bind ephemerally{rest}",
        evidence=found.evidence,
    )


CHECK = Check(
    id="static-binding",
    title="No extended port group binds ephemerally",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
