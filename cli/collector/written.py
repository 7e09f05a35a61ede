"""Writing a file that travels: whole or not at all, and for nobody else's eyes."""

import os
import tempfile
from pathlib import Path

from shared.model.collected import SiteFacts, SiteFormat
from shared.model.plain import to_plain
from shared.model.site_file import sealed


class NotWrittenError(OSError):
    """The file could not be written; the message says which and why."""


def facts_bytes(facts: SiteFacts) -> bytes:
    """Collected facts as a file."""
    return sealed(SiteFormat.FACTS, to_plain(facts))


def check_place(path: Path) -> None:
    """Find out whether it can be written before anybody logs in for its sake.

    Raises:
        NotWrittenError: it cannot be written.
    """
    try:
        folder = path.is_dir()
        with tempfile.NamedTemporaryFile(prefix=f".{path.name}.", dir=path.parent):
            pass
    except OSError as error:
        raise NotWrittenError(f"{path}: cannot be written: {error.strerror}") from None
    if folder:
        raise NotWrittenError(f"{path}: cannot be written: it is a folder; name a file")


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write it beside its place, then move it there.

    Args:
        path: where it is to be.
        content: all of it.
        mode: who may read it; its owner alone if not given.

    Raises:
        NotWrittenError: it cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(mode)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise NotWrittenError(f"{path}: cannot be written: {error.strerror}") from None
