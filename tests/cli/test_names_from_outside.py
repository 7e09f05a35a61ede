"""Names that came from managers, tags or files, where they are shown."""

import io

import pytest
from rich.console import Console

from cli import tables
from cli.edge import carry_out
from shared.report.sheet import Grid, Sheet, in_markdown
from shared.store.errors import StoreBusyError

HOSTILE = "\x1b[2J\u202econ\ud800\x07"


def test_a_name_cannot_drive_the_terminal() -> None:
    """Controls, signs that turn text, and halves of characters are shown as spaces, on a terminal and in Markdown."""
    sheet = Sheet(head=(HOSTILE,), grids=(Grid(columns=("NAME",), rows=((HOSTILE,),)),), foot=(HOSTILE,))
    shown = io.StringIO()

    Console(file=shown, markup=False).print(tables.sheet(sheet))

    for text in (shown.getvalue(), in_markdown(sheet)):
        assert text.count("con") == 3
        assert all(line.isprintable() for line in text.split("\n"))


def test_a_store_that_others_hold_is_no_internal_error(capsys: pytest.CaptureFixture[str]) -> None:
    """A store that stays locked is said in one line with what to do."""

    def work() -> int:
        raise StoreBusyError("store.sqlite was locked by others for 15 s; ask again later")

    assert carry_out(work) == 2
    assert capsys.readouterr().err == "error: store.sqlite was locked by others for 15 s; ask again later\n"
