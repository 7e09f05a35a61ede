"""Files that are looked at whenever somebody asks, and parsed where they have changed."""

from collections.abc import Callable, Iterable
from pathlib import Path

type Contents = dict[Path, bytes | None]
"""Files and what they held; None where they could not be read."""

type Parsed[T] = tuple[T, Contents]
"""What was read, and the other files that had a part in it as they were then."""


class Unchanged[T]:
    """Reads files anew, and parses them anew where their bytes have changed.

    Parsing a large fleet takes a good tenth of a second and every step asks. Times of change were rejected: two writes
    within one tick of the file system look like one. Errors are never kept.
    """

    def __init__(self, path: Path | None, parse: Callable[[], Parsed[T]]) -> None:
        self._path = path
        self._parse = parse
        self._last: tuple[Contents, T] | None = None

    def read(self) -> T:
        """What the files say now."""
        last = self._last
        if last is not None and _contents(last[0]) == last[0]:
            return last[1]
        found = None if self._path is None else _content(self._path)
        parsed, others = self._parse()
        # A change between the two readings is kept under the older bytes: the next call sees other ones and parses.
        self._last = None if self._path is None or found is None else ({self._path: found, **others}, parsed)
        return parsed


def _contents(paths: Iterable[Path]) -> Contents:
    return {path: _content(path) for path in paths}


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (OSError, ValueError):  # what is wrong with the file, or with its name, is for the parser to say
        return None
