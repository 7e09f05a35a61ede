"""`store migrate`: the store of an earlier release is refused with what to do, and that brings it up."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.alone import alone
from cli.environment import settings_from
from shared.model.codec import to_json_text
from tests.cli.command import hcx_fleet
from tests.cli.test_command_line import settings_beside
from tests.store.test_migration import AT, ENTRIES, RUN, VERSION_1


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Settings of a store of schema version 1, with one run and its journal."""
    with closing(sqlite3.connect(tmp_path / "store.sqlite", autocommit=True)) as db:
        db.executescript(VERSION_1)
        db.execute("INSERT INTO runs VALUES ('r', ?, ?, ?)", (RUN.state, AT, to_json_text(RUN)))
        for number, entry in enumerate(ENTRIES, 1):
            db.execute("INSERT INTO journal VALUES ('r', ?, ?, ?)", (number, entry.key, to_json_text(entry)))
    return settings_beside(tmp_path)


def test_from_refused_to_used_again(settings: Path, tmp_path: Path) -> None:
    """Every other command names the migration and changes nothing; after it they work, and once more does nothing."""
    refused = hcx_fleet(tmp_path, "journal", "r", "--settings", settings)
    done = hcx_fleet(tmp_path, "store", "migrate", "--settings", settings)
    used = hcx_fleet(tmp_path, "journal", "r", "--settings", settings)
    again = hcx_fleet(tmp_path, "store", "migrate", "--settings", settings)

    assert refused.code == 2
    assert "hcx-fleet store migrate" in refused.err
    assert (done.code, "from schema version 1 to 3" in done.out) == (0, True), done.err
    assert (used.code, "The journal of run r is whole: 3 links" in used.out) == (0, True), used.err
    assert (again.code, "nothing was done" in again.out) == (0, True)


def test_nothing_is_moved_below_a_host(settings: Path, tmp_path: Path) -> None:
    """While a process carries out the runs of the store it is refused, and the store stays as it was."""
    before = (tmp_path / "store.sqlite").read_bytes()
    with alone(settings_from(settings, {})):
        refused = hcx_fleet(tmp_path, "store", "migrate", "--settings", settings)

    assert (refused.code, "another hcx-fleet carries out the runs of this store" in refused.err) == (2, True)
    assert (tmp_path / "store.sqlite").read_bytes() == before
