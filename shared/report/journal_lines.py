"""A journal as a file: the links of its chain, one to a line, as JSON. What is written is read back as it was."""

import json
from collections.abc import Iterable, Iterator

from shared.model.chain import Link
from shared.model.codec import from_json, to_json_text
from shared.model.document import RecordUnreadableError


class LineUnreadableError(ValueError):
    """A line holds no link; the message names it."""


def lines_of(links: Iterable[Link]) -> Iterator[str]:
    """The lines, each with its end."""
    return (f"{to_json_text(link)}\n" for link in links)


def links_in(text: str) -> Iterator[Link]:
    """The links that lines hold; lines with nothing in them are left out.

    Raises:
        LineUnreadableError: with the first line that holds none.
    """
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _link(number, line)


def _link(number: int, line: str) -> Link:
    try:
        return from_json(Link, json.loads(line, object_pairs_hook=_only_once))
    except (RecordUnreadableError, ValueError, RecursionError) as error:
        raise LineUnreadableError(f"line {number} holds no link of a journal: {_why(error)}") from None


def _why(error: Exception) -> str:
    return "it is nested too deep" if isinstance(error, RecursionError) else str(error)


def _only_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """A name that is there twice would say one thing to us and another to whoever reads the line from its beginning."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found
