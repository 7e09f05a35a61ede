"""Which networks cannot bear a standard upgrade, and how that is said."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.facts import Appliance, ApplianceKind, NetworkExtension
from shared.model.policy import ExtensionPolicy, NetworkEntry, SiteEntry
from shared.rules.bearing import cannot_bear, too_long
from shared.rules.ne_situation import mesh_side
from tests.builders.fleet_facts import UP, appliance, connector, policy, seen

MINUTE = timedelta(minutes=1)
SECONDS = st.integers(0, 200).map(lambda number: timedelta(seconds=number))


def told(
    *, lists: int, carries: int = 1, kind: ApplianceKind = ApplianceKind.NETWORK_EXTENSION, fleet: int = 60
) -> str:
    """What is said of an appliance that carries so many networks, of which so many are listed: net-0 accepts 10 s."""
    one: Appliance = appliance("ne", "m", "con", "4.10.3", kind)
    listed = tuple(
        NetworkExtension(id=f"x{number}", network=f"net-{number}", appliance_id=one.id, state=UP)
        for number in range(lists)
    )
    side = mesh_side(connector("con", "4.11.4", extensions=seen(listed)), None, frozenset())
    entry = NetworkEntry(network="NET-0", owner="ann", outage_limit=timedelta(seconds=10))
    wanted = policy(
        extension=ExtensionPolicy(outage_limit=timedelta(seconds=fleet)),
        sites=(SiteEntry(name="s", networks=(entry,)),),
    )
    return cannot_bear(wanted, ("s",), replace(one, extension_count=carries), side, MINUTE)


def test_a_network_of_its_own_limit_is_named() -> None:
    """With what it accepts and what a standard upgrade costs."""
    assert told(lists=1) == "net-0 accepts 10 s, a standard upgrade costs up to a minute"


def test_an_equal_limit_is_borne() -> None:
    """Less than a minute is what it is said to cost, so whoever accepts a minute accepts it."""
    assert told(lists=0, carries=0) == ""
    assert too_long({"net-a": MINUTE}, MINUTE) == ""


def test_a_network_that_nobody_lists_has_the_limit_of_the_fleet() -> None:
    """The appliance counts more networks than are listed: which they are is not known, and what they bear is."""
    assert told(lists=0, carries=2, fleet=30).startswith("a network that nobody lists accepts 30 s")
    assert told(lists=0, carries=2) == ""


def test_other_appliances_carry_nothing() -> None:
    """An interconnect has no networks whose owners would have to bear it."""
    assert told(lists=1, kind=ApplianceKind.INTERCONNECT) == ""


@given(limits=st.dictionaries(st.sampled_from("abcdefgh"), SECONDS), costs=SECONDS)
def test_it_is_said_exactly_where_one_accepts_less(limits: dict[str, timedelta], costs: timedelta) -> None:
    """And the strictest of them is named first."""
    found = too_long(limits, costs)

    assert bool(found) == any(limit < costs for limit in limits.values())
    assert not found or found.startswith(min((limit, name) for name, limit in limits.items())[1])


@pytest.mark.parametrize(
    ("costs", "words"), [(MINUTE, "a minute"), (2 * MINUTE, "2 minutes"), (timedelta(seconds=90), "90 s")]
)
def test_times_are_told_as_people_say_them(costs: timedelta, words: str) -> None:
    """Whole minutes as minutes, everything else in seconds."""
    assert too_long({"net-a": timedelta()}, costs).endswith(f"costs up to {words}")
