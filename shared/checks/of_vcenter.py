"""What the checks of a manager's vCenter have in common: one part of one look, fresh, or where it is said why not.

What cannot be seen of a vCenter is a warning in one check only, which is named here; the others leave it to that one.
"""

from collections.abc import Callable, Iterable

from shared.checks.interface import CheckContext, Judgement
from shared.checks.silent import left_because, not_concerned
from shared.model.facts import Seen
from shared.model.finding import Evidence
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
        return left_because(VCENTER_CHECK, f"{manager}: the look is too old")
    value = read(seen)
    if value is None:
        return left_because(VCENTER_CHECK, f"{manager}: that part was not observed")
    return Seen(value=value, at=seen.observed_at)


def vcenter_of(context: CheckContext, manager: str) -> VcenterFacts | Judgement:
    """The look itself, however old, or that there is none to expect."""
    facts = context.facts.of(manager)
    if facts is not None and facts.vsphere is not None:
        return facts.vsphere
    return not_concerned(f"no vCenter of {manager} was looked at")


def told(text: str, seen: Seen[object]) -> tuple[Evidence, ...]:
    """Something that the vCenter showed."""
    return told_each((text,), seen)


def told_each(texts: Iterable[str], seen: Seen[object]) -> tuple[Evidence, ...]:
    """Several such things."""
    return tuple(Evidence(text=f"vCenter: {text}", observed_at=seen.at) for text in texts)
