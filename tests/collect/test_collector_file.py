"""The collector as one file: Python alone runs it, over TLS against the simulated world, and it leaves no secret."""

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from cli.collector import front
from cli.collector.accounts import variable_of
from cli.collector_file import COMPILED, build
from cli.exits import Exit
from shared.model.codec import from_json
from shared.model.collected import SiteFacts, SiteFormat
from shared.model.site_file import opened, sealed
from tests.cli.command import Answered
from tests.collect.site_world import STALE, SiteWorld, site_world

ALONE = (sys._base_executable, "-I", "-S")  # type: ignore[attr-defined]
"""The interpreter without this environment's libraries, without any site-packages, and deaf to PYTHON variables."""


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file."""
    path = tmp_path_factory.mktemp("dist") / "hcx-fleet-collector.pyz"
    build(path)
    return path


@pytest.fixture
def world(tmp_path: Path) -> Iterator[SiteWorld]:
    """A world of its own, with the order of its site exported."""
    with site_world(tmp_path) as served:
        served.exported()
        yield served


def run(collector: Path, folder: Path, *words: object, **environment: str) -> Answered:
    """Run the file in a folder."""
    done = subprocess.run(  # noqa: S603 -- our own file
        [*ALONE, collector, *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": os.defpath, **environment},
    )
    return Answered(code=done.returncode, out=done.stdout, err=done.stderr)


def secrets_of(world: SiteWorld) -> dict[str, dict[str, Any]]:
    """The accounts that the world's users have."""
    found: dict[str, dict[str, Any]] = YAML(typ="safe").load(Path(world.visitor.settings["HCX_FLEET_SECRETS_FILE"]))
    return found


def secrets_file(world: SiteWorld, mode: int = 0o600) -> Path:
    """The same as a file for a jump host."""
    path = world.folder / "secrets.json"
    path.write_text(json.dumps(secrets_of(world)), "utf-8")
    path.chmod(mode)
    return path


def facts_in(path: Path) -> SiteFacts:
    """What the collector brought."""
    return from_json(SiteFacts, opened(SiteFormat.FACTS, path.read_bytes()))


def test_nothing_compiled(collector: Path) -> None:
    """The file holds no compiled library, none of those that need one, and the licence of each library in it."""
    with zipfile.ZipFile(collector) as archive:
        names = archive.namelist()

    assert [name for name in names if Path(name).suffix in COMPILED] == []
    tops = {name.split("/")[0] for name in names}
    assert not tops & {"pydantic", "pydantic_core", "ruamel", "cryptography", "azure", "rich", "typer", "whenever"}
    libraries = {top for top in tops if top.endswith(".dist-info")}
    assert {name.split("/")[0] for name in names if "LICEN" in name.upper()} >= libraries


def test_collected_alone_and_imported(collector: Path, world: SiteWorld) -> None:
    """What the file collects with a plain interpreter is imported like anything else, and a plan sees its versions."""
    answered = run(
        collector, world.folder, "--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world)
    )

    assert (answered.code, answered.out) == (0, ""), answered.err
    (facts,) = facts_in(world.folder / "lyon.json").managers
    assert facts.manager.endpoint.trust.ca_file == "authority-1.pem"
    assert facts.services is not None
    assert [one["manager"] for one in world.imported("lyon.json")[1][0]["imported"]] == ["con-lyon"]
    assert "con-lyon" in {one["manager"] for one in world.plan()["baseline"]["managers"]}


def test_the_same_facts_as_from_a_checkout(collector: Path, world: SiteWorld) -> None:
    """Both ways to collect see the same, but for the time."""
    run(collector, world.folder, "--order", "order.json", "--out", "alone.json", "--secrets", secrets_file(world))
    world.collected("checkout.json")

    (alone,), (checkout,) = (facts_in(world.folder / name).managers for name in ("alone.json", "checkout.json"))

    assert alone.identity is not None
    assert checkout.identity is not None
    assert alone.identity.value == checkout.identity.value
    assert [one.section for one in alone.gaps] == [one.section for one in checkout.gaps]
    assert (alone.anchors, alone.certificate and alone.certificate.value) == (
        checkout.anchors,
        checkout.certificate and checkout.certificate.value,
    )


def test_secrets_from_the_environment(collector: Path, world: SiteWorld) -> None:
    """Without a file each account is read from a variable of its own."""
    names = ("con-lyon-hcx", "con-lyon-admin")
    given = {variable_of(name): json.dumps(secrets_of(world)[name]) for name in names}

    answered = run(collector, world.folder, "--order", "order.json", "--out", "lyon.json", **given)

    assert answered.code == 0, answered.err


def test_a_refused_secret_stays_refused(collector: Path, tmp_path: Path) -> None:
    """Started again, it does not try a refused secret once more, and a file for import is there all the same."""
    with site_world(tmp_path, STALE) as world:
        world.exported()
        words = ("--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world))

        first = run(collector, world.folder, *words)
        second = run(collector, world.folder, *words)

        assert (first.code, second.code) == (3, 3)
        assert "con-lyon-hcx was refused before" in second.err
        assert world.log_ins("con-lyon-hcx")["failed"] == 1
        assert facts_in(world.folder / "lyon.json").managers[0].identity is None


def test_a_vcenter_that_is_away(collector: Path, world: SiteWorld) -> None:
    """The library for vCenters works out of the file: one that does not answer is a gap beside the manager's facts."""
    place = {"endpoint": "https://vc.lyon.sim.test:9", "address": "127.0.0.1", "credentials": "kv:con-lyon-hcx"}
    world.connectors({"con-lyon": {"vcenter": place}})
    world.exported()
    words = ("--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world))

    answered = run(collector, world.folder, *words)

    (facts,) = facts_in(world.folder / "lyon.json").managers
    assert (answered.code, facts.version is None) == (0, False)
    assert facts.vsphere is not None
    assert [one.part for one in facts.vsphere.gaps] == ["vcenter"]
    assert "vc.lyon.sim.test" in facts.vsphere.gaps[0].detail


def test_another_certificate_is_not_trusted(collector: Path, world: SiteWorld) -> None:
    """A manager that the order's certificates do not vouch for is sent nothing."""
    document = json.loads((world.folder / "order.json").read_text("utf-8"))
    endpoint = document["content"]["managers"][0]["endpoint"]
    endpoint["trust"] = {"ca_file": None, "thumbprint": "0" * 64}
    (world.folder / "order.json").write_bytes(sealed(SiteFormat.ORDER, document["content"]))

    answered = run(
        collector, world.folder, "--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world)
    )

    assert answered.code == 3
    assert "login" not in world.visitor.truth()["requests"]


def test_no_secret_is_left_anywhere(collector: Path, tmp_path: Path) -> None:
    """Neither order nor facts, state, output nor store holds a password, whether it was taken or refused."""
    for number, text in enumerate((STALE, None)):
        folder = tmp_path / str(number)
        folder.mkdir()
        with site_world(folder, *([text] if text else [])) as world:
            canaries = [one["password"].encode() for one in secrets_of(world).values()]
            exported = world.run("export", "site", "lyon", "--out", "order.json")
            secrets = secrets_file(world)
            answered = run(collector, folder, "--order", "order.json", "--out", "a.json", "--secrets", secrets)
            collected = world.run("collect", "--site", "lyon", "--out", "b.json")
            imported = world.timed("import", "facts", "a.json")
            secrets.unlink()

            said = "".join(one.out + one.err for one in (exported, answered, collected, imported)).encode()
            kept = [*folder.glob("*.json"), *folder.glob("*.sqlite*"), *(folder / "world").glob("store.sqlite*")]
            left = [path.name for path in kept for canary in canaries if canary in path.read_bytes()]

            assert left == []
            assert len(kept) >= len(("order", "a", "b", "state", "store"))
            assert not any(canary in said for canary in canaries)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (None, "cannot be read"),
        (b"{}", "is no file of the format hcx-fleet-site-order"),
        (b"no json", "is no JSON"),
    ],
)
def test_an_order_that_is_none(collector: Path, tmp_path: Path, order: bytes | None, told: str) -> None:
    """Without a usable order nothing is done, and why is said in one line."""
    if order is not None:
        (tmp_path / "order.json").write_bytes(order)

    answered = run(collector, tmp_path, "--order", "order.json", "--out", "lyon.json")

    assert (answered.code, told in answered.err) == (2, True)
    assert len(answered.err.splitlines()) == 1
    assert not (tmp_path / "lyon.json").exists()


def test_secrets_that_others_may_read(collector: Path, world: SiteWorld) -> None:
    """A file of secrets that others may read is not used, and no log-in is tried."""
    words = ("--order", "order.json", "--out", "lyon.json", "--secrets", secrets_file(world, 0o644))

    answered = run(collector, world.folder, *words)

    assert (answered.code, "chmod 600" in answered.err) == (2, True)
    assert "login" not in world.visitor.truth()["requests"]


def test_exit_codes_are_those_of_the_command() -> None:
    """Both commands mean the same by their exit codes."""
    assert (front.AS_WANTED, front.WRONG_USE, front.NEEDS_OTHERS, front.INTERRUPTED) == (
        Exit.AS_WANTED,
        Exit.WRONG_USE,
        Exit.NEEDS_OTHERS,
        Exit.INTERRUPTED,
    )
