"""The outages of a run as headless Chromium prints them, where that is installed (`make runsheet-picture` says how)."""

import shutil
import subprocess
from pathlib import Path

import pytest

from shared.report.html import render_html
from tests.docs.write_runsheet_picture import missing, printed
from tests.report.canonical_outages import measured_in
from tests.report.canonical_run import at

pytestmark = pytest.mark.skipif(
    bool(missing()) or shutil.which("pdftotext") is None, reason="Chromium or poppler is not installed"
)


def test_outages_are_printed_with_all_that_they_say(tmp_path: Path) -> None:
    """Figures, limits and witnesses are on paper as on the screen, and no table is cut off at its right edge."""
    page = tmp_path / "page.html"
    page.write_bytes(render_html(measured_in(at(180))))
    text = subprocess.run(  # noqa: S603 -- a program of the system, on a file of ours
        ["pdftotext", str(printed(page, tmp_path)), "-"],  # noqa: S607 -- found by `missing`
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    section = text.split("Outages of extended networks")[1].split("Tasks and steps")[0]
    told = " ".join(section.split())

    assert all(one in told for one in ("net-voice", "2 min 45 s ± 12 s, too long", "90 s", "a probe", "3 min"))
    assert "its probe was red before the change, so that this is what HCX says" in told
    assert "net-press, net-store" in told
