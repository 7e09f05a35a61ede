"""Results as files, written wholly or not at all."""

from pathlib import Path

from cli.collector.written import NotWrittenError, write
from cli.edge import WrongUseError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or leave it as it was: whoever reads it beside us never sees half of it.

    Raises:
        WrongUseError: it cannot be written there.
    """
    try:
        write(path, content, mode=0o644)
    except NotWrittenError as error:
        raise WrongUseError([str(error)]) from None
