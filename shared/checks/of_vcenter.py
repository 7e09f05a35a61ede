"""What the checks of a manager's vCenter have in common: one part of one look, fresh, or where it is said why not.

What cannot be seen of a vCenter is a warning in one check only, which is named here; the others leave it to that one.
"""

from collections.abc import Callable

from shared.checks.interface import CheckContext, Judgement
from shared.checks.silent import left_to
from shared.model.facts import Seen
from shared.model.finding import Evidence, Verdict
from shared.model.vcenter import VcenterFacts
from shared.rules.freshness import IN_VCENTER

VCENTER_CHECK = "vcenter-seen"
"""The check that says what was not seen of a vCenter."""


def look_in_vcenter[T](
    context: CheckContext, manager: str, read: Callable[[VcenterFacts], T | None]
) -> Seen[T] | Judgement:
    """What `read` takes from the look at the manager's vCenter, or that this check has nothing to say."""
    seen = vcenter_of(context, manager)
    if isinstance(seen, Judgement):
        return seen
    if not IN_VCENTER.covers(seen.observed_at, context.now):
        return left_to(VCENTER_CHECK, Judgement(verdict=Verdict.WARN, summary=f"{manager}: the look is too old"))
    value = read(seen)
    if value is None:
        return left_to(VCENTER_CHECK, Judgement(verdict=Verdict.WARN, summary=f"{manager}: that part was not observed"))
    return Seen(value=value, at=seen.observed_at)


def vcenter_of(context: CheckContext, manager: str) -> VcenterFacts | Judgement:
    """The look itself, however old, or that there is none to expect."""
    facts = context.facts.of(manager)
    if facts is not None and facts.vsphere is not None:
        return facts.vsphere
    return Judgement(verdict=Verdict.NOT_APPLICABLE, summary=f"no vCenter of {manager} was looked at")


def told(text: str, seen: Seen[object]) -> tuple[Evidence, ...]:
    """Something that the vCenter showed."""
    return (Evidence(text=f"vCenter: {text}", observed_at=seen.at),)
