"""What is shown of a command that was played: the line as it is typed, and its output, cut and put in order."""

import hashlib
import re

from shared.model.record import record

LEFT_OUT = "[…]"
HASH = re.compile(r"(?<![0-9a-f-])[0-9a-f]{12}(?:[0-9a-f]{52})?(?![0-9a-f-])")
"""Of a plan, in short or as a whole."""

type Part = tuple[str, str | None]
"""What is kept of an output: from a line that matches, to one that does, which is left out; None: to the end."""


@record
class Block:
    """One block of the page: a command and what it printed."""

    name: str
    text: str


class StandIns:
    """Stand-ins for hashes that are new in every start of a world, the same one for the same hash."""

    def __init__(self, of: str) -> None:
        self._of = of
        self._made: dict[str, str] = {}

    def put_into(self, text: str) -> str:
        """The text with a stand-in for each hash."""
        return HASH.sub(self._of_one, text)

    def _of_one(self, found: re.Match[str]) -> str:
        real = found[0]
        made = hashlib.sha256(f"hash {len(self._made)} of {self._of}".encode()).hexdigest()
        return self._made.setdefault(real[:12], made)[: len(real)]


def typed(line: str, code: int) -> str:
    """A command as a user types it, with its exit code where that is not 0."""
    return f"$ {line}   # exit code {code}" if code else f"$ {line}"


def tidy(text: str) -> str:
    """A text without blanks at the end of lines, which no editor keeps, and with one line end at its own."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip("\n") + "\n"


def parts(text: str, *kept: Part) -> str:
    """Only these parts of a text."""
    lines, made, at = text.splitlines(), list[str](), 0
    for start, end in kept:
        first = next((n for n in range(at, len(lines)) if re.search(start, lines[n])), None)
        assert first is not None, f"no line matches {start!r} any more: keep other lines"
        last = next((n for n in range(first + 1, len(lines)) if end and re.search(end, lines[n])), len(lines))
        made += [LEFT_OUT] if first > at else []
        made += lines[first:last]
        at = last
    made += [LEFT_OUT] if at < len(lines) else []
    return "\n".join(made) + "\n"
