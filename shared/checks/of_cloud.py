"""What the checks of a private cloud in Azure have in common: which ones a task touches, and what was read of them.

What was not read is told by one check only, which is named here; the others leave it to that one.
"""

from collections.abc import Callable, Iterable

from shared.checks.interface import CheckContext, Judgement
from shared.checks.look import in_words
from shared.checks.silent import left_because, not_concerned, nothing
from shared.model.facts import Seen
from shared.model.finding import Evidence
from shared.model.inventory import CloudDetails, CloudPart, MaintenancesSeen, PrivateCloud, UnreadReason
from shared.rules.freshness import CLOUD_DETAILS

READ_CHECK = "azure-read"
"""The check that says what was not read of a private cloud."""


def of_each(
    context: CheckContext, judge: Callable[[CheckContext, PrivateCloud], tuple[Judgement, ...]]
) -> tuple[Judgement, ...]:
    """The judgements on the private cloud of each cloud manager concerned; a connector stands in none."""
    clouds = (one for one in context.clouds if one.id in context.managers)
    judged = tuple(found for one in clouds for found in judge(context, one))
    return judged or nothing(f"{' and '.join(context.managers)}: in no private cloud that Azure lists")


def of_part(
    context: CheckContext, part: CloudPart, judge: Callable[[PrivateCloud, Seen[CloudDetails]], Judgement]
) -> tuple[Judgement, ...]:
    """The same, one each, on what Azure said of one part; where that was not read, it is left to `azure-read`."""

    def judged(context: CheckContext, cloud: PrivateCloud) -> tuple[Judgement, ...]:
        seen = _read(context, cloud, part)
        return (seen if isinstance(seen, Judgement) else judge(cloud, seen),)

    return of_each(context, judged)


def told_of[T: (CloudDetails, MaintenancesSeen)](every: Iterable[Seen[T]], cloud: PrivateCloud) -> Seen[T] | None:
    """What Azure said of a private cloud beside itself; None where nobody asked."""
    resource = cloud.resource_id.lower()
    return next((one for one in every if one.value.cloud_resource_id.lower() == resource), None)


def _read(context: CheckContext, cloud: PrivateCloud, part: CloudPart) -> Seen[CloudDetails] | Judgement:
    seen = told_of(context.details, cloud)
    if seen is None:
        return _left(cloud, f"nobody asked for its {part.value}")
    missed = next((one for one in seen.value.unread if one.part is part), None)
    if missed is not None:
        if missed.reason is UnreadReason.NOT_OFFERED:
            return not_concerned(f"{cloud.id}: this Azure has no list of its {part.value}")
        why = f"its {part.value} could not be read ({missed.reason.value}: {missed.detail})"
        return _left(cloud, why, Evidence(text=why, observed_at=seen.at))
    if not CLOUD_DETAILS.covers(seen.at, context.now):
        why = f"its {part.value} were not read within {in_words(CLOUD_DETAILS.span)}"
        return _left(cloud, why, Evidence(text=why, observed_at=seen.at))
    return seen


def _left(cloud: PrivateCloud, why: str, *evidence: Evidence) -> Judgement:
    return left_because(READ_CHECK, f"{cloud.id}: {why}", evidence)
