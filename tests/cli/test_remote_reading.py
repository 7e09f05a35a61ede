"""What commands print that ask an app elsewhere: the documents of its API, and the tables that this machine has."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli import printing, tables
from cli.commands.showing import ListOutput
from cli.edge import ToldError, WrongUseError
from cli.exits import Exit
from cli.options import Output
from shared.report.calendar_stored import calendar_of
from shared.report.calendar_text import WEEKS, calendar_sheet
from shared.report.forecast_text import forecast_of, forecast_sheet
from shared.report.sheet import Sheet
from shared.report.today_stored import today_of
from shared.report.today_text import today_sheet
from shared.rules.catalogue import catalogue
from tests.api.api_fleet import LATER, Api
from tests.api.commanded_fleet import commanded
from tests.api.filled_fleet import filled
from tests.cli.served_api import said

type Printed = pytest.CaptureFixture[str]


@pytest.fixture
def api(tmp_path: Path) -> Api:
    """An API over a store in the middle of things."""
    made = Api(tmp_path)
    filled(made)
    return made


def printed(sheet: Sheet, capsys: Printed) -> str:
    """What a sheet looks like."""
    printing.parts(tables.sheet(sheet))
    return capsys.readouterr().out


def document(capsys: Printed) -> Any:
    """What was printed for programs."""
    return json.loads(capsys.readouterr().out)


# --- as on this machine -----------------------------------------------------------------------------------------------


def test_today_is_the_list_of_this_machine(api: Api, capsys: Printed) -> None:
    """To the letter."""
    _, found = today_of(api.store, catalogue(), LATER)
    expected = printed(today_sheet(found, found.rows), capsys)

    assert said(api, "today") == Exit.AS_WANTED
    assert capsys.readouterr().out == expected


def test_the_calendar_is_that_of_this_machine(api: Api, capsys: Printed) -> None:
    """The same weeks."""
    expected = printed(calendar_sheet(calendar_of(api.store, LATER, WEEKS)[1]), capsys)

    assert said(api, "show calendar") == Exit.AS_WANTED
    assert capsys.readouterr().out == expected


def test_a_forecast_is_made_of_the_newest_plan(api: Api, capsys: Printed) -> None:
    """Which is read back from the app as it was made there."""
    plan = api.store.plan(api.store.plans("")[0])
    assert plan is not None
    expected = printed(forecast_sheet(forecast_of(plan)), capsys)

    assert said(api, "show forecast") == Exit.AS_WANTED
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("form", ["md", "csv"])
def test_today_comes_in_every_form(api: Api, capsys: Printed, form: str) -> None:
    """As the app writes it, byte for byte."""
    said(api, "today", output=ListOutput(form))

    assert capsys.readouterr().out.encode() == api.call("GET", f"/v1/today.{form}").content


def test_todays_calendar_file_is_written(api: Api, tmp_path: Path) -> None:
    """Beside what is printed."""
    said(api, "today", ics=tmp_path / "today.ics")

    assert (tmp_path / "today.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")


def test_a_name_that_nobody_has_is_wrong_use(api: Api) -> None:
    """With those that there are, by the option that it came from."""
    with pytest.raises(ToldError, match="site: ") as caught:
        said(api, "today", site="con-z")

    assert caught.value.code == Exit.WRONG_USE


# --- documents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verb", "given", "path"),
    [
        ("show fleet", {}, "/v1/clouds"),
        ("show calendar", {}, "/v1/calendar"),
        ("leases", {}, "/v1/leases"),
        ("today", {}, "/v1/today"),
        ("why", {"subject": "pc-a"}, "/v1/clouds/pc-a/why"),
        ("journal", {"run": "u1"}, "/v1/runs/u1/journal"),
        ("status", {"run": "u1"}, "/v1/runs/u1/report.json"),
    ],
)
def test_a_document_is_what_the_api_answers(
    api: Api, capsys: Printed, verb: str, given: dict[str, Any], path: str
) -> None:
    """For programs, whole, with no part left to ask for."""
    said(api, verb, output=Output.JSON, **given)

    assert document(capsys) == api.call("GET", path).json()


def test_a_difference_has_the_document_of_this_machine(api: Api, capsys: Printed) -> None:
    """Of two plans by how their hashes begin."""
    said(api, "diff", before=api.store.plans("")[0][:8], after=None, output=Output.JSON)

    assert document(capsys)["differences"] == []


# --- what is meant ----------------------------------------------------------------------------------------------------


def test_an_upgrade_that_goes_on_is_meant(api: Api, capsys: Printed) -> None:
    """By who names no run; its tasks, and who can act, are shown."""
    assert said(api, "status") in {Exit.AS_WANTED, Exit.NEEDS_OTHERS}
    shown = capsys.readouterr().out

    assert shown.startswith("Run u1: Running")
    assert "con-a 4.10.3 → 4.11.4" in shown
    assert "Who can act: " in shown


def test_who_is_asked_is_shown(tmp_path: Path, capsys: Printed) -> None:
    """A wave that asks to go, and its approvers."""
    api = Api(tmp_path)
    commanded(api)
    said(api, "status")

    assert "Ann, ops" in capsys.readouterr().out


@pytest.mark.parametrize("subject", ["con-a", "manager:con-a"])
def test_what_is_no_private_cloud_is_looked_for_in_the_newest_plan(api: Api, capsys: Printed, subject: str) -> None:
    """A connector or a task, by its id."""
    said(api, "why", subject=subject)

    assert capsys.readouterr().out.startswith("con-a 4.10.3 → 4.11.4:")


def test_a_name_of_nothing_is_wrong_use(api: Api) -> None:
    """It is said where names are listed."""
    with pytest.raises(WrongUseError, match="knows no 'con-z'"):
        said(api, "why", subject="con-z")


def test_an_empty_store_is_no_error_to_ask(tmp_path: Path, capsys: Printed) -> None:
    """What can be done first is said."""
    assert said(Api(tmp_path), "status") == Exit.AS_WANTED
    assert "hcx-fleet check" in capsys.readouterr().err


@pytest.mark.parametrize("hash_", ["0000", "", "xyz"])
def test_a_plan_that_is_none_is_wrong_use(api: Api, hash_: str) -> None:
    """An empty name means no plan, and not the newest."""
    with pytest.raises(WrongUseError, match="none begins so"):
        said(api, "diff", before=hash_ or "-", after=None)


def test_a_run_sheet_that_is_not_ready_exits_with_3(api: Api) -> None:
    """Every reason is a line."""
    with pytest.raises(ToldError) as caught:
        said(api, "runsheet", subject="con-a", form="html")

    assert caught.value.code == Exit.NEEDS_OTHERS
    assert len(caught.value.problems) > 1


def test_a_draft_is_written_where_it_is_wanted(api: Api, tmp_path: Path) -> None:
    """As a page that says on its face what it is."""
    said(api, "runsheet", subject="con-a", form="html", draft=True, out=tmp_path / "con-a.html")

    assert "DRAFT" in (tmp_path / "con-a.html").read_text("utf-8")


def test_a_journal_that_was_changed_exits_with_3(api: Api, capsys: Printed, tmp_path: Path) -> None:
    """And says which entry it was."""
    with closing(sqlite3.connect(tmp_path / "store.sqlite", autocommit=True)) as db:
        db.execute("UPDATE journal SET record = replace(record, '/admitted', '/forged') WHERE run = 'u1'")
    code = said(api, "journal", run="u1")

    assert code == Exit.NEEDS_OTHERS
    assert "is broken" in capsys.readouterr().out


# --- started ----------------------------------------------------------------------------------------------------------


def test_a_report_is_taken_down(api: Api, capsys: Printed) -> None:
    """By the name that was given, where no token says it."""
    assert said(api, "report-done", run="u1", task="manager:con-a", requester="lea") == Exit.AS_WANTED
    assert "report 1" in capsys.readouterr().out


def test_a_lease_is_broken(api: Api, capsys: Printed) -> None:
    """The one that is held now; afterwards nobody has it."""
    held = api.store.leases(LATER)[0].subject
    said(api, "leases break", subject=held, requester="lea", reason="gone")

    assert "is broken" in capsys.readouterr().out
    assert held not in {one.subject for one in api.store.leases(LATER)}


def test_nobody_is_named_where_somebody_has_to_be(api: Api) -> None:
    """The option is said, not the field of the call."""
    with pytest.raises(ToldError, match=r"^--as: is missing$"):
        said(api, "pause", run="u1")
