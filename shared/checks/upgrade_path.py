"""Is there a way from the observed version to the target?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.model.finding import Evidence, Verdict
from shared.model.version import Version
from shared.rules.freshness import VERSION
from shared.rules.path import NoPath, hops


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The catalogue lists a path from the observed version to the target.

    Nothing is concluded from version numbers alone: a release without a listed way to the target has none, and a
    version that is not understood is unknown. A manager that is at its target, or beyond it, needs none.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    if context.target is None:
        return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"{manager} has no target to find a path to")
    seen = look(context, manager, VERSION)
    if isinstance(seen, Judgement):
        return seen
    version = seen.value.version
    evidence = (Evidence(text=f"version {version}", observed_at=seen.at),)
    found = hops(version, context.target, context.catalogue.paths)
    if not isinstance(found, NoPath):
        return Judgement(verdict=Verdict.PASS, summary=_told(manager, version, found), evidence=evidence)
    if found.rule == "not-newer":
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager} is at {version.release}, beyond {context.target}",
            evidence=evidence,
        )
    return Judgement(
        verdict=Verdict.UNKNOWN if found.rule == "unknown-version" else Verdict.UPGRADE_FAILURE,
        summary=f"{manager} has no path from {version} to {context.target}: {found.detail}",
        evidence=evidence,
        remedy=found.what_would_open,
    )


def _told(manager: str, version: Version, through: tuple[Version, ...]) -> str:
    if not through:
        return f"{manager} is at {version.release} already"
    return f"{manager} goes from {version.release} to {' to '.join(one.release for one in through)}"


CHECK = Check(
    id="upgrade-path",
    title="There is an upgrade path to the target",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE, Verdict.UPGRADE_FAILURE, Verdict.UNKNOWN}),
    waivable=False,
    link=links.PATHS,
    judge=judge,
)
