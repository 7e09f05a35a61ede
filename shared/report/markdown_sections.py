"""A Markdown page that stays below what a pipeline's summary takes: whole sections, and a note of what is not there.

Half a table would look like all of it, so a section is whole or not there at all, and one that is not there is named.
"""

from collections.abc import Iterable, Iterator

from shared.report.markdown import plain
from shared.report.words import several

SUMMARY_BYTES = 900 * 1024
"""Of a page for the summary of a pipeline's step: GitHub refuses one above 1,024 KiB, all steps' parts together."""
NOTE_BYTES = 4096
"""Kept free for the names of sections that were left out."""
CELL_MAX = 2000
"""Characters of one cell: nobody reads more of one in a summary."""
_NAMED = 10
_NAME_MAX = 80
_HEADING = "\n## "


def fitted(head: str, sections: Iterable[tuple[str, str]], bytes_max: int, elsewhere: str) -> str:
    """The page, at most so long.

    Args:
        head: what is never left out; whoever makes it keeps it short.
        sections: title and body of each, the title in Markdown already.
        bytes_max: of the page in UTF-8.
        elsewhere: a sentence on where everything is.
    """
    page, size, left_out = [head], _size(head), list[str]()
    for title, body in sections:
        section = f"{_HEADING}{title}\n\n{body}"
        if size + _size(section) <= bytes_max - NOTE_BYTES:
            page.append(section)
            size += _size(section)
        else:
            left_out.append(title)
    return "".join((*page, _told(left_out, elsewhere)))


def shortened(page: str, bytes_max: int, elsewhere: str) -> str:
    """A page that is made already, without the sections that are too much."""
    head, *sections = page.split(_HEADING)
    return fitted(head, map(_parted, sections), bytes_max, elsewhere)


def cell(text: str) -> str:
    """Text that shows as it is, on one line, and no longer than anybody reads."""
    return plain(cut(text))


def cut(text: str) -> str:
    """The text without what does not print, up to what anybody reads of one cell."""
    printable = "".join(one if one.isprintable() or one.isspace() else "" for one in text)
    return printable if len(printable) <= CELL_MAX else f"{printable[:CELL_MAX]}…"


def _parted(section: str) -> tuple[str, str]:
    title, _, body = section.partition("\n")
    return title, body.lstrip("\n")


def _size(text: str) -> int:
    return len(text.encode(errors="replace"))


def _told(left_out: list[str], elsewhere: str) -> str:
    return "\n" + " ".join(_words(left_out, elsewhere)) + "\n" if left_out else ""


def _words(left_out: list[str], elsewhere: str) -> Iterator[str]:
    first = ", ".join(one[:_NAME_MAX] for one in left_out[:_NAMED])
    more = f" and {len(left_out) - _NAMED} more" if len(left_out) > _NAMED else ""
    number = several(len(left_out), "section was", "sections were")
    yield f"{number} left out, to stay below what a summary takes: {first}{more}."
    yield elsewhere
