"""May the account take a snapshot of the manager's machine?"""

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.of_vcenter import look_in_vcenter, told
from shared.checks.words import names
from shared.model.facts import Seen
from shared.model.finding import Verdict
from shared.model.inventory import ManagerKind
from shared.model.policy import ConnectorSnapshots


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """Where fleet.yaml asks for snapshots of connectors in vCenter, the account has every privilege that they take.

    It is asked of vCenter before anything changes. Elsewhere hcx-fleet only looks, and wants no such privilege.
    """
    return tuple(_judge(context, manager) for manager in context.managers)


def _judge(context: CheckContext, manager: str) -> Judgement:
    seen = look_in_vcenter(context, manager, lambda one: one.missing_privileges)
    if isinstance(seen, Judgement):
        return seen
    if not _wanted(context, manager):
        summary = f"{manager}: fleet.yaml asks for no snapshot in vCenter"
        return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=summary)
    return _judged(manager, seen)


def _wanted(context: CheckContext, manager: str) -> bool:
    facts, policy = context.facts.of(manager), context.policy
    if facts is None or policy is None or facts.manager.kind is not ManagerKind.CONNECTOR:
        return False
    return policy.snapshots.connectors is ConnectorSnapshots.VCENTER


def _judged(manager: str, seen: Seen[tuple[str, ...]]) -> Judgement:
    if not seen.value:
        return Judgement(
            verdict=Verdict.PASS,
            summary=f"{manager}: the account may take and remove snapshots of its machine",
            evidence=told("no privilege is missing", seen),
        )
    return Judgement(
        verdict=Verdict.WARN,
        summary=f"{manager}: the account has not {names(seen.value)}",
        evidence=told(f"missing: {', '.join(seen.value)}", seen),
        remedy=f"give the account {names(seen.value)} on the manager's machine",
    )


CHECK = Check(
    id="snapshot-rights",
    title="The account may take the snapshots that fleet.yaml asks for",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.WARN, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.ROLLING_BACK,
    judge=judge,
)
