"""Whether a change that was sent without an answer has arrived: by what is seen since, for some time, and never again.

Nobody knows whether the call reached its system. A manager that does not answer, an HCX job or another version shows
that it did. Where nothing shows for long enough a person decides; by itself nothing is sent a second time.
"""

from datetime import timedelta

from shared.model.acts import ApplianceSeen, ManagerSeen
from shared.model.facts import JobState
from shared.model.plan import ApplianceUpgrade, Hop
from shared.model.version import Version
from shared.rules.progress import Progress, State

GRACE = timedelta(minutes=30)
"""How long anything may take to show. An upgrade that was taken shows its HCX job within seconds and a reboot within
minutes; that it is half an hour is our own judgement."""

UNCONFIRMED = "sent-unconfirmed"
"""Reason of a task that ends with the question whether its change arrived."""

_AT_WORK = frozenset({JobState.QUEUED, JobState.RUNNING})


def manager_shows(hop: Hop, seen: ManagerSeen) -> bool:
    """Whether a look shows that the upgrade of a manager has begun."""
    if not seen.alive or (seen.upgrade is not None and seen.upgrade.state in _AT_WORK):
        return True
    return _moved(seen.version, hop.source)


def appliance_shows(item: ApplianceUpgrade, seen: ApplianceSeen) -> bool:
    """Whether a look shows that the upgrade of an appliance has begun: at whichever member of its group."""
    at_work = seen.job is not None and seen.job.state in _AT_WORK
    versions = (seen.version, *(one.version for one in seen.others))
    return at_work or any(_moved(one, item.source) for one in versions)


def _moved(version: Version | None, source: Version) -> bool:
    return version is not None and version.known and not version.same_release(source)


def unless_unconfirmed(progress: Progress, waited: timedelta, remedy: str) -> Progress:
    """The same progress, or the stop that it comes to where nothing has shown for too long.

    Args:
        progress: what the last look means for the step.
        waited: since it was sent, or since it is looked for.
        remedy: what a person does about it.
    """
    if progress.state is not State.NOT_YET or waited < GRACE:
        return progress
    minutes = int(waited.total_seconds() // 60)
    return Progress(
        state=State.STOP,
        detail=f"it was sent without an answer, and nothing shows for {minutes} minutes that it arrived: "
        f"{progress.detail}",
        reason=UNCONFIRMED,
        remedy=remedy,
    )
