"""Text from anywhere inside a Markdown document: it shows as it is, and breaks no table and no list."""

from collections.abc import Iterable, Iterator, Sequence


def plain(text: str) -> str:
    """One line that makes no table cell, tag or link of its own."""
    shown = text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)
    folded = " ".join(shown.split())
    return folded.replace("|", "\\|").replace("<", "\\<").replace("](", "]\\(")


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
    return f"| {' | '.join(plain(cell) for cell in cells)} |"
