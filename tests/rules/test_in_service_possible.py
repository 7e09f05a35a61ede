"""In service is used wherever it is possible and never where it is not: from the choice of a plan to the call."""

from dataclasses import replace
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from shared.model.facts import ApplianceKind
from shared.model.ne_mode import ApplianceMode
from shared.model.policy import ExtensionMode
from shared.rules.mode_now import holds
from shared.rules.ne_mode import Side, Situation, choose
from tests.rules.test_ne_mode import LIMIT, at, ready

IMPAIRED_SIDES = st.sampled_from(
    [
        {"uplink": 0},
        {"uplink": None},
        {"management": 0},
        {"management": None},
        {"firewall": False},
        {"room": False},
        {"room": None},
    ]
)
CHANGES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.builds(lambda lacking: {"here": replace(ready("here"), **lacking)}, IMPAIRED_SIDES),
    st.builds(lambda lacking: {"there": replace(ready("there"), **lacking)}, IMPAIRED_SIDES),
    st.sampled_from([{"in_group": True}, {"in_group": None}, {"ephemeral": True}, {"ephemeral": None}]),
    st.sampled_from([{"kind": kind} for kind in ApplianceKind]),
    st.sampled_from([{"too_long": LIMIT}]),
)
WISHES = st.sampled_from(ExtensionMode)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """One in which all is there, but for two things at most: many that can go in service, and many that cannot."""
    changes: list[dict[str, Any]] = draw(st.lists(CHANGES, max_size=2))
    merged = {name: value for one in changes for name, value in one.items()}
    return at(wanted=draw(WISHES), **merged)


def _whole(side: Side) -> bool:
    return bool(side.uplink) and bool(side.management) and side.firewall and side.room is True


def _possible(one: Situation) -> bool:
    """By the words of the requirement, and by nothing that the tables know."""
    extends = one.kind is ApplianceKind.NETWORK_EXTENSION
    free = one.in_group is False and one.ephemeral is False
    return extends and free and _whole(one.here) and _whole(one.there)


def _wanted(one: Situation) -> bool:
    """A person who chooses is left no choice where a network cannot bear the other mode."""
    by_person = one.wanted is ExtensionMode.MANUAL and bool(one.too_long)
    return by_person or one.wanted in {ExtensionMode.AUTO, ExtensionMode.IN_SERVICE_ONLY}


@given(planned=situations(), now=situations())
@example(planned=at(), now=at())
@example(planned=at(wanted=ExtensionMode.IN_SERVICE_ONLY), now=at(in_group=None))
def test_in_service_is_called_for_exactly_where_it_is_possible(planned: Situation, now: Situation) -> None:
    """It was possible when it was planned and nobody wanted otherwise, and it still is right before the call."""
    now, choice = replace(now, kind=planned.kind), choose(planned)

    chosen = choice.mode is ApplianceMode.IN_SERVICE
    assert chosen is (_wanted(planned) and _possible(planned))
    if chosen:
        assert (holds(choice, now) is None) is _possible(now)
