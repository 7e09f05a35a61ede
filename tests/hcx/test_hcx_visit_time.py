"""A visit that has to end: a manager that answers byte by byte costs its own time, and says why it was not read."""

import time
from pathlib import Path

from shared.model.facts import GapReason
from tests.hcx.hcx_world import played

DRIPPING = (
    "connectors: [{name: con, site: lyon, hcx: 4.11.2, applianceManagement: true}]\n"
    "faults: [{name: slow_answer, on: con}]\n"
    'policy: {metadata: {name: test}, target: {version: "4.11.4"}}\n'
)
SECONDS, ROOM = 1.5, 2.0


def test_a_visit_ends_when_its_time_is_over(tmp_path: Path) -> None:
    """Within its seconds and a little the visit is over, and what was not told is a gap that names the slowness."""
    with played(tmp_path, DRIPPING) as world:
        began = time.monotonic()
        facts = world.adapter.facts(world.manager("con"), seconds=SECONDS)
        took = time.monotonic() - began
    slow = [one for one in facts.gaps if "so slow that the time for one visit was over" in one.detail]

    assert facts.identity is None
    assert slow
    assert {one.reason for one in slow} == {GapReason.UNREACHABLE}
    assert took < SECONDS + ROOM
