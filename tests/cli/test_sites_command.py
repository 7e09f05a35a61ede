"""`export sites` and `import sites` as a user meets them."""

from datetime import timedelta
from pathlib import Path

import pytest

from cli.sites import newest
from shared.model.codec import to_json_text
from shared.model.facts import FleetFacts, ManagerFacts
from shared.model.run import Run, RunKind, RunRequest, RunState, RunTrigger
from shared.policy.policy import read_policy
from shared.store.sqlite import SqliteStore
from simulator.loading import load
from simulator.running import running
from tests.builders.fleet_facts import NOW, cloud_manager, connector, fleet, inventory
from tests.cli.command import ROOT, Answered, hcx_fleet
from tests.policy.site_tables import FLEET, rows_of, with_cells

NOTHING = "there is no store, so nothing was observed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fleet.yaml and settings that name it; there is no store."""
    (tmp_path / "fleet.yaml").write_text(FLEET, "utf-8")
    names = {"POLICY": "fleet.yaml", "SECRETS_FILE": "secrets.yaml", "STORE": "store.sqlite", "REPORTS": "reports"}
    lines = [f"HCX_FLEET_{name}={tmp_path / file}\n" for name, file in names.items()]
    (tmp_path / "settings.env").write_text("".join(lines), "utf-8")
    return tmp_path


def told(folder: Path, *words: str) -> Answered:
    """What a command says there."""
    return hcx_fleet(folder, "--settings", folder / "settings.env", *words)


def edit(folder: Path, cells: dict[tuple[int, str], str]) -> None:
    """Change cells of the exported table."""
    file = folder / "sites.csv"
    file.write_bytes(with_cells(cells, file.read_bytes()))


def test_out_and_back_changes_nothing(folder: Path) -> None:
    """A table that was not edited changes nothing, and both commands say so and exit with 0."""
    out = told(folder, "export", "sites", "sites.csv")
    back = told(folder, "import", "sites", "sites.csv")

    assert (out.code, out.out) == (0, "sites.csv: 3 managers, 0 of them with the id that was observed.\n")
    assert NOTHING in out.err
    assert "Without a row, since no manager is there: bare." in out.err
    assert (back.code, back.out.endswith("nothing is to be changed.\n")) == (0, True)
    assert (folder / "fleet.yaml").read_text("utf-8") == FLEET


def test_a_change_is_shown_before_it_is_written(folder: Path) -> None:
    """Without --yes the difference is shown, nothing is written, and the exit code is 3; with --yes it is written."""
    told(folder, "export", "sites", "sites.csv")
    edit(folder, {(2, "owner"): "assisted", (4, "announced"): "'2026-12-02", (2, "Rack"): "R1"})
    shown = told(folder, "import", "sites", "sites.csv")
    before = (folder / "fleet.yaml").read_text("utf-8")
    written = told(folder, "import", "sites", "sites.csv", "--yes")
    after = (folder / "fleet.yaml").read_text("utf-8")
    again = told(folder, "export", "sites", "sites.csv")

    assert (shown.code, written.code, again.code) == (3, 0, 0)
    assert shown.out.startswith(f"--- {folder / 'fleet.yaml'}\n+++ ")
    assert "-        owner: ours\n+        owner: assisted\n" in shown.out
    assert "nothing was written; --yes writes it" in shown.err
    assert before == FLEET
    assert written.out.startswith(shown.out)
    assert after == FLEET.replace("owner: ours\n", "owner: assisted\n").replace("2026-12-01", "2026-12-02")
    assert rows_of((folder / "sites.csv").read_bytes())[1][-1] == "R1"
    assert sorted(one.name for one in folder.iterdir()) == ["fleet.yaml", "settings.env", "sites.csv"]


def test_every_problem_of_a_table_is_told(folder: Path) -> None:
    """What is wrong stands on a line of its own with file, line, column and cell; nothing is written; exit code 2."""
    told(folder, "export", "sites", "sites.csv")
    edit(folder, {(2, "owner"): "me", (4, "announced"): "46357"})
    answered = told(folder, "import", "sites", "sites.csv", "--yes")

    assert answered.code == 2
    assert [line.partition(" is ")[0].partition(" must ")[0] for line in answered.err.splitlines()[1:]] == [
        "error: sites.csv:2: owner (cell F2):",
        "error: sites.csv:4: announced (cell R4):",
    ]
    assert (folder / "fleet.yaml").read_text("utf-8") == FLEET


def test_what_lint_refuses_is_not_written(folder: Path) -> None:
    """A change that only the whole file shows to be wrong is refused with what lint says of it."""
    told(folder, "export", "sites", "sites.csv")
    edit(folder, dict.fromkeys([(2, "windows"), (3, "windows")], "a FREQ=DAILY 01:00 PT1H | a FREQ=DAILY 05:00 PT1H"))
    answered = told(folder, "import", "sites", "sites.csv", "--yes")

    assert answered.code == 2
    assert "nothing was written" in answered.err
    assert "sites[0].windows[1].name: is the same name as in line" in answered.err
    assert (folder / "fleet.yaml").read_text("utf-8") == FLEET


def test_a_comment_is_not_lost(folder: Path) -> None:
    """Where a change would take a comment out, the line is named and nothing is written."""
    commented = FLEET.replace("    windows:\n", "    windows:\n      # on Sundays the shop is closed\n")
    (folder / "fleet.yaml").write_text(commented, "utf-8")
    told(folder, "export", "sites", "sites.csv")
    edit(folder, {(2, "windows"): "", (3, "windows"): ""})
    answered = told(folder, "import", "sites", "sites.csv", "--yes")

    assert answered.code == 2
    assert "cannot be changed by the table: line 12: a comment stands in what would be taken out" in answered.err
    assert (folder / "fleet.yaml").read_text("utf-8") == commented


def test_the_file_stays_what_it_is(folder: Path) -> None:
    """Rights, a link, a mark at the beginning and line ends of fleet.yaml stay."""
    real = folder / "reviewed.yaml"
    real.write_bytes(b"\xef\xbb\xbf" + FLEET.replace("\n", "\r\n").encode())
    real.chmod(0o640)
    (folder / "fleet.yaml").unlink()
    (folder / "fleet.yaml").symlink_to(real)
    told(folder, "export", "sites", "sites.csv")
    edit(folder, {(2, "owner"): "assisted", (4, "contact"): "w@contoso.example"})
    answered = told(folder, "import", "sites", "sites.csv", "--yes")

    assert answered.code == 0
    assert (folder / "fleet.yaml").is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert real.read_bytes().startswith(b"\xef\xbb\xbfapiVersion")
    assert real.read_bytes().count(b"\r\n") == real.read_bytes().count(b"\n") == FLEET.count("\n") + 1


@pytest.mark.parametrize("command", ["export", "import"])
def test_files_that_cannot_be_used(folder: Path, command: str) -> None:
    """A file that is no table, and a fleet.yaml with errors, are wrong use."""
    (folder / "other.csv").write_text("a,b\n1,2\n", "utf-8")
    no_table = told(folder, command, "sites", "other.csv")
    (folder / "fleet.yaml").write_text("kind: Flat\n", "utf-8")
    no_fleet = told(folder, command, "sites", "other.csv")

    assert (no_table.code, no_fleet.code) == (2, 2)
    assert "other.csv:1: has no column manager and no column system id" in no_table.err
    assert f"{folder / 'fleet.yaml'}:1: kind: " in no_fleet.err
    assert (folder / "other.csv").read_text("utf-8") == "a,b\n1,2\n"


def test_a_table_that_is_not_there(folder: Path) -> None:
    """An import without a file is wrong use."""
    answered = told(folder, "import", "sites", "none.csv")

    assert (answered.code, answered.err.splitlines()[-1]) == (
        2,
        "error: none.csv: cannot be read: No such file or directory",
    )


def test_what_a_run_observed_stands_in_the_table(tmp_path: Path) -> None:
    """After a check rows have the managers' own ids and versions, and a row is known by its id alone."""
    with running(load(ROOT / "examples" / "worlds" / "one-pair.yaml"), tmp_path / "world") as published:
        settings = tmp_path / "settings.env"
        settings.write_text("".join(f"{name}={value}\n" for name, value in published["settings"].items()), "utf-8")
        assert hcx_fleet(tmp_path, "check", "--settings", settings).code == 0
        out = told(tmp_path, "export", "sites", "sites.csv")
    policy = Path(published["settings"]["HCX_FLEET_POLICY"])
    names, row = rows_of((tmp_path / "sites.csv").read_bytes())
    edit(tmp_path, {(2, "manager"): "", (2, "owner"): "assisted"})
    back = told(tmp_path, "import", "sites", "sites.csv", "--yes")
    shown = dict(zip(names, row, strict=True))

    assert out.out == "sites.csv: 1 manager, 1 of them with the id that was observed.\n"
    assert f"Without a row, since no site of {policy} has them: pc-weu-01." in out.err
    assert (shown["manager"], shown["paired clouds"], shown["version"][:7]) == ("con-lyon", "pc-weu-01", "'4.11.2")
    assert back.code == 0
    assert [one.owner for one in read_policy(policy).connectors] == ["assisted"]


# --- which facts are the newest ---------------------------------------------------------------------------------------


def kept(store: SqliteStore, name: str, hours: int, *managers: ManagerFacts, cloud: str | None = None) -> None:
    """A run of so many hours ago with these facts."""
    asked = RunRequest(
        id=name,
        kind=RunKind.CHECK,
        trigger=RunTrigger.HTTP,
        requested_by="test",
        requested_at=NOW - timedelta(hours=hours),
        private_cloud=cloud,
    )
    store.put_run(Run(request=asked, state=RunState.SUCCEEDED))
    store.put_document(name, "inventory", to_json_text(inventory(fleet(*managers))))
    for facts in managers:
        store.put_document(name, f"facts/{facts.manager.id}", to_json_text(facts))


def versions(facts: FleetFacts) -> dict[str, str]:
    """The version of every manager that said one."""
    return {one.manager.id: one.version.text for one in facts.managers if one.version}


def test_the_newest_facts_of_every_manager_count(tmp_path: Path) -> None:
    """A newer run of one private cloud counts for its managers, an older one of the fleet for the others."""
    with SqliteStore(tmp_path / "store.sqlite") as store:
        kept(store, "fleet", 2, cloud_manager("pc-a", "4.11.1"), cloud_manager("pc-b", "4.11.1"))
        kept(store, "one", 1, cloud_manager("pc-a", "4.11.3"), cloud="pc-a")
        clouds, facts = newest(store)

    assert versions(facts) == {"pc-a": "4.11.3", "pc-b": "4.11.1"}
    assert {cloud.id for cloud in clouds} == {"pc-a", "pc-b"}


def test_an_id_is_looked_for_further_back(tmp_path: Path) -> None:
    """A manager that did not answer in the newest run is known by what it said before; who is gone stays away."""
    silent = connector("con-a", "4.11.1", identity=None)
    with SqliteStore(tmp_path / "store.sqlite") as store:
        kept(store, "old", 2, connector("con-a", "4.11.1"), connector("con-gone", "4.11.1"))
        kept(store, "new", 1, silent, cloud_manager("pc-a", "4.11.1"))
        _, facts = newest(store)

    assert versions(facts) == {"con-a": "4.11.1", "pc-a": "4.11.1"}


def test_a_name_that_is_too_long_is_wrong_use(folder: Path) -> None:
    """A file that cannot be there is named with the reason, and nothing stays beside it."""
    before = sorted(folder.iterdir())

    answered = told(folder, "export", "sites", f"{'x' * 300}.csv")

    assert (answered.code, "File name too long" in answered.err) == (2, True)
    assert sorted(folder.iterdir()) == before
