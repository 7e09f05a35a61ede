"""A network that is extended on an appliance while that is being changed, or taken away from it: somebody else's doing.

The change under way is followed to its end, whatever that was; but nobody planned it, so that the task does not end as
if all had gone as planned. Only the meter's looks count: what is extended after it has ended met no change.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from shared.model.outage import Burst, ChangedNetwork, NetworkOutage, Sample, Turn
from shared.model.plan import ApplianceUpgrade
from shared.rules.mode_now import NETWORKS, carries
from shared.rules.outage import IN_A_ROW, RED_AT_FIRST, RED_BEFORE
from shared.rules.progress import Progress, State

REMEDY = (
    "a person at both sites: see who did that and whether it was meant, and test a machine on each of these networks "
    "once their appliance is verified; it need not be upgraded again for that"
)


def changed(bursts: Iterable[Burst], item: ApplianceUpgrade) -> tuple[ChangedNetwork, ...]:
    """What became of the networks of an appliance while it changed, in the order in which it was seen.

    Args:
        bursts: everything that was kept of it, in any order.
        item: the appliance, as it was planned.
    """
    kept = sorted((one for one in bursts if one.samples), key=lambda one: one.samples[0].at)
    samples = _while_it_changed(kept)
    if not samples:
        return ()
    known = frozenset(kept[0].known or (_first_listed(samples) if item.networks else ()))
    found = [*_extended(samples, known, item.name), *_gone(samples, known, item.name)]
    return tuple(sorted(found, key=lambda one: (one.seen_at, one.network)))


def _while_it_changed(bursts: Iterable[Burst]) -> tuple[Sample, ...]:
    """The meter's looks up to its end; a host that went away may have made it begin anew after that."""
    looks = sorted((one for burst in bursts for one in burst.samples), key=lambda one: one.at)
    mine = [one for one in looks if one.turn is not Turn.APART]
    last = next((at for at, one in enumerate(mine) if one.turn is Turn.LAST), len(mine))
    return tuple(mine[: last + 1])


def _first_listed(samples: Iterable[Sample]) -> tuple[str, ...]:
    """What the first look that could tell found, where no facts did: what was before it, nobody knows."""
    return next(filter(None, map(_listed, samples)), ())


def _listed(sample: Sample) -> tuple[str, ...]:
    return tuple(one.network for one in sample.networks if one.listed)


def _extended(samples: Iterable[Sample], known: frozenset[str], appliance: str) -> Iterator[ChangedNetwork]:
    first = dict[str, datetime]()
    for sample in samples:
        for name in _listed(sample):
            first.setdefault(name, sample.at)
    for name in first.keys() - known:
        yield ChangedNetwork(network=name, appliance=appliance, extended=True, seen_at=first[name])


def _gone(samples: Sequence[Sample], known: frozenset[str], appliance: str) -> Iterator[ChangedNetwork]:
    """One that the last looks do not list; that HCX lists a network throughout its appliance's change is inferred."""
    for name in known:
        said = [(look.at, one.listed) for look in samples for one in look.networks if one.network == name]
        told = [(at, listed) for at, listed in said if listed is not None]
        since = next((number for number in range(len(told), 0, -1) if told[number - 1][1]), 0)
        if len(told) - since >= IN_A_ROW:
            yield ChangedNetwork(network=name, appliance=appliance, extended=False, seen_at=told[since][0])


# --- what is said of it -----------------------------------------------------------------------------------------------


def told(one: ChangedNetwork) -> str:
    """One of them in a sentence without its stop."""
    what = "extended on" if one.extended else "taken away from"
    first = "seen" if one.extended else "missed"
    return f"{one.network} was {what} {one.appliance} after {_OBSERVED}, first {first} at {_moment(one.seen_at)}"


_OBSERVED = "the appliance was observed for its upgrade"


def judged(found: Sequence[ChangedNetwork], items: Iterable[ApplianceUpgrade]) -> Progress | None:
    """The stop that a task comes to at its hand-over; None where nothing else than planned was seen."""
    if not found:
        return None
    concerned = [one for one in items if any(each.appliance == one.name for each in found)]
    counts = "; ".join(carries(one.name, one.networks + _more(found, one.name), one.networks) for one in concerned)
    detail = f"{counts}: {'; '.join(map(told, found))}"
    return Progress(state=State.STOP, detail=detail, reason=NETWORKS, remedy=REMEDY)


def _more(found: Iterable[ChangedNetwork], appliance: str) -> int:
    return sum(1 if one.extended else -1 for one in found if one.appliance == appliance)


def noted(outages: Iterable[NetworkOutage], found: Sequence[ChangedNetwork]) -> tuple[NetworkOutage, ...]:
    """The same outages, with a note where the network was not there all along."""
    notes = {(one.appliance, one.network): one for one in found}
    return tuple(_with(one, notes.get((one.appliance, one.network))) for one in outages)


def _with(outage: NetworkOutage, change: ChangedNetwork | None) -> NetworkOutage:
    if change is None:
        return outage
    before = outage.note.replace(RED_BEFORE, RED_AT_FIRST) if change.extended else outage.note
    return replace(outage, note="; ".join(filter(None, (before, _note(change)))))


def _note(change: ChangedNetwork) -> str:
    at = _moment(change.seen_at)
    if change.extended:
        return f"it was extended after its appliance was observed for the upgrade, and is measured from {at} on"
    return f"it is not extended there any more, first missed at {at}, and what HCX says of it counts up to then"


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"
