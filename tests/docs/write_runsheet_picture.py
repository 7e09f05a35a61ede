"""Draws docs/images/runsheet.png, the first printed page of a run sheet: `python -m tests.docs.write_runsheet_picture`.

Headless Chromium prints the page on A4, and poppler turns the print into a picture. Where one of them is missing,
nothing is written, and it is said which package has it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "tests" / "report" / "runsheet" / "mesh-4.html"
PICTURE = ROOT / "docs" / "images" / "runsheet.png"
DOTS = 96
"""For each inch: an A4 page is 794 dots wide then."""
PACKAGES = {"chromium": "chromium", "pdftoppm": "poppler-utils"}
"""Programs, and the Debian packages that have them."""
PATIENCE_SECONDS = 120


def missing() -> list[str]:
    """One line for each program that is not there."""
    return [
        f"{program} was not found: apt-get install {package}, then make runsheet-picture again"
        for program, package in PACKAGES.items()
        if shutil.which(program) is None
    ]


def printed(page: Path, folder: Path) -> Path:
    """The page on A4, as a PDF file in `folder`."""
    file = folder / "page.pdf"
    # Chromium's sandbox refuses to start for root, which containers are; the page is ours and loads nothing.
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/own")
    _carry_out("chromium", *options, f"--print-to-pdf={file}", page.as_uri())
    return file


def draw(folder: Path) -> None:
    """Print the page and keep its first sheet as the picture."""
    PICTURE.parent.mkdir(exist_ok=True)
    file = printed(PAGE, folder)
    _carry_out("pdftoppm", "-png", "-r", str(DOTS), "-f", "1", "-singlefile", str(file), str(PICTURE.with_suffix("")))


def _carry_out(program: str, *arguments: str) -> None:
    subprocess.run(  # noqa: S603 -- a program of the system, on files of ours
        [program, *arguments], check=True, capture_output=True, timeout=PATIENCE_SECONDS
    )


if __name__ == "__main__":
    lacking = missing()
    if lacking:
        sys.exit("\n".join(f"error: {one}" for one in lacking))
    with tempfile.TemporaryDirectory(prefix="hcx-picture-") as made_in:
        draw(Path(made_in))
    print(PICTURE.relative_to(ROOT))  # noqa: T201 -- what a script is for
