"""How long until the next look: short while something happens, long while people are asleep."""

from datetime import timedelta

from shared.model.policy import Owner
from shared.model.waiting import WaitingFor

OURS_SHORTEST = timedelta(seconds=30)
OURS_LONGEST = timedelta(minutes=5)
OTHERS_SHORTEST = timedelta(minutes=10)
OTHERS_LONGEST = timedelta(hours=4)
"""A look every four hours keeps two weeks of waiting below a hundred looks, which bounds a task's history."""

_PEOPLE = frozenset(
    {
        WaitingFor.PROVIDER,
        WaitingFor.PERSON,
        WaitingFor.REPORT_NOT_OBSERVED,
        WaitingFor.BUNDLE,
        WaitingFor.DEPENDENCY,
        WaitingFor.PEER,
        WaitingFor.LEASE,
    }
)


def next_look(waiting_for: WaitingFor, waited: timedelta) -> timedelta:
    """A tenth of the time waited so far, between a shortest and a longest interval.

    Proportional rather than doubling: the answer is late by at most a tenth of what the wait took anyway.
    """
    shortest, longest = (OTHERS_SHORTEST, OTHERS_LONGEST) if waiting_for in _PEOPLE else (OURS_SHORTEST, OURS_LONGEST)
    return min(max(waited / 10, shortest), longest)


def who_can_act(waiting_for: WaitingFor, owner: Owner, site: str) -> str:
    """Who can end a wait, in words."""
    return {
        WaitingFor.PROVIDER: "Microsoft, who upgrades this cloud manager",
        WaitingFor.PERSON: f"a person at {site}",
        WaitingFor.REPORT_NOT_OBSERVED: f"whoever reported it, and a person at {site}",
        WaitingFor.BUNDLE: f"a person at {site}: upload the bundle",
        WaitingFor.MANAGER: "nobody needs to act",
        WaitingFor.HCX_JOB: "nobody needs to act",
        WaitingFor.SNAPSHOT: "nobody needs to act",
        WaitingFor.DEPENDENCY: "nobody needs to act" if owner is Owner.OURS else f"a person at {site}",
        WaitingFor.SLOT: "nobody needs to act",
        WaitingFor.PEER: "whoever upgrades the other side",
        WaitingFor.PAUSED: "a person: resume it",
        WaitingFor.LEASE: "whoever holds the lease: hcx-fleet leases",
    }[waiting_for]
