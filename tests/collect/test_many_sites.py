"""Orders for many sites by one command, and one line for all jump hosts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.loading import load
from simulator.running import running
from simulator.visitor import Visitor
from tests.collect.site_world import SiteWorld

THREE = """\
start: 2026-11-24T06:00:00Z
subscriptions: [{name: sub}]
clouds: [{name: pc-1, subscription: sub, hcx: "4.11.4"}]
connectors:
  - {name: con-lyon, hcx: "4.11.2", reach: collector}
  - {name: con-metz, hcx: "4.11.2", reach: collector}
  - {name: con-oslo, hcx: "4.11.2"}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SiteWorld]:
    """Three sites, of which two are collected."""
    folder = tmp_path_factory.mktemp("three")
    (folder / "three.yaml").write_text(THREE, "utf-8")
    with running(load(folder / "three.yaml"), folder / "world") as published, Visitor(published) as visitor:
        yield SiteWorld(visitor, folder)


def new(world: SiteWorld, name: str) -> Path:
    """An empty folder beside the world."""
    made = world.folder / name
    made.mkdir()
    return made


def files(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(one.name for one in folder.iterdir())


def test_all_that_are_collected_have_an_order(world: SiteWorld) -> None:
    """One command writes an order for each site whose reach says so, and for no other."""
    out = new(world, "all")
    told = world.run("export", "site", "--all", "--out", out)

    assert told.code == 0
    assert files(out) == ["lyon-order.json", "metz-order.json"]


def test_an_order_needs_no_site_beside_it(world: SiteWorld) -> None:
    """The same words do at every jump host: the order says which site it is, and the file is called after it."""
    out = new(world, "collected")
    world.run("export", "site", "metz", "lyon", "metz", "--out", out)
    codes = [world.run("collect", "--order", one, "--out", out).code for one in sorted(out.glob("*-order.json"))]
    taken = world.run("import", "facts", *sorted(out.glob("*-facts.json")))

    assert codes == [0, 0]
    assert [name for name in files(out) if "facts" in name] == ["lyon-facts.json", "metz-facts.json"]
    assert "con-lyon" in taken.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("export", "site", "--out", "x.json"), "export site: name sites, or say --all"),
        (("export", "site", "lyon", "--all", "--out", "."), "export site: name sites, or say --all"),
        (("export", "site", "--all", "--out", "x.json"), "--out x.json: is no folder, and 2 sites make as many files"),
        (("export", "site", "lyon", "oslo", "--out", "."), "no connector there has reach: collector"),
        (("collect", "--out", "x.json"), "collect: name the site with --site, or what export site wrote with --order"),
    ],
)
def test_what_is_not_meant_is_refused(world: SiteWorld, words: tuple[str, ...], told: str) -> None:
    """Wrong use is said with what to do, and nothing is written."""
    answered = world.run(*words)

    assert answered.code == 2
    assert told in answered.err
    assert not list(world.folder.glob("*.json"))
