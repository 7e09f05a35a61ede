"""What samples of one appliance's networks come to: how long each network carried no traffic, and how sure that is.

Nothing is known between two samples, so every edge of an outage lies in the middle between the last good and the
first bad one, and may be off by half of what is between them. What was not answered begins nothing and ends nothing; it
leaves more room between the answers on both of its sides, and that room is the error. An outage that began and ended
between two answers is not seen at all: where none was seen, the error says how long one may have been while anybody
looked. Between the end of the meter and the look of the hand-over nobody does, and nothing is changed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate, groupby, pairwise

from shared.model.ne_mode import ApplianceMode
from shared.model.outage import Interval, NetworkOutage, NetworkSeen, Sample, SilentNetwork, Traffic, Turn, Witness
from shared.model.record import record
from shared.rules.traffic import worst

RED_BEFORE = "its probe was red before the change, so that this is what HCX says"
RED_AT_FIRST = "its probe was red when it was first seen, so that this is what HCX says"
NEVER_ANSWERED = "its probe was never answered, so that this is what HCX says"
NOT_WELL_YET = (
    "its tunnel was back before its extension was in its good state again, and that time counts as one without traffic"
)
DOWN_BEFORE = "it carried no traffic at the first look already, and what was before that is not counted"

IN_A_ROW = 2
"""How many looks have to find a network up before it counts as up again: a tunnel may flap once."""

_NO_TIME = timedelta()


def measured(
    samples: Sequence[Sample], appliance: str, mode: ApplianceMode, limits: Mapping[str, timedelta]
) -> tuple[NetworkOutage, ...]:
    """What the change of one appliance cost each of its networks, by name.

    Args:
        samples: in any order; one that was delivered twice counts once.
        appliance: name of the initiator's appliance.
        mode: how it was upgraded.
        limits: the longest outage that is accepted, by name of the network; one that is missing has no limit.
    """
    found = _by_network(samples)
    return tuple(_outage(name, looks, appliance, mode, limits.get(name)) for name, looks in found)


def had_probe(outage: NetworkOutage) -> bool:
    """Whether a probe is named for the network, believed or not."""
    return outage.witness is Witness.PROBE or any(one in outage.note for one in _DOUBTS)


_DOUBTS = (RED_BEFORE, RED_AT_FIRST, NEVER_ANSWERED)


def settled(samples: Sequence[Sample], since: datetime, planned: int = 1) -> bool:
    """Whether every network was seen up by its witness in its last two looks, both of them after `since`.

    Args:
        samples: all of them.
        since: when the appliance was verified.
        planned: how many networks it is known to carry. Where that is none, two looks that show none will do; else
            what no look shows is not well. One that is extended there no more has nothing that could come back.
    """
    by_network = _by_network(samples)
    if not by_network:
        return not planned and sum(1 for one in samples if one.at >= since) >= IN_A_ROW
    return all(_well_again(looks, since) or _gone(looks) for _, looks in by_network)


def witnesses(samples: Sequence[Sample]) -> frozenset[Witness]:
    """Whose word counts for the networks that were looked at."""
    return frozenset(_witness(looks)[0] for _, looks in _by_network(samples))


def silent_networks(samples: Sequence[Sample], last: Sample, appliance: str) -> tuple[SilentNetwork, ...]:
    """Networks whose probe was answered before the change, by the samples of it, and finds nothing in the last one."""
    probed = {name for name, looks in _by_network(samples) if _witness(looks)[0] is Witness.PROBE}
    return tuple(
        SilentNetwork(network=name, appliance=appliance, tunnel_up=look.by_hcx is Traffic.UP)
        for name, (look, *_) in _by_network((last,))
        if name in probed and look.by_probe is Traffic.DOWN
    )


# --- what one network looked like, by one witness ---------------------------------------------------------------------


@record
class _Look:
    """One network in one sample."""

    network: str
    at: datetime
    until: datetime
    by_hcx: Traffic
    by_probe: Traffic | None
    listed: bool | None
    turn: Turn

    def order(self) -> tuple[datetime, datetime, str, str, str, str]:
        return self.at, self.until, self.by_hcx, self.by_probe or "", str(self.listed), self.turn


@record
class _Word:
    """What the witness said, at some moment of a span."""

    at: datetime
    until: datetime
    traffic: Traffic

    @property
    def half(self) -> timedelta:
        return (self.until - self.at) / 2

    @property
    def middle(self) -> datetime:
        return self.at + self.half


def _looks(sample: Sample) -> Iterator[_Look]:
    for name in dict.fromkeys(one.network for one in sample.networks):
        same = [one for one in sample.networks if one.network == name]
        yield _Look(
            network=name,
            at=sample.at,
            until=max(sample.at, sample.until),
            by_hcx=worst(one.by_hcx for one in same),
            by_probe=_probed(same),
            listed=_listed(same),
            turn=sample.turn,
        )


def _by_network(samples: Iterable[Sample]) -> list[tuple[str, list[_Look]]]:
    """The looks at each network in the order in which they were taken, by its name; each counts once."""
    looks = sorted({look for sample in samples for look in _looks(sample)}, key=_Look.order)
    by_name = groupby(sorted(looks, key=lambda one: one.network), key=lambda one: one.network)
    return [(name, list(found)) for name, found in by_name]


def _well_again(looks: Sequence[_Look], since: datetime) -> bool:
    witness, _ = _witness(looks)
    last = [_word(look, witness).traffic for look in looks if look.at >= since][-IN_A_ROW:]
    return last == [Traffic.UP] * IN_A_ROW


def _probed(same: Iterable[NetworkSeen]) -> Traffic | None:
    words = [one.by_probe for one in same if one.by_probe is not None]
    return worst(words) if words else None


def _listed(same: Iterable[NetworkSeen]) -> bool | None:
    said = {one.listed for one in same}
    return True if True in said else False if False in said else None


def _gone(looks: Sequence[_Look]) -> bool:
    """Whether it was extended there no more in the last two looks that could tell."""
    return [one.listed for one in looks if one.listed is not None][-IN_A_ROW:] == [False] * IN_A_ROW


def _while_extended(looks: Sequence[_Look]) -> Sequence[_Look]:
    """Without those from when it was gone: of what is extended no more HCX has nothing to say."""
    listed = [at for at, one in enumerate(looks) if one.listed]
    return looks[: listed[-1] + 1] if listed and _gone(looks) else looks


def _outage(
    network: str, looks: Sequence[_Look], appliance: str, mode: ApplianceMode, limit: timedelta | None
) -> NetworkOutage:
    witness, doubt = _witness(looks)
    looks = _while_extended(looks) if witness is Witness.HCX else looks
    said = [_word(look, witness) for look in looks]
    words = _understood(said)
    known = _ordered([one for one in words if one.traffic not in _NOTHING])
    spells = tuple(_spells(known, max(one.until for one in looks)))
    return NetworkOutage(
        network=network,
        appliance=appliance,
        mode=mode,
        witness=witness,
        intervals=tuple(one.interval for one in spells),
        total=sum((one.lasted for one in spells), _NO_TIME),
        error=sum((one.error for one in spells), _NO_TIME) if spells else _unseen(known, looks),
        samples=len(words),
        lost=sum(1 for one in words if one.traffic in _NOTHING),
        limit=limit,
        silent=witness is Witness.PROBE and _silent(looks),
        note="; ".join(_notes(doubt, began_before=bool(spells) and spells[0].began_before, late=words != said)),
    )


def _notes(doubt: str, *, began_before: bool, late: bool) -> Iterator[str]:
    yield from filter(None, (doubt, DOWN_BEFORE if began_before else "", NOT_WELL_YET if late else ""))


def _witness(looks: Iterable[_Look]) -> tuple[Witness, str]:
    """Who is believed, and why the probe is not: one that was red before the change cannot show what it cost."""
    words = [one.by_probe for one in looks if one.by_probe is not None]
    said = [one for one in words if one is not Traffic.UNKNOWN]
    if said and said[0] is Traffic.UP:
        return Witness.PROBE, ""
    if said:
        return Witness.HCX, RED_BEFORE
    return Witness.HCX, NEVER_ANSWERED if words else ""


def _word(look: _Look, witness: Witness) -> _Word:
    said = look.by_hcx if witness is Witness.HCX else look.by_probe
    return _Word(at=look.at, until=look.until, traffic=said or Traffic.UNKNOWN)


_NOTHING = frozenset({Traffic.STRANGE, Traffic.UNKNOWN})
"""Words that say neither that there is traffic nor that there is none."""


def _understood(words: Sequence[_Word]) -> list[_Word]:
    """With a state that nobody understands taken for no traffic, where it lies between an outage and the good state.

    That a network carries nothing before it says its good word again is inferred. One that never says it again may have
    learned a new word for it by the upgrade: of that nothing is known.
    """
    found, after = list[_Word](), list[Traffic]()
    known = [one.traffic for one in words if one.traffic not in _NOTHING]
    for one in words:
        if one.traffic not in _NOTHING:
            after.append(one.traffic)
        late = one.traffic is Traffic.STRANGE and after[-1:] == [Traffic.DOWN] and Traffic.UP in known[len(after) :]
        found.append(replace(one, traffic=Traffic.DOWN) if late else one)
    return found


def _ordered(known: Sequence[_Word]) -> list[_Word]:
    """In the order in which they were true, without a good word that was asked for at the same time as a bad one.

    Which of both was first nobody knows, and an outage must not end by a word from before it.
    """
    bad = sorted((one for one in known if one.traffic is Traffic.DOWN), key=lambda one: one.at)
    begins, last = [one.at for one in bad], list(accumulate((one.until for one in bad), max))
    spans = {(one.at, one.until) for one in bad}

    def overlaps(one: _Word) -> bool:
        begun = bisect_left(begins, one.until)
        return (one.at, one.until) in spans or (begun > 0 and last[begun - 1] > one.at)

    sure = (one for one in known if one.traffic is Traffic.DOWN or not overlaps(one))
    return sorted(sure, key=lambda one: one.middle)


# --- times without traffic --------------------------------------------------------------------------------------------


@record
class _Edge:
    """A change between traffic and none."""

    at: datetime
    error: timedelta


@record
class _Spell:
    """One time without traffic, with an error for either edge."""

    began: _Edge
    ended: _Edge
    open: bool
    """Whether the last word still was that there is none: it counts up to the last sample then."""
    began_before: bool
    """Whether the first word was so already."""

    @property
    def lasted(self) -> timedelta:
        return self.ended.at - self.began.at

    @property
    def error(self) -> timedelta:
        return self.began.error + self.ended.error

    @property
    def interval(self) -> Interval:
        return Interval(
            began=self.began.at,
            ended=None if self.open else self.ended.at,
            error=self.began.error if self.open else max(self.began.error, self.ended.error),
        )


def _spells(known: Sequence[_Word], last: datetime) -> Iterator[_Spell]:
    """Every run of bad words in a row, with the good one on either side of it where there is one."""
    runs = [(traffic, list(words)) for traffic, words in groupby(known, key=lambda one: one.traffic)]
    for number, (traffic, bad) in enumerate(runs):
        if traffic is Traffic.DOWN:
            before = runs[number - 1][1][-1] if number else None
            after = runs[number + 1][1][0] if number + 1 < len(runs) else None
            yield _Spell(
                began=_between(before, bad[0]) if before else _edge_of(bad[0]),
                ended=_between(bad[-1], after) if after else _still(bad[-1], last),
                open=after is None,
                began_before=before is None,
            )


def _between(one: _Word, other: _Word) -> _Edge:
    apart = (other.middle - one.middle) / 2
    return _Edge(at=one.middle + apart, error=apart + max(one.half, other.half))


def _edge_of(word: _Word) -> _Edge:
    return _Edge(at=word.middle, error=word.half)


def _still(bad: _Word, last: datetime) -> _Edge:
    """Nobody saw an end: it may have come right after the last word."""
    return _Edge(at=last, error=last - bad.at)


def _unseen(known: Sequence[_Word], looks: Sequence[_Look]) -> timedelta:
    """How long an outage may have been that nobody saw: as long as the longest time without an answer."""
    return max(_unanswered(known, begin, end) for begin, end in _stretches(looks))


def _unanswered(known: Sequence[_Word], begin: datetime, end: datetime) -> timedelta:
    """The longest time without an answer in a time in which somebody looked."""
    within = [one for one in known if begin <= one.at <= end]
    since, until = (begin, *(one.at for one in within)), (*(one.until for one in within), end)
    return max(later - earlier for earlier, later in zip(since, until, strict=True))


def _stretches(looks: Sequence[_Look]) -> Iterator[tuple[datetime, datetime]]:
    """The times in which somebody looked: each up to where a meter ended as it should.

    One that broke off leaves its time open, so that it lasts up to whatever look comes next. A look of the hand-over
    after a meter has ended is about nothing but its own moment.
    """
    found = list[list[_Look]]()
    for look in looks:
        ended = bool(found) and found[-1][-1].turn is Turn.LAST
        if not found or (ended and look.turn is not Turn.APART):
            found.append([look])
        elif not ended:
            found[-1].append(look)
    return ((some[0].at, max(one.until for one in some)) for some in found)


# --- silence ----------------------------------------------------------------------------------------------------------


def _silent(looks: Iterable[_Look]) -> bool:
    """Whether HCX said that all was up while the probe found nothing: twice in a row, or for as long as that went on.

    Once beside an outage that HCX shows as well is no more than that one of both was asked a moment earlier.
    """
    said = [one for one in looks if one.by_probe not in {None, Traffic.UNKNOWN} and one.by_hcx is not Traffic.UNKNOWN]
    red = [list(run) for down, run in groupby(said, key=lambda one: one.by_probe is Traffic.DOWN) if down]
    return any(_unshown(run) for run in red)


def _unshown(red: Sequence[_Look]) -> bool:
    up = [one.by_hcx is Traffic.UP for one in red]
    return all(up) or any(one and following for one, following in pairwise(up))
