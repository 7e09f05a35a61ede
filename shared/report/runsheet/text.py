"""A run sheet as Markdown."""

from collections.abc import Iterator

from shared.report.markdown import plain, table
from shared.report.runsheet.record import Deed, Part, RunSheet

LINE = "________"
"""What is drawn where something is filled in."""


def in_markdown(sheet: RunSheet) -> str:
    """The page as Markdown; its stamp stands at its head and at the head of every part."""
    return "\n".join(_lines(sheet)).rstrip("\n") + "\n"


def _lines(sheet: RunSheet) -> Iterator[str]:
    yield from (f"# {plain(sheet.title)}", "", f"**{plain(sheet.stamp)}**", "")
    if sheet.reasons:
        yield from ("## Not ready", "")
        yield from (f"- {plain(one)}" for one in sheet.reasons)
        yield ""
    for part in sheet.parts:
        yield from _part(part, plain(sheet.stamp) if sheet.draft else "")
    yield plain(sheet.foot)


def _part(part: Part, stamp: str) -> Iterator[str]:
    yield from (f"## {plain(part.title)}", "")
    if stamp:
        yield from (f"*{stamp}*", "")
    for note in part.notes:
        yield from (plain(note), "")
    if part.points:
        yield from (f"- {plain(one)}" for one in part.points)
        yield ""
    if part.deeds:
        yield from (f"{number}. [ ] {_deed(one)}" for number, one in enumerate(part.deeds, 1))
        yield ""
    if part.lines:
        yield from (f"- {plain(one.label)}: {plain(one.value) or LINE}" for one in part.lines)
        yield ""
    if part.grid:
        yield from table(part.grid.columns, ([cell or LINE for cell in row] for row in part.grid.rows))


def _deed(one: Deed) -> str:
    pressed = " › ".join(f"**{plain(button)}**" for button in one.buttons)  # noqa: RUF001 -- how menus are written
    return f"{plain(one.text)} {pressed}".rstrip()
