"""A site's vCenter by the collector that stands alone: its library and the way there work out of one file."""

from pathlib import Path

import pytest

from cli.collector_file import build
from simulator.vcenter.build import available
from tests.collect.site_world import WORLD, site_world
from tests.collect.test_collector_file import facts_in, run, secrets_file

pytestmark = pytest.mark.skipif(not available(), reason="the vCenter peer needs Debian's Go packages: make vcenter")


def test_vcenter_facts_come_along(tmp_path: Path) -> None:
    """What a collector brings holds the vCenter's facts beside the manager's, and they survive the import."""
    collector = tmp_path / "collector.pyz"
    build(collector)
    with site_world(tmp_path, f"{WORLD}vcenters: [{{name: vc, serves: [con-lyon]}}]\n") as world:
        world.exported()
        words = ("--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world))

        answered = run(collector, tmp_path, *words)

        assert answered.code == 0, answered.err
        (facts,) = facts_in(tmp_path / "lyon.json").managers
        assert facts.vsphere is not None
        assert (facts.vsphere.gaps, bool(facts.vsphere.plugins)) == ((), True)
        assert len(world.imported("lyon.json")[1][0]["imported"]) == 1
