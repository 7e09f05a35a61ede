"""A run sheet as headless Chromium prints it, where that is installed (`make runsheet-picture` says how)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.report.runsheet.page import in_html
from tests.docs.write_runsheet_picture import missing, printed
from tests.report.runsheet.sheets import MESHED, OLD, made

pytestmark = pytest.mark.skipif(
    bool(missing()) or shutil.which("pdftotext") is None, reason="Chromium or poppler is not installed"
)


def pages(content: bytes, folder: Path) -> list[str]:
    """The text of each printed page."""
    file = folder / "page.html"
    file.write_bytes(content)
    pdf = printed(file, folder)
    text = subprocess.run(  # noqa: S603 -- a program of the system, on a file of ours
        ["pdftotext", "-layout", str(pdf), "-"],  # noqa: S607 -- found by `missing`
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    return [one for one in text.split("\f") if one.strip()]


def test_every_printed_page_of_a_draft_says_so(tmp_path: Path) -> None:
    """The strip at the head is there on each page, and the mark across it."""
    found = pages(in_html(made(OLD)), tmp_path)

    assert len(found) > 1
    assert all("DRAFT, not to be carried out" in one for one in found)


def test_every_printed_page_has_the_expiry(tmp_path: Path) -> None:
    """A page that gets lost from the others still says until when it counts, and of what it is."""
    found = pages(in_html(made(MESHED)), tmp_path)

    assert all("Run sheet: mesh-lyon to 4.11.4" in one for one in found)
    assert all("READY until 24 Nov 2026 06:15 UTC" in one for one in found)
