"""Replacing a file of the owner as a whole or not at all, by one caller at a time."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep others out: two callers at once would each write what the other one does not have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


@contextlib.contextmanager
def beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file with that content in the same folder, with the rights of the one that it may replace.

    Whoever wants it moves it over `path`; otherwise nothing of it stays.
    """
    with NamedTemporaryFile("wb", dir=path.parent, suffix=path.suffix, delete=False) as aside:
        aside.write(content)
        aside.flush()
        os.fsync(aside.fileno())
    written = Path(aside.name)
    try:
        written.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        yield written
    finally:
        written.unlink(missing_ok=True)
