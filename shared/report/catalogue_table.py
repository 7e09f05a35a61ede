"""Tables of the pages that are written from the catalogue: every row with its source, how sure it is, and its day."""

from collections.abc import Iterable
from typing import Any, Final

from shared.rules.catalogue.records import Catalogue, Range

ORIGIN: Final = ("source", "confidence", "dated")
"""Columns that end every table."""


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], ends: Iterable[str] = ORIGIN) -> str:
    """A Markdown table; a `|` inside a cell is no border."""
    names = (*heads, *ends)
    lines = [names, tuple("---" for _ in names), *(tuple(map(_cell, row)) for row in rows)]
    return "\n".join("|" + "|".join(f" {cell} " if cell != "---" else cell for cell in line) + "|" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def origin(catalogue: Catalogue, entry: Any) -> tuple[str, str, str]:
    """Where an entry is known from, how sure it is, and when it was made."""
    return source_link(catalogue, entry.source), entry.confidence.value, entry.dated.isoformat()


def source_link(catalogue: Catalogue, source_id: str) -> str:
    """The id of a source as a link to its page, or to its title in the list of sources where it has none."""
    url = next(one.url for one in catalogue.sources if one.id == source_id)
    return f"[{source_id}]({url or '#sources'})"


def source_title(catalogue: Catalogue, source_id: str) -> str:
    """The title of a source, as a link where it has a page."""
    source = next(one for one in catalogue.sources if one.id == source_id)
    return f"[{source.title}]({source.url})" if source.url else source.title


def in_short(one: Range) -> str:
    """A range as a table shows it, such as `4.4 … 4.8.3`, `4.9 … before 4.11.4` or `any`."""
    start = str(one.at_least) if one.at_least else ""
    end = str(one.up_to) if one.up_to else f"before {one.below}" if one.below else ""
    if start and end:
        return start if start == end else f"{start} … {end}"
    if start:
        return f"{start} or later"
    return (f"up to {end}" if one.up_to else end) or "any"
