"""What the timer compares: which runs nobody drives, who is about to, and which instances nobody needs."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.rules.reconcile import LOOKS_LAST, forgotten, purgeable, watch_instance, watch_of

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def run(name: str, kind: RunKind = RunKind.UPGRADE, trigger: RunTrigger = RunTrigger.HTTP) -> Run:
    """A run that was asked for just now."""
    request = RunRequest(id=name, kind=kind, trigger=trigger, requested_by="ann", requested_at=NOW)
    return Run(request=request, state=RunState.RUNNING)


def test_a_run_of_the_timer_names_who_watches_it() -> None:
    """The run that a firing asked for is watched by the instance that this firing started."""
    assert watch_of(run("timer-20261124T0600", trigger=RunTrigger.TIMER)) == watch_instance(NOW)


@pytest.mark.parametrize("name", ["fleet", "timer-20261124T0600"])
def test_nobody_watches_what_a_person_asked_for(name: str) -> None:
    """A run by HTTP has no watch, whatever it is called."""
    assert watch_of(run(name)) is None


def test_an_upgrade_is_started_again_at_once() -> None:
    """Nobody else may carry out upgrades of this store, so that one without an instance is forgotten."""
    assert forgotten(run("fleet"), NOW)


@pytest.mark.parametrize("kind", [RunKind.CHECK, RunKind.PLAN])
def test_a_look_is_left_to_a_command_for_as_long_as_it_takes(kind: RunKind) -> None:
    """A check or a plan without an instance may go on in another process, and is forgotten only when it is old."""
    assert not forgotten(run("look", kind), NOW + LOOKS_LAST)
    assert forgotten(run("look", kind), NOW + LOOKS_LAST + timedelta(seconds=1))


def test_what_belongs_to_a_run_that_goes_on_is_kept() -> None:
    """Of instances that ended long ago, neither the run's own nor its tasks' is purged before the run has ended."""
    ended = ("fleet", "fleet:manager:con-lyon", "fleet-2", "fleet-2:0003", "watch-20261124T0600")

    assert purgeable(ended, [run("fleet")]) == ("fleet-2", "fleet-2:0003", "watch-20261124T0600")
