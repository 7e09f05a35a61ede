"""Run sheets in both forms, as files that a person can read."""

from pathlib import Path

import pytest

from tests.report.runsheet.write_sheets import files

FILES = list(files())


@pytest.mark.parametrize(("path", "made"), FILES, ids=[path.name for path, _ in FILES])
def test_a_run_sheet_is_what_was_reviewed(path: Path, made: bytes) -> None:
    """What is made now is what lies in the file; `python -m tests.report.runsheet.write_sheets` writes them anew."""
    expected = path.read_bytes()

    assert made.decode().splitlines() == expected.decode().splitlines(), f"{path.name} is out of date"
