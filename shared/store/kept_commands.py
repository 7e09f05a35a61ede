"""Commands as every store keeps them: in a chain, as a journal is, so that none is changed, put in or lost unseen.

A command lets change something. So unlike a journal, which is read for its story even where it is damaged, commands are
not read at all where their chain breaks: nobody knows then what people really said. That the last ones were cut off the
chain cannot show by itself; the journal of the run, a chain of its own, has an entry for each.
"""

import json
from collections.abc import Iterable

from shared.model.codec import from_json_text, to_json_text
from shared.model.command import Command
from shared.model.document import RecordUnreadableError
from shared.model.record import record
from shared.rules.chain import START, digest_of
from shared.store.errors import CommandsMovedError, TamperedError


@record
class KeptCommand:
    """What stands in the row of a command."""

    command: Command
    previous: str
    """Digest of the row before it; of the first one, 64 zeros."""
    digest: str
    """SHA-256 over run, sequence, previous and command, in hexadecimal digits."""


def refuse_moved(run: str, there: int, behind: int | None) -> None:
    """Go on where a new command was judged by all that there are, or by none in particular.

    Raises:
        CommandsMovedError: it was not.
    """
    if behind not in {None, there}:
        raise CommandsMovedError.of(run, there, behind)


def kept(run: str, sequence: int, previous: str, command: Command) -> tuple[str, str]:
    """The text of a row of that number behind the digest of the one before, and its own digest."""
    digest = digest_of(run, sequence, previous, command)
    return to_json_text(KeptCommand(command=command, previous=previous, digest=digest)), digest


def digest_in(run: str, sequence: int, text: str) -> str:
    """The digest that the text of a row holds.

    Raises:
        TamperedError: it is no row of ours.
    """
    return _row(run, sequence, text).digest


def commands_in(run: str, rows: Iterable[tuple[int, str, str]]) -> tuple[Command, ...]:
    """The commands to a run from all of its rows, in order: each with its number, its key where that is kept, and text.

    Raises:
        TamperedError: one of them is not what was written there, or is missing before another.
    """
    found, previous = list[Command](), START
    for number, (sequence, key, text) in enumerate(rows, 1):
        if sequence != number:
            raise TamperedError.of_command(run, number, "it is missing, or out of order")
        row = _row(run, sequence, text)
        _refuse_other(run, sequence, row, previous)
        if key not in {"", row.command.key}:
            raise TamperedError.of_command(run, sequence, f"it lies under the key {key} and not under its own")
        found.append(row.command)
        previous = row.digest
    return tuple(found)


def _row(run: str, sequence: int, text: str) -> KeptCommand:
    try:
        return from_json_text(KeptCommand, text)
    except (RecordUnreadableError, json.JSONDecodeError) as error:
        raise TamperedError.of_command(run, sequence, "it is no command any more") from error


def _refuse_other(run: str, sequence: int, row: KeptCommand, previous: str) -> None:
    if row.digest != digest_of(run, sequence, row.previous, row.command):
        raise TamperedError.of_command(run, sequence, f"its digest does not fit what {row.command.by} is said to want")
    if row.previous != previous:
        raise TamperedError.of_command(run, sequence, "the one before it is not the one that it was written behind")
