"""`journal` and `verify` for programs, and of a store or a file that was damaged rather than changed."""

import json
import sqlite3
from pathlib import Path

import pytest

from cli.journal import journal, verify
from shared.model.run import JournalKind
from tests.api.api_fleet import Api
from tests.api.commanded_fleet import CONNECTOR, commanded, told
from tests.cli.command import hcx_fleet
from tests.cli.test_command_line import settings_beside


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings of a store whose run has a journal of six entries."""
    api = Api(tmp_path)
    commanded(api)
    for number in range(5):
        told(api, "r1", JournalKind.PROGRESS, f"p{number}", CONNECTOR)
    return settings_beside(tmp_path)


def test_as_documents(settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """For programs both say whether it is whole, and the first one has the links."""
    file = tmp_path / "r1.jsonl"
    journal(settings, "r1", None, as_json=True)
    shown = json.loads(capsys.readouterr().out)
    journal(settings, "r1", file, as_json=True)
    capsys.readouterr()
    verify(file, as_json=True)
    verified = json.loads(capsys.readouterr().out)

    assert (shown["whole"], shown["count"], len(shown["links"])) == (True, 6, 6)
    assert verified == {name: value for name, value in shown.items() if name != "links"}


def test_a_row_that_cannot_be_read(settings: Path, tmp_path: Path) -> None:
    """A row that is no entry any more is named, and is no crash."""
    with sqlite3.connect(tmp_path / "store.sqlite") as db:
        db.execute("UPDATE journal SET record = '{}' WHERE key = 'p2'")
    answered = hcx_fleet(tmp_path, "journal", "r1", "--settings", settings)

    assert answered.code == 2
    assert answered.err.startswith("error: entry 4 in the journal of run r1 was changed by something else")


def test_a_line_that_is_no_link_breaks_it(settings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that was cut off in the middle of a line is broken there."""
    file = tmp_path / "r1.jsonl"
    journal(settings, "r1", file, as_json=False)
    file.write_text(file.read_text("utf-8")[:-40], "utf-8")
    capsys.readouterr()

    assert verify(file, as_json=False) == 3
    assert "line 6 holds no link" in capsys.readouterr().out
