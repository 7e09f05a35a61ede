"""Are the other managers that the ends of the mesh are paired with at the target?"""

from dataclasses import replace

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.silent import nothing
from shared.checks.words import counted, names
from shared.model.facts import Identity, Seen
from shared.model.finding import Evidence, Verdict
from shared.rules import grouping
from shared.rules.freshness import PAIRINGS, VERSION


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Managers beyond the mesh's own two that are paired with one of them are at the target as well.

    Microsoft's page asks for all paired managers on both sites; the guide of 4.10 for the two of the pair. The mesh
    waits for its own two, and for all of them where the catalogue says so for the target. Otherwise the rest is a
    warning. While a plan is being made this is silent, since its own tasks bring it about.
    """
    pairs = {manager: look(context, manager, PAIRINGS) for manager in context.managers}
    unseen = next((one for one in pairs.values() if isinstance(one, Judgement)), None)
    if unseen:
        return (replace(unseen, verdict=Verdict.WARN),)
    if context.target is None or not context.target.known:
        return nothing("there is no target that is understood to compare with")
    others = _others(context)
    if not others:
        return nothing("neither end of the mesh is paired with a third manager")
    return (_judged(context, others),)


def _others(context: CheckContext) -> list[str]:
    ends = [facts for manager in context.managers if (facts := context.facts.of(manager))]
    partners = (one.manager.id for facts in ends for one in grouping.partners(context.facts, facts))
    return sorted(set(partners) - set(context.managers))


def _judged(context: CheckContext, others: list[str]) -> Judgement:
    seen = {name: look(context, name, VERSION) for name in others}
    late = [name for name, one in seen.items() if not _there(context, one)]
    evidence = tuple(
        Evidence(text=f"{name}: version {one.value.version}", observed_at=one.at)
        if isinstance(one, Seen)
        else Evidence(text=one.summary, observed_at=None)
        for name, one in seen.items()
    )
    if late:
        return Judgement(
            verdict=Verdict.WARN,
            summary=f"{counted(len(late), 'paired manager')} beside the mesh not seen at {context.target}: "
            f"{names(late)}",
            evidence=evidence,
            remedy="upgrade them soon after, or before this mesh where nothing presses",
        )
    told = f"{counted(len(others), 'paired manager')} beside the mesh at {context.target}"
    return Judgement(verdict=Verdict.PASS, summary=told, evidence=evidence)


def _there(context: CheckContext, seen: Seen[Identity] | Judgement) -> bool:
    if not isinstance(seen, Seen) or context.target is None:
        return False
    version = seen.value.version
    return version.known and not version.older_than(context.target)


CHECK = Check(
    id="neighbours-at-target",
    title="The other paired managers are at the target too",
    concerns=frozenset({Concern.MESH}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.APPLIANCES,
    judge=judge,
    brought_about=True,
)
