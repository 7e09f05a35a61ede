"""A page with what the commands really print: every block between a mark and its fence's end."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.docs.played import Block

_BLOCK = re.compile(r"^<!-- played: (\S+) -->\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def names(page: str) -> list[str]:
    """The names of the blocks, in the order of the page."""
    return [found[0] for found in _BLOCK.findall(page)]


def filled(page: str, blocks: Mapping[str, Block]) -> str:
    """The page with these blocks in place of those that it has."""

    def block(found: re.Match[str]) -> str:
        return f"<!-- played: {found[1]} -->\n\n```{found[2]}\n{blocks[found[1]].text}```"

    return _BLOCK.sub(block, page)


def write(page: Path, blocks: Mapping[str, Block]) -> None:
    """Put these blocks into the file of a page, and say which one it is."""
    page.write_text(filled(page.read_text("utf-8"), blocks), "utf-8")
    print(page.name)  # noqa: T201 -- what a script is for
