"""What is reported of outages under each fault that touches them, held against the truth of the simulated world.

One world, played once for each fault: an appliance that goes in service, a group and a standard one, each in a mesh of
its own and with a network that has a probe and one that has none. The largest deviation is kept with the result.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.model.codec import from_json
from shared.model.outage import Interval, NetworkOutage, Witness
from shared.rules.outage import NOT_WELL_YET, RED_BEFORE
from tests.app.conftest import ROOT, Play

pytestmark = pytest.mark.story

WORLD = ROOT / "tests" / "app" / "worlds" / "accuracy.yaml"
STEP = timedelta(seconds=5)
"""How often one looks, unless the policy says otherwise."""
NO_TIME = timedelta()

type Span = tuple[datetime, datetime]
type Truth = dict[str, list[Span]]


@dataclass(frozen=True)
class Fault:
    """A fault, and by what one sees that it took place."""

    name: str
    on: str = "*"
    """For which mesh."""
    longest: int = 0
    """At least so many seconds are the longest outage of the truth."""
    times: int = 1
    """So often is some network interrupted."""
    shows: Callable[[list[NetworkOutage]], bool] = bool
    spares: frozenset[str] = frozenset()
    """Networks that it keeps from being interrupted: nothing must be reported of them, within a step."""


GROUP = frozenset({"mesh-rome-ne1-net1", "mesh-rome-ne1-net2"})
"""Networks of the group. Its standby goes first: where the new one does not come up, the other was never touched."""
FAULTS = (
    Fault("slow_reattach", longest=180, shows=lambda found: any(NOT_WELL_YET in one.note for one in found)),
    Fault("tunnel_flap", times=2),
    Fault("traffic_late", longest=90, shows=lambda found: any(one.silent for one in found)),
    Fault("double_outage", times=2),
    Fault("appliance_rollback", longest=180, spares=GROUP),
    Fault("peer_lags", longest=75),
    Fault("lost_samples", shows=lambda found: any(one.lost for one in found)),
    Fault("clocks_apart"),
    Fault("probe_red_before", on="mesh-oslo", shows=lambda found: any(one.note == RED_BEFORE for one in found)),
    Fault("job_vanishes_upgrade_goes_on"),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_outage_is_measured_within_one_step(
    play: Play, tmp_path: Path, fault: Fault, record_property: Callable[[str, object], None]
) -> None:
    """Each time without traffic is reported, its ends and the sum off by no more than one step.

    Where looks were lost at an end, the error that is stated counts instead; what is shorter than a step may be missed.
    A tunnel that is up without traffic is found by the probe only: there no more is asked of the word of HCX than that
    it reports no outage that was none.
    """
    told = play("fleet_run", _world(tmp_path, fault))
    found = [from_json(NetworkOutage, one) for one in told["outages"]]
    truth = _truth(told)

    assert sorted(one.network for one in found) == sorted([*truth, *fault.spares])
    assert {one.witness for one in found} == set(Witness)
    assert {one.mode.value for one in found} == {"in-service", "standard", "ha-group"}
    assert max(end - begin for spans in truth.values() for begin, end in spans) >= timedelta(seconds=fault.longest)
    assert max(map(len, truth.values())) == fault.times
    assert fault.shows(found)
    assert [one["text"] for one in told["journal"] if "/networks/" in one["key"]] == [], "nobody changed any"
    off = {one.network: _deviation(one, truth.get(one.network, []), fault.name) for one in found}
    record_property("largest deviation in seconds", max(off.values()).total_seconds())
    print(f"{fault.name}: at most {max(off.values()).total_seconds():g} s off, of {STEP.total_seconds():g} s")  # noqa: T201 -- kept with the result


def _world(folder: Path, fault: Fault) -> str:
    """The world with that fault."""
    file = folder / f"{fault.name}.yaml"
    file.write_text(f"{WORLD.read_text('utf-8')}\nfaults: [{{name: {fault.name}, on: '{fault.on}'}}]\n", "utf-8")
    return str(file)


def _truth(told: Any) -> Truth:
    spans: Truth = {}
    for one in told["truth"]["outages"]:
        assert one["to"] is not None, f"{one['network']} is without traffic to the end of the world"
        span = datetime.fromisoformat(one["from"]), datetime.fromisoformat(one["to"])
        spans.setdefault(one["network"], []).append(span)
    return spans


def _deviation(one: NetworkOutage, truth: list[Span], fault: str) -> timedelta:
    """By how much any figure of a network is off; fails where that is more than it may be."""
    if fault == "traffic_late" and one.witness is Witness.HCX:
        assert all(_of(interval, truth) for interval in one.intervals)
        return NO_TIME
    lost = one.lost > 0
    matched = {interval: _of(interval, truth) for interval in one.intervals}
    missed = [span for span in truth if span not in matched.values()]
    assert len(missed) == len(truth) - len(one.intervals), f"{one.network}: an outage counts twice, or was none"
    assert all(end - begin <= (one.error if lost else STEP) for begin, end in missed), f"{one.network}: one is missing"
    assert one.intervals or lost or one.error <= STEP, f"{one.network}: up to {one.error} may have been missed"
    edges = [_apart(interval, span, lost=lost) for interval, span in matched.items()]
    total = abs(one.total - sum((end - begin for begin, end in truth), NO_TIME))
    assert total <= (max(STEP, one.error) if lost else STEP), f"{one.network}: {one.total} is off by {total}"
    return max(total, *edges, NO_TIME)


def _of(interval: Interval, truth: list[Span]) -> Span:
    """The time without traffic that an interval tells of."""
    assert interval.ended is not None, f"the outage from {interval.began} has no end"
    began, ended = interval.began - interval.error, interval.ended + interval.error
    (span,) = [(begin, end) for begin, end in truth if begin <= ended and began <= end]
    return span


def _apart(interval: Interval, span: Span, *, lost: bool) -> timedelta:
    assert interval.ended is not None
    off = max(abs(interval.began - span[0]), abs(interval.ended - span[1]))
    assert off <= interval.error, f"{interval} is off by {off}, which is more than it says"
    assert lost or off <= STEP, f"{interval} is off by {off}"
    return off
