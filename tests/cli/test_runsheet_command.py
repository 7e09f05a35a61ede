"""`runsheet`: written, printed, or refused with every reason."""

from dataclasses import replace
from pathlib import Path

import pytest

from cli.edge import WrongUseError
from cli.exits import Exit
from cli.runsheet import SheetOrder, runsheet
from tests.cli.stored_task import FLEET_FILE, later, seen_now, stored
from tests.report.runsheet import sheets
from tests.report.runsheet.sheets import CONNECTOR, MESH, MESHED, facts

ORDER = SheetOrder(subject="con-lyon", draft=False, form="md", out=None, live=False)


def test_a_page_that_is_ready_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From fresh facts the page is READY and has its expiry."""
    code = runsheet(stored(tmp_path, seen_now(CONNECTOR)), ORDER)

    assert code == Exit.AS_WANTED
    assert "**READY until " in capsys.readouterr().out


def test_a_page_goes_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --out the page is in the file, and standard output stays empty."""
    file = tmp_path / "page.html"

    code = runsheet(stored(tmp_path, seen_now(MESHED)), replace(ORDER, subject=MESH, form="html", out=file))

    assert code == Exit.AS_WANTED
    assert file.read_text("utf-8").startswith("<!doctype html>")
    assert capsys.readouterr().out == ""


def test_what_is_not_ready_is_refused_with_every_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Old facts: exit code 3, one line for each reason, no page and no file."""
    file = tmp_path / "page.md"

    code = runsheet(stored(tmp_path, CONNECTOR), replace(ORDER, out=file))

    told = capsys.readouterr()
    assert code == Exit.NEEDS_OTHERS
    assert told.out == ""
    assert told.err.count("\n- ") > 5
    assert "migrations-running: " in told.err
    assert "--draft" in told.err
    assert not file.exists()


def test_a_draft_is_printed_in_spite_of_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --draft the page is there, and says everywhere that it is one."""
    code = runsheet(stored(tmp_path, CONNECTOR), replace(ORDER, draft=True))

    told = capsys.readouterr().out
    assert code == Exit.AS_WANTED
    assert "**DRAFT, not to be carried out: NOT READY" in told
    assert "## Not ready" in told


def test_a_mesh_waits_for_its_managers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A mesh whose managers are not at their target has no page to go by."""
    early = seen_now(replace(MESHED, facts=facts("4.11.2", "4.11.4", "4.11.2")))

    assert runsheet(stored(tmp_path, early), replace(ORDER, subject=MESH)) == Exit.NEEDS_OTHERS
    assert "managers-at-target" in capsys.readouterr().err


def test_a_hold_counts_from_the_moment_it_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody holds the connector after the plan was made: there is no page any more."""
    wanted = stored(tmp_path, seen_now(CONNECTOR))
    held = 'holds: [{subject: con-lyon, reason: "an audit", owner: lea@contoso.example}]\n'
    (tmp_path / "fleet.yaml").write_text(FLEET_FILE + held, "utf-8")

    assert runsheet(wanted, ORDER) == Exit.NEEDS_OTHERS
    assert "not-held: " in capsys.readouterr().err


def test_a_newer_plan_without_the_task_counts_more(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An older plan's task is no reason to upgrade what the newest plan leaves alone."""
    wanted = stored(tmp_path, seen_now(CONNECTOR))
    later(tmp_path, sheets.plan_of(facts("4.11.4", "4.11.4", "4.11.4"), CONNECTOR.policy))

    assert runsheet(wanted, ORDER) == Exit.NEEDS_OTHERS
    assert "is newer and has no task for it" in capsys.readouterr().err


def test_there_is_no_page_without_a_task(tmp_path: Path) -> None:
    """A name that no plan has a task for is wrong use."""
    with pytest.raises(WrongUseError, match="no plan has a task for 'pc-nowhere'"):
        runsheet(stored(tmp_path, CONNECTOR), replace(ORDER, subject="pc-nowhere"))
