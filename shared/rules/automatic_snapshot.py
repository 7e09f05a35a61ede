"""Whether HCX took the snapshot that its upgrades take by themselves, as far as the upgrade's own sub-tasks tell.

It takes one only where the manager runs in the vCenter that it is registered to. Nobody sees the snapshot itself.
"""

from datetime import datetime

from shared.model.facts import HcxJob, JobState, ManagerFacts
from shared.model.version import Version
from shared.rules.protection import AUTOMATIC_FROM

SNAPSHOT = "SNAPSHOT"
"""By this word in its name a sub-task of an upgrade is taken for the one that takes the snapshot (inferred)."""


def took_none(job: HcxJob, release: Version) -> bool:
    """Whether this was an upgrade to that release, is over, and its sub-tasks are told and hold no snapshot."""
    brought = Version(job.entity_id)
    to_it = brought.known and release.known and brought.same_release(release)
    over = to_it and not brought.older_than(AUTOMATIC_FROM) and job.state is JobState.SUCCEEDED
    return over and bool(job.parts) and not any(SNAPSHOT in part.upper() for part in job.parts)


def seen_untaken(facts: ManagerFacts | None, release: Version, begun: datetime) -> bool:
    """Whether an observation since an upgrade to that release began shows that it took none.

    An older one may show an upgrade to the same release from before somebody went back.

    Args:
        facts: of the manager, as it was observed last; None where it was not.
        release: that the upgrade went to.
        begun: when it began.
    """
    seen = facts.upgrade if facts else None
    if seen is None or seen.at < begun or seen.value.job is None:
        return False
    return took_none(seen.value.job, release)
