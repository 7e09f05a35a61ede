"""Which exit code a run deserves."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.exits import BROKE, Exit, exit_of
from shared.model.inventory import SubscriptionSeen, SubscriptionState
from shared.model.run import Bucket, Outcome, RunKind
from shared.model.view import RunView
from tests.cli.played_fleet import view


def placed_as(bucket: Bucket, kind: RunKind = RunKind.UPGRADE) -> RunView:
    """A run in which one subject stands so and the others are upgraded."""
    made = view(kind=kind)
    return replace(made, placed=(replace(made.placed[0], bucket=bucket), *made.placed[1:]))


@pytest.mark.parametrize(
    ("bucket", "code"),
    [
        (Bucket.UPGRADED, Exit.AS_WANTED),
        (Bucket.CURRENT, Exit.AS_WANTED),
        (Bucket.EXCLUDED, Exit.AS_WANTED),
        (Bucket.FAILED, Exit.FAILED),
        (Bucket.BLOCKED, Exit.NEEDS_OTHERS),
        (Bucket.UNKNOWN, Exit.NEEDS_OTHERS),
        (Bucket.WAITING, Exit.NEEDS_OTHERS),
        (Bucket.PLANNED, Exit.NEEDS_OTHERS),
        (Bucket.RUNNING, Exit.NEEDS_OTHERS),
    ],
)
def test_the_worst_subject_decides(bucket: Bucket, code: Exit) -> None:
    """One subject that is not as wanted is enough."""
    assert exit_of(placed_as(bucket)) is code


def test_a_failure_outranks_what_waits() -> None:
    """A run in which something failed and something waits has failed."""
    made = view(Outcome.WAITING)
    both = replace(made, placed=(replace(made.placed[0], bucket=Bucket.FAILED), *made.placed[1:]))

    assert exit_of(both) is Exit.FAILED


@pytest.mark.parametrize("kind", [RunKind.CHECK, RunKind.PLAN])
def test_a_task_that_could_begin_is_what_a_plan_is_for(kind: RunKind) -> None:
    """A check or plan with tasks that could begin is as wanted; a blocked one is not."""
    assert exit_of(placed_as(Bucket.PLANNED, kind)) is Exit.AS_WANTED
    assert exit_of(placed_as(Bucket.BLOCKED, kind)) is Exit.NEEDS_OTHERS


def test_an_unread_subscription_is_no_success() -> None:
    """What could not be looked at cannot be as wanted."""
    denied = SubscriptionSeen(id="sub-9", name="lab", state=SubscriptionState.DENIED)

    assert exit_of(view(subscriptions=(denied,))) is Exit.NEEDS_OTHERS


@pytest.mark.parametrize(
    ("problem", "code"), [("there is no private cloud 'x'", Exit.WRONG_USE), (f"{BROKE} Error: x", Exit.FAILED)]
)
def test_a_run_that_could_not_go_on_was_asked_wrongly_or_broke(problem: str, code: Exit) -> None:
    """A run that was asked for something impossible is wrong use; one that broke is a failure."""
    assert exit_of(view(problem=problem)) is code


def test_the_orchestrator_says_that_it_broke_in_these_words() -> None:
    """What tells a broken run from a wrong request is how the orchestrator begins its problem."""
    source = (Path(__file__).parents[2] / "orchestrators" / "fleet.py").read_text("utf-8")

    assert f'problem = f"{BROKE}' in source
