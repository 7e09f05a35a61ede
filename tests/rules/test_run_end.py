"""How a run is closed."""

from datetime import UTC, datetime

import pytest

from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.plan import SubjectKind
from shared.model.run import Bucket, Placed, RunKind, RunRequest, RunState, RunTrigger
from shared.rules.run_end import AS_WANTED, end_state


def request(kind: RunKind = RunKind.UPGRADE, cloud: str | None = None) -> RunRequest:
    """A run that somebody asked for."""
    now = datetime(2026, 11, 24, tzinfo=UTC)
    return RunRequest(
        id="r", kind=kind, trigger=RunTrigger.HTTP, requested_by="ana", requested_at=now, private_cloud=cloud
    )


def placed(bucket: Bucket) -> Placed:
    """A private cloud in this bucket."""
    return Placed(
        kind=SubjectKind.PRIVATE_CLOUD, subject="pc", bucket=bucket, reason="some", detail="", who_acts_next=""
    )


def subscription(state: SubscriptionState) -> SubscriptionSeen:
    """A subscription read with this outcome."""
    return SubscriptionSeen(id="s", name="s", state=state)


@pytest.mark.parametrize("bucket", Bucket)
def test_an_upgrade_succeeds_when_everything_is_as_wanted(bucket: Bucket) -> None:
    """Current, upgraded and excluded are wanted; what people ended is canceled; anything else is no success."""
    wanted = RunState.SUCCEEDED if bucket in AS_WANTED else RunState.FAILED
    wanted = RunState.CANCELED if bucket is Bucket.CANCELED else wanted

    assert end_state(request(), [placed(Bucket.CURRENT), placed(bucket)], [], "") is wanted


@pytest.mark.parametrize("state", [SubscriptionState.DENIED, SubscriptionState.FAILED])
def test_what_nobody_could_look_into_is_no_success(state: SubscriptionState) -> None:
    """A fleet run with an unread subscription has not succeeded; a run of one private cloud does not care."""
    unread = [subscription(SubscriptionState.READ), subscription(state)]

    assert end_state(request(), [placed(Bucket.CURRENT)], unread, "") is RunState.FAILED
    assert end_state(request(cloud="pc"), [placed(Bucket.UPGRADED)], unread, "") is RunState.SUCCEEDED


def test_a_canceled_run_in_which_something_failed_has_failed() -> None:
    """A cancel hides no failure."""
    seen = [placed(Bucket.CANCELED), placed(Bucket.FAILED), placed(Bucket.UPGRADED)]

    assert end_state(request(), seen, [], "") is RunState.FAILED


def test_a_check_succeeds_by_being_made_and_a_problem_fails_any_run() -> None:
    """What a check says is for its reader; a run that could not go on has failed, whatever it was to do."""
    assert end_state(request(RunKind.CHECK), [placed(Bucket.BLOCKED)], [], "") is RunState.SUCCEEDED
    assert end_state(request(RunKind.CHECK), [], [], "no such cloud") is RunState.FAILED
