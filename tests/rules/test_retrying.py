"""Which ends of tasks are tried once more."""

import pytest

from shared.model.run import Outcome, Retry, RunKind, RunRequest, RunTrigger, TaskResult
from shared.rules.retrying import MEANT, is_meant, passed_over, wanted
from tests.builders.fleet_facts import NOW


def _ended(outcome: Outcome) -> TaskResult:
    return TaskResult(task="t", outcome=outcome, reason="r", detail="d", who_can_act="w", ended_at=NOW)


def test_every_outcome_has_a_word() -> None:
    """Each outcome is meant by one of the two words, but for success, which none means."""
    assert set(MEANT) == set(Outcome)
    assert [outcome for outcome, word in MEANT.items() if word is None] == [Outcome.SUCCEEDED]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("only", Retry)
def test_a_word_means_its_outcomes_alone(outcome: Outcome, only: Retry) -> None:
    """`both` means whatever one of the two means, and success is never carried out once more."""
    word = MEANT[outcome]

    assert is_meant(_ended(outcome), only, ()) == (word is not None and only in {word, Retry.BOTH})


def test_names_narrow_it() -> None:
    """Where tasks are named, no other one is meant."""
    failed = _ended(Outcome.FAILED)

    assert is_meant(failed, Retry.BOTH, ("t",))
    assert not is_meant(failed, Retry.BOTH, ("u",))


def _asked(only: Retry | None, *tasks: str) -> RunRequest:
    return RunRequest(
        id="child",
        kind=RunKind.UPGRADE,
        trigger=RunTrigger.HTTP,
        requested_by="ana",
        requested_at=NOW,
        parent="run",
        retry=only,
        retry_tasks=tasks,
    )


def test_without_a_word_the_failed_are_meant() -> None:
    """Whoever names tasks means them, whichever way they ended."""
    words = [wanted(_asked(None)), wanted(_asked(None, "t")), wanted(_asked(Retry.SKIPPED, "t"))]

    assert words == [Retry.FAILED, Retry.BOTH, Retry.SKIPPED]


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("only", Retry)
@pytest.mark.parametrize("tasks", [(), ("t",), ("u",)])
def test_what_is_not_carried_out_has_an_end(outcome: Outcome, only: Retry, tasks: tuple[str, ...]) -> None:
    """Either a task is meant, or it ends: as a success if it was one, else as skipped and never as a failure."""
    end, request = _ended(outcome), _asked(only, *tasks)
    over = passed_over("t", end, request)

    assert (over is None) == is_meant(end, only, tasks)
    if outcome is Outcome.SUCCEEDED:
        assert over == end
    elif over is not None:
        assert (over.outcome, over.reason, over.ended_at) == (Outcome.SKIPPED, "not-retried", NOW)
        assert over.who_can_act == "a person: hcx-fleet retry child --task t --as NAME"


def test_what_the_parent_still_has_is_left_to_it() -> None:
    """A task that has not ended there is skipped here, and nobody is sent to retry it."""
    over = passed_over("t", None, _asked(Retry.BOTH))
    assert over is not None

    assert (over.outcome, over.who_can_act) == (Outcome.SKIPPED, "nobody: run run has it")
    assert "in run run it has not ended" in over.detail
