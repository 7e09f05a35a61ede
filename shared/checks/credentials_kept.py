"""Does HCX know the passwords of vCenter and NSX?"""

from typing import Any

from shared.checks import links
from shared.checks.interface import Check, CheckContext, Concern, Judgement
from shared.checks.look import look
from shared.checks.nsx_connection import CHECK as NSX_CONNECTION
from shared.checks.nsx_connection import none_registered
from shared.checks.silent import left_to, nothing
from shared.checks.vcenter_connection import CHECK as VCENTER_CONNECTION
from shared.model.facts import Health, Seen
from shared.model.finding import Evidence, Verdict
from shared.model.inventory import ManagerKind
from shared.rules.freshness import NSX, VCENTER

BY_HAND = (
    "whoever rotates the passwords of the private cloud: see that HCX was given the new ones of vCenter and NSX after "
    "the last rotation"
)

CONNECTIONS = ((VCENTER_CONNECTION.id, VCENTER), (NSX_CONNECTION.id, NSX))
"""What shows that a password counts, and the check that says what was not seen of it."""


def judge(context: CheckContext) -> tuple[Judgement, ...]:
    """The passwords of vCenter and NSX that a cloud manager uses are those that count.

    After a rotation in Azure, services that go on with the old cloudadmin password lock that account, and pairings
    usually use it as well (Azure's pages on rotation, and practice). Azure tells no day of a rotation. Connections that
    are up show that the passwords count, and where one is not up, a person looks whether a rotation is the reason. What
    could not be seen of a connection is left to the check of that connection.
    """
    return tuple(one for manager in context.managers for one in _of_manager(context, manager))


def _of_manager(context: CheckContext, manager: str) -> tuple[Judgement, ...]:
    facts = context.facts.of(manager)
    if facts is None or facts.manager.kind is not ManagerKind.CLOUD_MANAGER:
        return nothing(f"{manager} is no cloud manager that was observed")
    seen: list[Seen[Any]] = []
    for check, aspect in CONNECTIONS[:1] if none_registered(facts) else CONNECTIONS:
        found = look(context, manager, aspect)
        if isinstance(found, Judgement):
            return (left_to(check, found),)
        seen.append(found)
    return (_judged(manager, seen),)


def _judged(manager: str, seen: list[Seen[Any]]) -> Judgement:
    evidence = tuple(map(_told, seen))
    if all(one.value.health is Health.UP for one in seen):
        summary = f"{manager} is connected to vCenter and NSX, so its passwords count"
        return Judgement(verdict=Verdict.PASS, summary=summary, evidence=evidence)
    summary = f"{manager}: a connection is not up, and no call tells whether its passwords were rotated since"
    return Judgement(verdict=Verdict.MANUAL, summary=summary, evidence=evidence, remedy=BY_HAND)


def _told(seen: Seen[Any]) -> Evidence:
    return Evidence(text=f"connection: {seen.value.text}", observed_at=seen.at)


CHECK = Check(
    id="credentials-kept",
    title="HCX knows the passwords of vCenter and NSX",
    concerns=frozenset({Concern.MANAGER}),
    verdicts=frozenset({Verdict.PASS, Verdict.MANUAL, Verdict.NOT_APPLICABLE}),
    waivable=True,
    link=links.MANAGER,
    judge=judge,
)
