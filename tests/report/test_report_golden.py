"""The canonical run in every format, as files that a person can read."""

from pathlib import Path

import pytest

from tests.report.write_golden import ROOT, files

FILES = list(files())


@pytest.mark.parametrize(("path", "made"), FILES, ids=[path.name for path, _ in FILES])
def test_a_report_is_what_was_reviewed(path: Path, made: bytes) -> None:
    """What is made now is what lies in the file; `python -m tests.report.write_golden` writes them anew."""
    expected = path.read_bytes()

    assert made.decode().splitlines() == expected.decode().splitlines(), f"{path.relative_to(ROOT)} is out of date"
