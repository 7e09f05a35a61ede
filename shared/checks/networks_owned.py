"""Is somebody named for every network that the step interrupts?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_mesh import Carried, carried_elsewhere
from shared.checks.silent import nothing
from shared.checks.words import counted, names
from shared.model.finding import Verdict


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Every extended network of the mesh has an owner in fleet.yaml, once some network has.

    An upgrade of network extension interrupts them shortly, and whoever answers for the application behind each should
    be told before. fleet.yaml may name them for each site; where it names nobody at all, that is kept elsewhere and
    this check says nothing. The names of networks are compared as HCX writes them, whatever their case.
    """
    entries = context.policy.sites if context.policy else ()
    owned = {entry.network.casefold() for site in entries for entry in site.networks}
    if not owned:
        return nothing("fleet.yaml names no owner of any extended network")
    found = carried_elsewhere(context)
    if isinstance(found, Judgement):
        return (found,)
    orphans = [one.network for one in found.networks if one.network.casefold() not in owned]
    return (_orphans(found, orphans) if orphans else _all_owned(found),)


def _orphans(found: Carried, orphans: list[str]) -> Judgement:
    told = names(orphans)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{found.manager}: {counted(len(orphans), 'extended network')} without an owner in fleet.yaml: {told}",
        evidence=found.says(f"extended: {told}"),
        remedy="the owner of fleet.yaml: name who answers for the application on each of them, and tell them",
    )


def _all_owned(found: Carried) -> Judgement:
    return Judgement(
        verdict=Verdict.PASS,
        summary=f"{found.manager}: {counted(len(found.networks), 'extended network')}, all with an owner in fleet.yaml",
        evidence=found.evidence,
    )


CHECK = Check(
    id="networks-owned",
    title="Somebody is named for every extended network",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
)
