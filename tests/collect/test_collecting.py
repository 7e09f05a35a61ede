"""From a jump host into a plan: export, collect, import, over the simulated world's own sockets."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.collect import export_orders
from cli.edge import WrongUseError
from shared.model.collected import SiteFormat
from shared.model.site_file import opened, sealed
from shared.report.imported import imported_of
from shared.store.sqlite import SqliteStore
from tests.collect.site_world import STALE, SiteWorld, site_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SiteWorld]:
    """A world of its own for each test: what is imported stays in its store."""
    with site_world(tmp_path) as served:
        yield served


def rest_of(plan: dict[str, Any], subject: str) -> dict[str, Any]:
    """What a plan says of something that gets no task."""
    return next(dict(one) for one in plan["rest"] if one["subject"] == subject)


def test_collected_versions_are_planned_with(world: SiteWorld) -> None:
    """A site that nobody can call gets its tasks once its facts were collected and imported, and none before."""
    before = world.plan()
    assert world.run("collect", "--site", "lyon", "--out", "lyon.json").code == 0
    assert world.timed("import", "facts", "lyon.json").code == 0
    after = world.plan()

    why = rest_of(before, "con-lyon")
    assert why["reason"] == "not-observed"
    assert "hcx-fleet collect --site lyon" in why["who_can_act"]
    versions = {one["manager"]: one["version"] for one in after["baseline"]["managers"]}
    assert versions["con-lyon"].startswith("4.11.2")
    subjects = [task["subject"] for group in after["groups"] for task in group["tasks"]]
    assert "con-lyon" in subjects


def test_only_reads_and_one_log_in(world: SiteWorld) -> None:
    """A collection logs in once for each manager and changes nothing."""
    world.collected()

    truth = world.visitor.truth()
    assert truth["requests"]["login"] == 1
    assert truth["mutations"] == []


def test_nobody_calls_what_is_collected(world: SiteWorld) -> None:
    """A pass over the fleet does not log in to a manager whose facts are collected."""
    world.collected()
    world.imported("lyon.json")
    before = world.visitor.truth()["requests"]["login"]

    world.plan()

    assert world.visitor.truth()["requests"]["login"] == before + 2  # the cloud and the other connector


def test_a_refused_secret_is_tried_once(tmp_path: Path) -> None:
    """A second collection does not try again what the first one was refused with, and both say what to do."""
    with site_world(tmp_path, STALE) as world:
        assert (world.collected(), world.collected()) == (3, 3)

        assert world.log_ins("con-lyon-hcx")["failed"] == 1
        code, (file,) = world.imported("lyon.json")
        (finding,) = [one for one in file["findings"] if one["finding"] == "not-observed"]
        assert code == 3
        assert "new version of secret con-lyon-hcx" in finding["remedy"]


def test_times_are_corrected_and_said(world: SiteWorld) -> None:
    """A jump host that is days ahead of the managers brings facts of the managers' time, and the finding says so."""
    world.collected()

    code, (file,) = world.imported("lyon.json")

    assert code == 0

    assert [one["finding"] for one in file["findings"]] == ["clock-wrong"]
    assert file["imported"][0]["observedAt"].startswith(("2026-11-24T05:5", "2026-11-24T06:0"))
    assert file["imported"][0]["correctedSeconds"] != 0


def test_another_system_holds_until_it_is_accepted(world: SiteWorld) -> None:
    """When another system answers as a manager, its facts do not count before a person says so by name."""
    world.collected("one.json")
    world.imported("one.json")
    world.connectors({"con-lyon": world.entry("con-spare")})
    world.collected("two.json")

    code, (held,) = world.imported("two.json")
    doubted = rest_of(world.plan(), "con-lyon")
    accepted = world.timed("import", "facts", "two.json", "--accept-identity", "con-lyon")
    counts = {one["manager"] for one in world.plan()["baseline"]["managers"]}

    assert (code, accepted.code) == (3, 0)
    assert "other-system" in {one["finding"] for one in held["findings"]}
    assert "--accept-identity con-lyon" in doubted["who_can_act"]
    assert "con-lyon" in counts


def test_an_identity_that_no_file_speaks_of(world: SiteWorld) -> None:
    """Accepting the identity of a manager that is in no file is wrong use: nothing is imported at all."""
    world.collected()

    with pytest.raises(WrongUseError, match="--accept-identity con-metz"):
        world.imported("lyon.json", "nowhere.json", accept=("con-metz",))

    assert world.imported("lyon.json")[1][0]["imported"] != []


def test_an_order_is_as_good_as_the_fleet_file(world: SiteWorld) -> None:
    """What is exported for a site is all that a collection needs, and it says which secrets it wants by name."""
    exported = world.run("export", "site", "lyon", "--out", "order.json")

    assert (exported.code, world.collected(order=world.folder / "order.json")) == (0, 0)
    assert "con-lyon-admin, con-lyon-hcx" in exported.err


@pytest.mark.parametrize(
    ("site", "told"),
    [("metz", "no connector there has reach: collector"), ("nowhere", "sites to collect: lyon")],
)
def test_nothing_to_collect(world: SiteWorld, site: str, told: str) -> None:
    """A site where nothing is to be collected is wrong use, and what to do is said."""
    with pytest.raises(WrongUseError, match=told):
        export_orders(world.settings, (site,), world.folder / "order.json", everywhere=False)

    assert not (world.folder / "order.json").exists()


def test_a_refused_file_leaves_the_store_alone(world: SiteWorld) -> None:
    """Of a damaged file nothing is imported, whereas a good one beside it is."""
    world.collected("good.json")
    text = (world.folder / "good.json").read_text("utf-8")
    (world.folder / "bad.json").write_text(text.replace("4.11.2", "4.11.5"), "utf-8")

    alone = world.timed("import", "facts", "bad.json")
    with SqliteStore(Path(world.visitor.settings["HCX_FLEET_STORE"])) as store:
        between = imported_of(store, "con-lyon")
    code, files = world.imported("bad.json", "good.json")

    assert (alone.code, between, code) == (2, None, 2)
    assert "nothing of it was imported" in alone.out
    assert [(one["refused"], len(one["imported"])) for one in files] == [(True, 0), (False, 1)]


def test_nobody_logs_in_for_a_file_that_cannot_be_written(world: SiteWorld) -> None:
    """Where the output cannot be written, that is said before any manager is asked."""
    with pytest.raises(WrongUseError, match="cannot be written"):
        world.collected("missing/lyon.json")

    assert "login" not in world.visitor.truth()["requests"]


@pytest.mark.parametrize(
    "change",
    [
        {"managers": []},
        {"site": "../lyon"},
        {"authorities": [{"name": "authority-1.pem", "pem": "\u00fc"}]},
    ],
    ids=["nobody", "path", "no-pem"],
)
def test_an_order_that_no_export_wrote(world: SiteWorld, change: dict[str, Any]) -> None:
    """An order that names nobody, leads out of its folder or holds no certificate is refused with what to do."""
    world.exported()
    path = world.folder / "order.json"
    path.write_bytes(sealed(SiteFormat.ORDER, opened(SiteFormat.ORDER, path.read_bytes()) | change))

    with pytest.raises(WrongUseError, match="hcx-fleet export site"):
        world.collected(order=path)
