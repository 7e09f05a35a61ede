"""The number of the state of a run."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.run import JournalKind, RunState
from shared.rules.generation import MENTIONED, generation, since
from tests.report.canonical_run import JOURNAL, at

RUN = at(60).run
INSIDE = frozenset({JournalKind.STEP_STARTED, JournalKind.STEP_DONE, JournalKind.PROGRESS, JournalKind.CALLED})
CUTS = st.integers(0, len(JOURNAL))


@given(CUTS, CUTS, st.integers(0, 5), st.integers(0, 5))
def test_it_never_goes_back(one: int, other: int, given_first: int, given_more: int) -> None:
    """Whatever more is told or said, the number is no smaller than before."""
    first, last = sorted((one, other))

    assert generation(RUN, JOURNAL[:first], given_first) <= generation(RUN, JOURNAL[:last], given_first + given_more)


@given(CUTS)
def test_steps_do_not_count(cut: int) -> None:
    """Without everything that happens inside tasks the number is the same."""
    outside = tuple(entry for entry in JOURNAL[:cut] if entry.kind not in INSIDE)

    assert generation(RUN, outside, 0) == generation(RUN, JOURNAL[:cut], 0)


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELED])
def test_states_and_plans_count(state: RunState) -> None:
    """A run that begins, gets its plan and ends is in another state each time."""
    fresh = replace(RUN, state=RunState.NOT_STARTED, plan_hash=None)

    assert generation(fresh, (), 0) < generation(replace(fresh, state=state), (), 0)
    assert generation(fresh, (), 0) < generation(replace(fresh, plan_hash="h"), (), 0)


def test_commands_count_once() -> None:
    """As they are kept; where they cannot be read, as the journal tells of them, and not of what became of them."""
    entry = JOURNAL[0]
    keys = [f"command/k{end}" for end in ("", "/taken", "/void")]
    told = tuple(replace(entry, kind=JournalKind.COMMANDED, key=key) for key in keys)

    assert generation(RUN, told, 1) == generation(RUN, told, None) == generation(RUN, (), 1)


def test_the_latest_is_told() -> None:
    """As much as there is, and no more than a few."""
    assert since(JOURNAL, 0) == ()
    assert len(since(JOURNAL, 100)) == MENTIONED
    assert since(JOURNAL, 1) == since(JOURNAL, 3)[-1:]
