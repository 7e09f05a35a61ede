"""A result as sentences and grids, before anybody decides how it is drawn: on a terminal, or in Markdown."""

from collections.abc import Iterator

from shared.model.record import record
from shared.report.markdown import plain, table


@record
class Grid:
    """Rows under columns. One without rows is left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@record
class Sheet:
    """What is said first, what is listed, and what is said last."""

    head: tuple[str, ...] = ()
    grids: tuple[Grid, ...] = ()
    foot: tuple[str, ...] = ()


def in_markdown(sheet: Sheet) -> str:
    """The sheet as a part of a Markdown page."""
    return "\n".join(_lines(sheet)).rstrip("\n") + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    for line in sheet.head:
        yield from (plain(line), "")
    for grid in sheet.grids:
        yield from table(grid.columns, grid.rows)
    for line in sheet.foot:
        yield from (plain(line), "")
