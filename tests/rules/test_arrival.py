"""Whether a change that was sent without an answer has arrived."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.model.acts import ApplianceSeen, ManagerSeen, MemberSeen
from shared.model.facts import JobState
from shared.model.version import Version
from shared.rules import arrival
from shared.rules.progress import Progress, State
from tests.rules.test_progress import HOP, ITEM, LOOK, NOW, TARGET, job

AS_BEFORE = LOOK(version=HOP.source)
WAITS = Progress(state=State.NOT_YET, detail="it answers as 4.10.3")


@pytest.mark.parametrize(
    "seen",
    [
        ManagerSeen(at=NOW, alive=False),
        replace(AS_BEFORE, upgrade=job(JobState.RUNNING)),
        replace(AS_BEFORE, upgrade=job(JobState.QUEUED)),
        LOOK(version=TARGET),
    ],
)
def test_a_reboot_a_job_or_another_version_shows_it(seen: ManagerSeen) -> None:
    """Each of them comes of an upgrade that was taken."""
    assert arrival.manager_shows(HOP, seen)


@pytest.mark.parametrize(
    "seen",
    [
        AS_BEFORE,
        LOOK(),
        replace(AS_BEFORE, upgrade=job(JobState.SUCCEEDED)),
        LOOK(version=Version("unknown")),
        LOOK(version=Version(f"{HOP.source.release}.0-99")),
    ],
)
def test_a_manager_as_before_shows_nothing(seen: ManagerSeen) -> None:
    """Neither an old job nor a version that cannot be read says that the call arrived."""
    assert not arrival.manager_shows(HOP, seen)


def test_an_appliance_shows_it_by_its_job_or_its_version() -> None:
    """As it was before it shows nothing."""
    before = ApplianceSeen(at=NOW, version=ITEM.source)

    assert not arrival.appliance_shows(ITEM, before)
    assert arrival.appliance_shows(ITEM, replace(before, job=job(JobState.RUNNING)))
    assert arrival.appliance_shows(ITEM, replace(before, version=TARGET))
    assert arrival.appliance_shows(ITEM, replace(before, others=(MemberSeen(appliance="NE-2", version=TARGET),)))


def test_after_the_grace_time_a_person_is_asked() -> None:
    """Half an hour without a sign ends the task with the question, and with what the person can do."""
    early = arrival.unless_unconfirmed(WAITS, arrival.GRACE - timedelta(seconds=1), "look")
    found = arrival.unless_unconfirmed(WAITS, arrival.GRACE, "look")

    assert early is WAITS
    assert (found.state, found.reason, found.remedy) == (State.STOP, "sent-unconfirmed", "look")
    assert "30 minutes" in found.detail


def test_what_is_done_or_failed_is_no_question() -> None:
    """However long it took."""
    for state in (State.DONE, State.STOP):
        known = replace(WAITS, state=state)
        assert arrival.unless_unconfirmed(known, timedelta(days=1), "look") is known
