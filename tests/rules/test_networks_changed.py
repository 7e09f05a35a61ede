"""What became of networks while their appliance changed, other than was planned, by the meter's looks."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.ne_mode import ApplianceMode
from shared.model.outage import Burst, ChangedNetwork, NetworkOutage, NetworkSeen, Sample, Traffic, Turn
from shared.rules.mode_now import NETWORKS
from shared.rules.networks_changed import REMEDY, changed, judged, noted, told
from shared.rules.outage import RED_AT_FIRST, RED_BEFORE, measured
from shared.rules.progress import State
from tests.report.planned_fleet import MESH

BEGIN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NE = replace(MESH.appliances[1], networks=2)
LISTED = {"+": True, "-": False, "?": None}


def at(look: int) -> datetime:
    """The time of a look: one every five seconds."""
    return BEGIN + timedelta(seconds=5 * look)


def looks(turns: Sequence[Turn] = (), /, **networks: str) -> tuple[Sample, ...]:
    """A look for each sign of each network: `+` listed, `-` not, `?` nobody could tell, a space no word of it."""
    return tuple(
        Sample(
            at=at(number),
            until=at(number),
            networks=tuple(
                NetworkSeen(network=name, by_hcx=Traffic.UP, listed=LISTED[signs[number]])
                for name, signs in networks.items()
                if signs[number] != " "
            ),
            turn=turns[number] if turns else Turn.ON,
        )
        for number in range(max(map(len, networks.values())))
    )


def burst(samples: Iterable[Sample], *known: str) -> Burst:
    """Looks in a row, with the networks that the facts knew before."""
    return Burst(task=MESH.id, appliance=NE.name, samples=tuple(samples), known=known)


def extended(network: str, look: int) -> ChangedNetwork:
    """A network that was extended, as the look with that number was the first to show."""
    return ChangedNetwork(network=network, appliance=NE.name, extended=True, seen_at=at(look))


def gone(network: str, look: int) -> ChangedNetwork:
    """A network that was taken away."""
    return ChangedNetwork(network=network, appliance=NE.name, extended=False, seen_at=at(look))


@pytest.mark.parametrize(
    ("samples", "found"),
    [
        (looks(a="++++", b="++++"), ()),
        (looks(a="++++", b="++++", c="  ++"), (extended("c", 2),)),
        (looks(a="++++", b="++++", c="++++"), (extended("c", 0),)),
        (looks(a="++--", b="++++"), (gone("a", 2),)),
        (looks(a="+-?-", b="++++"), (gone("a", 1),)),
        (looks(a="+++-", b="++++"), ()),
        (looks(a="+--+", b="++++"), ()),
        (looks(a="+???", b="++++"), ()),
        (looks(a="----", b="++++"), (gone("a", 0),)),
        (looks(a="+---", b="++++", c="  ++"), (gone("a", 1), extended("c", 2))),
    ],
)
def test_what_the_facts_did_not_know_was_extended(
    samples: tuple[Sample, ...], found: tuple[ChangedNetwork, ...]
) -> None:
    """And what the last two looks that could tell do not list was taken away: once may be a moment of the change."""
    assert changed([burst(samples, "a", "b")], NE) == found


def test_without_facts_the_first_look_that_could_tell_counts() -> None:
    """Where nothing was planned and nothing known, anything that is seen was extended."""
    samples = looks(a="?+++", b="?+++", c="  ++")

    assert changed([burst(samples)], NE) == (extended("c", 2),)
    assert changed([burst(looks(a="  +"))], replace(NE, networks=0)) == (extended("a", 2),)


def test_the_facts_from_before_the_first_look_count() -> None:
    """Whoever observes the manager meanwhile knows the new network, too."""
    samples = looks(a="++++", b="++++", c="  ++")

    assert changed([burst(samples[2:], "a", "b", "c"), burst(samples[:2], "a", "b")], NE) == (extended("c", 2),)


@pytest.mark.parametrize(
    "turns",
    [
        (Turn.ON, Turn.LAST, Turn.APART, Turn.APART),
        (Turn.ON, Turn.LAST, Turn.ON, Turn.LAST),
        (Turn.ON, Turn.ON, Turn.APART, Turn.APART),
    ],
    ids=["handed over", "looked at anew", "broke off"],
)
def test_what_comes_after_the_change_is_no_concern_of_it(turns: tuple[Turn, ...]) -> None:
    """Networks may be extended again when an appliance is upgraded."""
    assert changed([burst(looks(turns, a="++--", b="++++", c="  ++"), "a", "b")], NE) == ()


def test_without_looks_nothing_is_known() -> None:
    """Nobody says that something was taken away."""
    assert changed([], NE) == ()
    assert changed([burst(())], NE) == ()


@given(
    st.dictionaries(st.sampled_from("abcd"), st.text("+-?", min_size=6, max_size=6), min_size=1),
    st.sets(st.sampled_from("abcd")),
    st.integers(0, 6),
    st.randoms(use_true_random=False),
)
def test_every_change_is_told_once_and_none_is_made_up(
    listed: dict[str, str], known: set[str], cut: int, chance: Random
) -> None:
    """In whatever pieces and order looks come: what was listed and not known, what was known and is listed no more."""
    samples = looks((), **listed)
    bursts = [burst(some, *sorted(known)) for some in (samples[:cut], samples[cut:])]
    chance.shuffle(bursts)
    found = changed(bursts, replace(NE, networks=0))
    news = {name for name, signs in listed.items() if name not in known and "+" in signs}
    lost = {name for name, signs in listed.items() if name in known and signs.replace("?", "")[-2:] == "--"}

    assert sorted(one.network for one in found if one.extended) == sorted(news)
    assert sorted(one.network for one in found if not one.extended) == sorted(lost)
    assert all(one.seen_at == at(listed[one.network].index("+")) for one in found if one.extended)


# --- what is said of it -----------------------------------------------------------------------------------------------


def test_a_task_in_which_networks_changed_stops_at_its_hand_over() -> None:
    """In the words of an appliance that is passed over for it, with each network and when it was first seen."""
    found = judged((extended("c", 2), extended("d", 3), gone("a", 1)), MESH.appliances)

    assert found is not None
    assert (found.state, found.reason, found.remedy) == (State.STOP, NETWORKS, REMEDY)
    planned, observed = MESH.appliances[1].networks, "after the appliance was observed for its upgrade"
    assert found.detail == (
        f"{NE.name} carries {planned + 1} extended networks now, and {planned} extended networks when it was planned: "
        f"c was extended on {NE.name} {observed}, first seen at 2026-11-24 02:00:10 UTC; "
        f"d was extended on {NE.name} {observed}, first seen at 2026-11-24 02:00:15 UTC; "
        f"a was taken away from {NE.name} {observed}, first missed at 2026-11-24 02:00:05 UTC"
    )
    assert judged((), MESH.appliances) is None
    assert told(gone("a", 1)) in found.detail


def _outages(samples: Iterable[Sample], note: str = "") -> tuple[NetworkOutage, ...]:
    found = measured(tuple(samples), NE.name, ApplianceMode.STANDARD, {})
    return tuple(replace(one, note=note) for one in found)


def test_the_figure_of_a_new_network_says_from_when_it_is() -> None:
    """A probe that was red at its first look was not red before the change, for nobody asked it then."""
    a, c = noted(_outages(looks(a="++", c=" +"), RED_BEFORE), (extended("c", 1),))

    assert a.note == RED_BEFORE
    assert c.note == (
        f"{RED_AT_FIRST}; it was extended after its appliance was observed for the upgrade, and is measured from "
        "2026-11-24 02:00:05 UTC on"
    )


def test_the_figure_of_a_network_that_is_gone_says_up_to_when_it_is() -> None:
    """The note is the last of all."""
    (a,) = noted(_outages(looks(a="+--")), (gone("a", 1),))

    assert a.note == (
        "it is not extended there any more, first missed at 2026-11-24 02:00:05 UTC, and what HCX says of it counts up "
        "to then"
    )
