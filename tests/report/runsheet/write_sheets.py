"""Write the golden run sheets anew: `python -m tests.report.runsheet.write_sheets`, then read the difference."""

from collections.abc import Iterator
from pathlib import Path

from shared.report.runsheet.page import in_html
from shared.report.runsheet.text import in_markdown
from tests.report.runsheet import sheets

FOLDER = Path(__file__).parent
PAGES = {"connector-4": sheets.CONNECTOR, "connector-9": sheets.NINE, "mesh-4": sheets.MESHED, "draft": sheets.OLD}


def files() -> Iterator[tuple[Path, bytes]]:
    """Every golden file with what it should hold."""
    for name, given in PAGES.items():
        sheet = sheets.made(given)
        yield FOLDER / f"{name}.md", in_markdown(sheet).encode()
        yield FOLDER / f"{name}.html", in_html(sheet)


if __name__ == "__main__":
    for path, content in files():
        path.write_bytes(content)
        print(path.name)  # noqa: T201 -- what a script is for
