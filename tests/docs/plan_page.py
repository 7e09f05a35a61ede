"""docs/plan.md with what the commands really print: every block between a mark and its fence's end."""

import re
from collections.abc import Mapping

from tests.docs.plan_play import Block

_BLOCK = re.compile(r"^<!-- played: (\S+) -->\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def names(page: str) -> list[str]:
    """The names of the blocks, in the order of the page."""
    return [found[0] for found in _BLOCK.findall(page)]


def filled(page: str, blocks: Mapping[str, Block]) -> str:
    """The page with these blocks in place of those that it has."""

    def block(found: re.Match[str]) -> str:
        return f"<!-- played: {found[1]} -->\n\n```{found[2]}\n{blocks[found[1]].text}```"

    return _BLOCK.sub(block, page)
