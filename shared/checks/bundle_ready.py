"""Does the bundle of the upgrade lie ready?"""

from shared.checks import links
from shared.checks.ahead import ahead, nothing_ahead
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.no_other_upgrade import CHECK as UPGRADE_CHECK
from shared.checks.silent import left_to
from shared.model.facts import ManagerFacts
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.model.version import Version
from shared.rules.freshness import UPGRADE
from shared.rules.preparation import FOLDER, IN_FOLDER_FROM


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """A bundle lies ready on the manager that leads towards the target.

    From 4.11 on bundles for connectors lie on the vSAN datastore of the private cloud; for an older release a support
    ticket is needed. Staging is a step of its own and waits for it, so nothing is stopped here: a person is told early.
    A provider that upgrades its cloud managers itself brings its own.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    if not ahead(context, manager):
        return nothing_ahead(manager)
    seen, facts = look(context, manager, UPGRADE), context.facts.of(manager)
    if isinstance(seen, Judgement):
        return left_to(UPGRADE_CHECK.id, seen)
    if facts is None:
        return nothing_ahead(manager)
    staged = seen.value.staged
    evidence = (Evidence(text=f"bundle: {staged or 'none'}", observed_at=seen.at),)
    if staged is None:
        return _none(context, facts, evidence)
    if _leads(facts, staged, context.target):
        return Judgement(verdict=Verdict.PASS, summary=f"{manager} has the bundle of {staged} ready", evidence=evidence)
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager} has another bundle ready than one on the way to {context.target}: {staged}",
        evidence=evidence,
        remedy=f"whoever staged it: say what for, or remove it; then upload the one for {context.target}",
    )


def _leads(facts: ManagerFacts, staged: Version, target: Version | None) -> bool:
    """Whether it is newer than what the manager has and not beyond the target: hops end between the two."""
    now = facts.version
    if now is None or target is None or not (now.known and target.known and staged.known):
        return False
    return now.older_than(staged) and not target.older_than(staged)


def _none(context: CheckContext, facts: ManagerFacts, evidence: tuple[Evidence, ...]) -> Judgement:
    name, target = facts.manager.id, context.target
    if facts.manager.kind is ManagerKind.CLOUD_MANAGER:
        return Judgement(
            verdict=Verdict.NOT_APPLICABLE,
            summary=f"{name} is a cloud manager without a bundle: where the provider upgrades it, it brings its own",
            evidence=evidence,
        )
    in_cloud = target is not None and target.known and not target.older_than(IN_FOLDER_FROM)
    where = (
        f"take it from folder {FOLDER} of the vSAN datastore of the private cloud (that of a hop before "
        f"{IN_FOLDER_FROM} comes by support case)"
        if in_cloud
        else "ask for it by support case"
    )
    return Judgement(
        verdict=Verdict.MANUAL,
        summary=f"{name} has no bundle ready for {target}",
        evidence=evidence,
        remedy=f"the site: {where}, compare its hash, and upload it days ahead (port 9443, Administration > Upgrade)",
    )


CHECK = Check(
    id="bundle-ready",
    title="The bundle of the upgrade lies ready",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
