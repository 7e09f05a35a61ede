"""Consoles, and what goes where: results to stdout, everything else to stderr."""

import json
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType

PIPED_WIDTH = 160
"""Columns where there is no terminal to ask: a log shows long lines better than torn ones."""


def results() -> Console:
    """The console for results."""
    return _console(stderr=False)


def progress() -> Console:
    """The console for what happens on the way."""
    return _console(stderr=True)


def parts(*every: RenderableType | None) -> None:
    """Print what there is of a result, with space between."""
    console = results()
    shown = [one for one in every if one is not None]
    for number, part in enumerate(shown):
        if number:
            console.print()
        console.print(part)


def places(reports: Iterable[str]) -> None:
    """Print where reports lie, each on one line however long it is."""
    for place in reports:
        results().print(f"Report: {place}", soft_wrap=True)


def as_text(document: str) -> None:
    """Print a document as it is, whatever the width of the terminal."""
    sys.stdout.write(document)


def as_bytes(document: bytes) -> None:
    """Print a document of bytes as it is: the line ends and the mark of a CSV file are part of it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(document)


def as_json(document: object) -> None:
    """Print a result for programs."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def as_json_keys(document: Iterable[tuple[str, object]]) -> None:
    """Print a large result for programs, key by key: it is never in memory as a whole."""
    before = "{\n"
    for key, value in document:
        text = json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n  ")
        sys.stdout.write(f"{before}  {json.dumps(key)}: {text}")
        before = ",\n"
    sys.stdout.write("\n}\n")


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else PIPED_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False)
