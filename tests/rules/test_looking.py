"""How a round of observations is shared out."""

from hypothesis import given
from hypothesis import strategies as st

from shared.rules.looking import AT_A_TIME, IN_ONE, SIDE_BY_SIDE, parts


@given(st.integers(0, 2000))
def test_every_manager_is_looked_at_once_and_never_too_many_at_a_time(number: int) -> None:
    """The parts hold all managers in order, each is small, and those that go on together stay within the width."""
    managers = tuple(f"m-{one}" for one in range(number))
    found = parts(managers)

    assert tuple(one for part in found for one in part.managers) == managers
    assert all(0 < len(part.managers) <= IN_ONE for part in found)
    assert sum(sorted((part.width for part in found), reverse=True)[:SIDE_BY_SIDE]) <= AT_A_TIME


def test_few_managers_are_one_part() -> None:
    """As many as are looked at at the same time need one orchestration, and one more is shared out to several."""
    assert [len(one.managers) for one in parts(("m",) * AT_A_TIME)] == [24]
    assert [len(one.managers) for one in parts(("m",) * (AT_A_TIME + 1))] == [7, 7, 7, 4]
