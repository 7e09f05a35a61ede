"""Text from anywhere inside a Markdown document: it shows as it is, and breaks no table and no list."""

import re
from collections.abc import Iterable, Iterator, Sequence

_BEGINS_A_BLOCK = re.compile(
    r"#(?= )|>|\[(?=.*\]:|[ xX]\] )|::|[-+*](?= |$)|=+$|-{2,}$|`{3}|~{3}|\d{1,9}(?=[.)](?: |$))"
)
"""What makes a heading, quotation, list, rule, code or definition of a text that stands first on its line; and what
makes a command of it for a pipeline that prints the page into its log, as `##` does anywhere."""
_SIGN_BEFORE_ITS_LIKE = re.compile("#(?=#)")
_MEANS_SOMETHING = re.compile(r"(\\*)(<|&(?=#?\w{1,32};))", re.ASCII)
"""A tag or the name of a character, and the backslashes before it: one of those would take ours for itself."""


def plain(text: str) -> str:
    """One line that makes no table cell, tag, link or block of its own, and no command in the log of a pipeline."""
    shown = _inline(text)
    block = _BEGINS_A_BLOCK.match(shown)
    if block is None:
        return shown
    number = block.end() if block.group().isdigit() else 0  # of a list: what follows it can be escaped, digits cannot
    return f"{shown[:number]}\\{shown[number:]}"


def _inline(text: str) -> str:
    """The same where something of ours stands before it on its line."""
    shown = text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)
    folded = " ".join(shown.split())
    escaped = folded.replace("|", "\\|").replace("](", "]\\(")
    return _MEANS_SOMETHING.sub(r"\1\1\\\2", _SIGN_BEFORE_ITS_LIKE.sub(r"#\\", escaped))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table and the empty line after it; nothing where there are no rows."""
    every = list(rows)
    if not every:
        return
    yield _row(columns)
    yield "|" + "---|" * len(columns)
    yield from map(_row, every)
    yield ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_inline(cell) for cell in cells)} |"
