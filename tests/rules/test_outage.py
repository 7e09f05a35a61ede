"""From samples to outages: what is reported is true within the error that is stated with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.ne_mode import ApplianceMode
from shared.model.outage import Interval, NetworkOutage, NetworkSeen, Sample, Traffic, Turn, Witness
from shared.rules.outage import (
    DOWN_BEFORE,
    NEVER_ANSWERED,
    NOT_WELL_YET,
    RED_BEFORE,
    measured,
    settled,
    silent_networks,
    witnesses,
)

BEGIN = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
UP, DOWN, UNKNOWN = Traffic.UP, Traffic.DOWN, Traffic.UNKNOWN
WORDS = {"+": UP, "-": DOWN, "?": UNKNOWN, "~": Traffic.STRANGE, " ": None}


def at(seconds: float) -> datetime:
    """So many seconds after the first sample."""
    return BEGIN + timedelta(seconds=seconds)


def span(seconds: float) -> timedelta:
    """A span of seconds."""
    return timedelta(seconds=seconds)


def sample(moment: float, hcx: str, probe: str = " ", *, width: float = 0, network: str = "net-a") -> Sample:
    """One look at one network."""
    word = WORDS[hcx]
    assert word is not None
    seen = NetworkSeen(network=network, by_hcx=word, by_probe=WORDS[probe])
    return Sample(at=at(moment), until=at(moment + width), networks=(seen,))


def row(hcx: str, probe: str = "", *, step: float = 10) -> list[Sample]:
    """A sample for each sign, at equal distances: `+` up, `-` down, `?` no answer, `~` a strange word."""
    return [sample(number * step, one, (probe or " " * len(hcx))[number]) for number, one in enumerate(hcx)]


def of(samples: Sequence[Sample], limit: float | None = None) -> NetworkOutage:
    """What it comes to for the one network in them."""
    limits = {} if limit is None else {"net-a": span(limit)}
    (found,) = measured(samples, "NE-I1", ApplianceMode.STANDARD, limits)
    return found


# --- by example -------------------------------------------------------------------------------------------------------


def test_an_edge_lies_in_the_middle_between_two_samples() -> None:
    """Good at 10 s and bad at 20 s is an outage from 15 s, give or take 5 s, and its end is found alike."""
    found = of(row("++--+"))

    assert found.intervals == (Interval(began=at(15), ended=at(35), error=span(5)),)
    assert (found.total, found.error) == (span(20), span(10))
    assert (found.witness, found.note) == (Witness.HCX, "")


def test_a_lost_sample_widens_the_error() -> None:
    """What was not answered neither begins nor ends an outage, and is counted."""
    found = of(row("++?-?-?++"))

    assert found.intervals == (Interval(began=at(20), ended=at(60), error=span(10)),)
    assert (found.total, found.error) == (span(40), span(20))
    assert (found.samples, found.lost) == (9, 3)


@pytest.mark.parametrize(
    ("looks", "intervals", "lost"),
    [
        ("+-~~+", [(5, 35)], 0),
        ("+-?~+", [(5, 35)], 1),
        ("+~~++", [], 2),
        ("+-~~~", [(5, None)], 3),
        ("+-~~-+", [(5, 45)], 0),
        ("+-+~+", [(5, 15)], 1),
    ],
)
def test_a_strange_word_is_no_traffic_between_an_outage_and_the_good_one(
    looks: str, intervals: list[tuple[float, float | None]], lost: int
) -> None:
    """Where the good word never comes again, or there was no outage before, nothing is known of that time."""
    found = of(row(looks))

    assert [(one.began, one.ended) for one in found.intervals] == [
        (at(begin), None if end is None else at(end)) for begin, end in intervals
    ]
    assert found.lost == lost
    assert (NOT_WELL_YET in found.note) is (lost < looks.count("~") + looks.count("?"))


@pytest.mark.parametrize(
    ("hcx", "probe", "since", "well"),
    [
        ("+-++", "", 20, True),
        ("+-++", "", 25, False),
        ("+--+", "", 0, False),
        ("+-+?", "", 0, False),
        ("+-+~", "", 0, False),
        ("++++", "+--+", 0, False),
        ("+-++", "+-++", 20, True),
        ("+---", "+-++", 20, True),
        ("+-++", "----", 20, True),
    ],
)
def test_networks_are_well_again_after_two_looks_of_their_witness(
    hcx: str,
    probe: str,
    since: float,
    well: bool,  # noqa: FBT001 -- a parameter
) -> None:
    """In a row and since the appliance was verified. A probe that was red before the change says nothing of it."""
    assert settled(row(hcx, probe), at(since)) is well
    assert not settled([*row(hcx, probe), sample(30, "-", network="net-b")], at(since))


def test_without_a_look_nothing_is_well_again() -> None:
    """Nobody knows."""
    assert not settled([], BEGIN)


@pytest.mark.parametrize(
    ("hcx", "probe", "silent"),
    [
        ("+-++", "+---", [True]),
        ("+---", "+---", [False]),
        ("+-++", "+-++", []),
        ("+-++", "----", []),
        ("+-++", "+-??", []),
        ("+---", "", []),
    ],
)
def test_a_network_is_silent_where_its_probe_was_answered_before(hcx: str, probe: str, silent: list[bool]) -> None:
    """By the last look; with what HCX says of it at the same time."""
    *before, last = row(hcx, probe)
    found = silent_networks(before, last, "NE-I1")

    assert [(one.network, one.appliance, one.tunnel_up) for one in found] == [("net-a", "NE-I1", up) for up in silent]
    assert (Witness.PROBE in witnesses(row(hcx, probe))) is probe.startswith("+")


def test_the_time_that_a_sample_takes_is_part_of_the_error() -> None:
    """An answer was true at some moment while it was waited for."""
    found = of([sample(0, "+"), sample(10, "-", width=4), sample(20, "+", width=2)])

    assert found.intervals == (Interval(began=at(6), ended=at(16.5), error=span(8)),)


def test_two_outages_are_two() -> None:
    """A network that came back in between is told so, and both count."""
    found = of(row("+-+-+"))

    assert [one.began for one in found.intervals] == [at(5), at(25)]
    assert (found.total, found.error) == (span(20), span(20))


def test_an_outage_that_goes_on_has_no_end() -> None:
    """It counts up to the last sample, answered or not, and may have ended right after the last bad one."""
    found = of(row("++--??"))

    assert found.intervals == (Interval(began=at(15), ended=None, error=span(5)),)
    assert (found.total, found.error) == (span(35), span(25))


def test_what_was_down_before_is_counted_from_the_first_look() -> None:
    """Nobody knows since when it was so, and the note says that it was."""
    found = of(row("--+"))

    assert found.intervals == (Interval(began=at(0), ended=at(15), error=span(5)),)
    assert found.note == DOWN_BEFORE


def test_an_outage_that_nobody_saw_may_have_been_between_two_answers() -> None:
    """Where all answers are good the total is none, give or take the longest time without one."""
    found = of(row("+++?+"))

    assert (found.intervals, found.total, found.error) == ((), span(0), span(20))


@pytest.mark.parametrize(
    ("ended", "error"),
    [(True, 20), (False, 600)],
    ids=["the meter ended", "the meter broke off"],
)
def test_the_time_after_the_meter_is_no_time_without_an_answer(
    ended: bool,  # noqa: FBT001 -- a parameter
    error: float,
) -> None:
    """The look of the hand-over comes ten minutes later. Where the meter broke off, nobody knows what was meanwhile."""
    *looks, last = row("++?+")
    late = replace(sample(630, "+"), turn=Turn.APART)
    found = of([*looks, replace(last, turn=Turn.LAST if ended else Turn.ON), late])

    assert (found.total, found.error, found.samples) == (span(0), span(error), 5)


def test_a_meter_that_begins_anew_counts_again() -> None:
    """A host that went away after the change lets it look once more: the time in between is nobody's, its own is."""
    first = [*row("++")[:1], replace(sample(10, "+"), turn=Turn.LAST)]
    second = [sample(500, "+"), sample(530, "+"), replace(sample(535, "+"), turn=Turn.LAST)]

    assert of([*first, replace(sample(300, "+"), turn=Turn.APART), *second]).error == span(30)


def test_a_look_of_the_hand_over_ends_an_outage() -> None:
    """Where the network never was seen up again by the meter, its end lies between both, and so much is the error."""
    *looks, last = row("+--")
    found = of([*looks, replace(last, turn=Turn.LAST), replace(sample(120, "+"), turn=Turn.APART)])

    assert found.intervals == (Interval(began=at(5), ended=at(70), error=span(50)),)


def test_what_is_extended_no_more_is_counted_up_to_then() -> None:
    """HCX says nothing of it from then on, which is no lost sample; a probe goes on being the proof."""
    gone = [
        Sample(at=one.at, until=one.until, networks=(replace(one.networks[0], listed=number < 3),))
        for number, one in enumerate(row("+--???"))
    ]
    probed = [
        replace(one, networks=(replace(one.networks[0], by_probe=WORDS["+--+++"[number]]),))
        for number, one in enumerate(gone)
    ]

    assert of(gone).intervals == (Interval(began=at(5), ended=None, error=span(5)),)
    assert (of(gone).total, of(gone).samples, of(gone).lost) == (span(15), 3, 0)
    assert of(probed).intervals == (Interval(began=at(5), ended=at(25), error=span(5)),)
    assert settled(gone, at(50))


@pytest.mark.parametrize(("planned", "looks", "well"), [(0, 2, True), (0, 1, False), (2, 2, False)])
def test_an_appliance_without_networks_is_well_after_two_looks(
    planned: int,
    looks: int,
    well: bool,  # noqa: FBT001 -- a parameter
) -> None:
    """Where the plan knows of networks and no look shows one, nothing is well."""
    seen = [Sample(at=at(number * 10), until=at(number * 10), networks=()) for number in range(looks)]

    assert settled(seen, BEGIN, planned) is well


def test_where_nothing_was_answered_anything_may_have_been() -> None:
    """Without one answer every sample is lost, and the error is all of the time."""
    found = of(row("????"))

    assert (found.intervals, found.lost, found.error) == ((), 4, span(30))


def test_a_probe_that_was_green_before_beats_hcx() -> None:
    """What HCX shows is not the outage that somebody felt."""
    found = of(row("++-+++", "++---+"))

    assert found.witness is Witness.PROBE
    assert found.intervals == (Interval(began=at(15), ended=at(45), error=span(5)),)


def test_a_probe_that_was_red_before_proves_nothing() -> None:
    """HCX is believed then, and the note says why."""
    found = of(row("++-+++", "?-----"))

    assert (found.witness, found.note, found.silent) == (Witness.HCX, RED_BEFORE, False)
    assert found.total == span(10)


def test_a_probe_that_never_answered_proves_nothing() -> None:
    """The same where it could not even be asked."""
    found = of(row("++-+", "????"))

    assert (found.witness, found.note) == (Witness.HCX, NEVER_ANSWERED)
    assert found.total == span(10)


@pytest.mark.parametrize(
    ("hcx", "probe", "silent"),
    [
        ("++++++", "++--++", True),
        ("++++++", "++-+++", True),
        ("++--++", "++----", True),
        ("++--++", "++---+", False),
        ("++---+", "+----+", False),
        ("++????", "++--++", False),
        ("++--++", "++++++", False),
        ("++++++", "-----+", False),
    ],
    ids=["all along", "for one look", "came back early", "lags behind", "ahead", "did not say", "no outage", "was red"],
)
def test_up_without_traffic_is_told(hcx: str, probe: str, *, silent: bool) -> None:
    """HCX says up while the probe finds nothing: throughout, or for more than one look beside what HCX shows too."""
    assert of(row(hcx, probe)).silent is silent


@pytest.mark.parametrize(("limit", "over"), [(None, False), (9.9, True), (10, False), (20, False)])
def test_over_the_limit_is_what_is_surely_longer(limit: float | None, *, over: bool) -> None:
    """An outage of 20 s that may be 10 s too long is over a limit below 10 s only."""
    assert of(row("++--+"), limit).over is over


def test_networks_of_one_appliance_are_told_apart() -> None:
    """Each has its own outage, its own limit, and the samples that name it."""
    both = [
        Sample(
            at=at(number * 10),
            until=at(number * 10),
            networks=(
                NetworkSeen(network="net-b", by_hcx=UP),
                NetworkSeen(network="net-a", by_hcx=DOWN if number == 1 else UP),
            ),
        )
        for number in range(4)
    ]
    first, second = measured(
        [*both, sample(40, "+", network="net-b")], "NE-I1", ApplianceMode.IN_SERVICE, {"net-b": span(1)}
    )

    assert (first.network, first.total, first.samples, first.limit) == ("net-a", span(10), 4, None)
    assert (second.network, second.total, second.samples, second.limit) == ("net-b", span(0), 5, span(1))
    assert {one.mode for one in (first, second)} == {ApplianceMode.IN_SERVICE}
    assert {one.appliance for one in (first, second)} == {"NE-I1"}


def test_a_network_that_is_missing_in_a_sample_is_not_good_there() -> None:
    """A sample that does not name it leaves room as a lost one does."""
    found = of([one for one in row("+--+") if one.at != at(10)])

    assert found.intervals == (Interval(began=at(10), ended=at(25), error=span(10)),)


def test_of_two_extensions_of_one_name_the_worse_one_counts() -> None:
    """Half a network that is down is down."""
    twice = (NetworkSeen(network="net-a", by_hcx=DOWN), NetworkSeen(network="net-a", by_hcx=UP))
    found = of([sample(0, "+"), Sample(at=at(10), until=at(10), networks=twice), sample(20, "+")])

    assert found.total == span(10)


def test_a_good_word_that_was_asked_for_beside_a_bad_one_ends_nothing() -> None:
    """Two deliveries sample at once: which of two overlapping answers was first nobody knows."""
    found = of([sample(0, "+"), sample(10, "-", width=2), sample(11, "+", width=3), sample(20, "+")])

    assert found.intervals == (Interval(began=at(5.5), ended=at(15.5), error=span(6.5)),)


def test_without_samples_there_is_nothing_to_tell() -> None:
    """No network is made up."""
    assert measured((), "NE-I1", ApplianceMode.STANDARD, {"net-a": span(1)}) == ()


# --- whatever is true -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One sample, with the moment in its span at which its answer was true, in seconds."""

    at: int
    until: int
    moment: int
    lost: bool


@dataclass(frozen=True)
class World:
    """When traffic goes and comes back, in turn, and how it was sampled."""

    edges: tuple[int, ...]
    asked: tuple[Asked, ...]

    @property
    def known(self) -> tuple[Asked, ...]:
        """The samples that were answered."""
        return tuple(one for one in self.asked if not one.lost)

    @property
    def gap(self) -> int:
        """The longest time between two answers in a row."""
        return max((later.until - one.at for one, later in pairwise(self.known)), default=0)

    @property
    def outages(self) -> list[tuple[int, int]]:
        """Begin and end of each true one; the last may never end."""
        ends = [*self.edges[1::2], 10**6]
        return list(zip(self.edges[::2], ends, strict=False))

    def samples(self) -> list[Sample]:
        """As the meter would bring them."""
        return [sample(one.at, self._sign(one), width=one.until - one.at) for one in self.asked]

    def _sign(self, one: Asked) -> str:
        if one.lost:
            return "?"
        return "-" if any(begun <= one.moment < ended for begun, ended in self.outages) else "+"

    def near(self, moment: datetime, error: timedelta) -> set[str]:
        """Which kinds of edge are not farther from `moment` than `error`."""
        kinds = {0: "goes", 1: "comes"}
        return {kinds[number % 2] for number, edge in enumerate(self.edges) if abs(at(edge) - moment) <= error}


def samplings(*, overlapping: bool = False) -> st.SearchStrategy[tuple[Asked, ...]]:
    """Samples at any times with any losses, one after the other unless they may overlap."""
    one = st.tuples(st.integers(1, 30), st.integers(0, 12), st.integers(0, 12), st.sampled_from([False, False, True]))
    return st.lists(one, min_size=1, max_size=25).map(lambda drawn: tuple(_asked(drawn, overlapping=overlapping)))


def _asked(drawn: Iterable[tuple[int, int, int, bool]], *, overlapping: bool) -> Iterable[Asked]:
    now = 0
    for pause, width, into, lost in drawn:
        now += pause
        yield Asked(at=now, until=now + width, moment=now + min(into, width), lost=lost)
        now += 0 if overlapping else width


def worlds(*, overlapping: bool = False) -> st.SearchStrategy[World]:
    """Any signal, sampled in any way."""
    edges = st.lists(st.integers(0, 800), max_size=8, unique=True).map(lambda some: tuple(sorted(some)))
    return st.builds(World, edges=edges, asked=samplings(overlapping=overlapping))


@st.composite
def slow_worlds(draw: st.DrawFn) -> World:
    """Any signal of which every phase lasts longer than the longest time between two answers."""
    asked = draw(samplings().filter(lambda some: any(not one.lost for one in some)))
    still = World(edges=(), asked=asked)
    edge, last, edges = still.known[0].until + still.gap, still.known[-1].at - still.gap, []
    while (edge := edge + still.gap + draw(st.integers(1, 60))) < last:
        edges.append(edge)
    return World(edges=tuple(edges), asked=asked)


@given(worlds())
def test_an_outage_longer_than_the_longest_gap_is_reported(world: World) -> None:
    """Every true outage that lasts longer than any time between two answers has an interval that lies on it."""
    found = measured(world.samples(), "NE-I1", ApplianceMode.STANDARD, {})[0]
    first, last = (world.known[0].moment, world.known[-1].moment) if world.known else (0, 0)
    for begun, ended in ((max(one, first), min(two, last)) for one, two in world.outages):
        if ended - begun > world.gap:
            assert any(one.began <= at(ended) and (one.ended or at(last)) >= at(begun) for one in found.intervals)


@given(samplings(overlapping=True), st.integers(1, 5000), st.lists(st.integers(1, 5000), max_size=4))
def test_what_nobody_saw_is_no_longer_than_the_longest_gap_of_the_meter(
    asked: tuple[Asked, ...], idle: int, later: list[int]
) -> None:
    """However long the hand-over takes after a meter that ended, and however often it looks: the error is the same."""
    *looks, last = World(edges=(), asked=asked).samples()
    meter, over = [*looks, replace(last, turn=Turn.LAST)], max(one.until for one in asked)
    moments = [over + idle + sum(later[:number]) for number in range(len(later) + 1)]
    apart = [replace(sample(moment, "+"), turn=Turn.APART) for moment in moments]

    assert of([*meter, *apart]).error == of(meter).error


@pytest.mark.parametrize("overlapping", [False, True])
@given(data=st.data())
def test_every_edge_is_true_within_its_error(data: st.DataObject, *, overlapping: bool) -> None:
    """Where an outage is said to begin or end, traffic did go or come back, not farther away than the error."""
    world = data.draw(worlds(overlapping=overlapping))
    found = measured(world.samples(), "NE-I1", ApplianceMode.STANDARD, {})[0]

    for number, one in enumerate(found.intervals):
        from_before = number == 0 and found.note == DOWN_BEFORE
        assert from_before or "goes" in world.near(one.began, one.error)
        assert one.ended is None or "comes" in world.near(one.ended, one.error)


@given(slow_worlds())
def test_the_total_is_true_within_its_error(world: World) -> None:
    """Where nothing can hide between two answers, the reported total is off by no more than it says."""
    found = measured(world.samples(), "NE-I1", ApplianceMode.STANDARD, {})[0]
    last = max(one.until for one in world.asked)
    truth = span(sum(min(ended, last) - begun for begun, ended in world.outages))

    assert len(found.intervals) == len(world.outages)
    assert abs(found.total - truth) <= found.error


@given(worlds(overlapping=True), st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(world: World, chance: Random) -> None:
    """Samples that come twice, and in any order, come to the same."""
    samples = world.samples()
    shuffled = [*samples, *chance.sample(samples, len(samples) // 2)]
    chance.shuffle(shuffled)
    mode = ApplianceMode.STANDARD

    assert measured(shuffled, "NE-I1", mode, {}) == measured(samples, "NE-I1", mode, {})


@given(worlds(overlapping=True))
def test_no_time_is_negative(world: World) -> None:
    """Whatever was sampled, intervals follow each other, and totals and errors are no less than nothing."""
    found = measured(world.samples(), "NE-I1", ApplianceMode.STANDARD, {})[0]

    assert min(found.total, found.error, *(one.error for one in found.intervals)) >= span(0)
    assert all(one.ended is not None and one.began <= one.ended for one in found.intervals[:-1])
    assert all(one.ended is not None and one.ended <= later.began for one, later in pairwise(found.intervals))
