"""The `Configuration` port on files: `fleet.yaml` with the calendars beside it, and the confirmations."""

from collections.abc import Callable, Iterable
from pathlib import Path

from shared.model.confirmation import Confirmations
from shared.model.policy import Policy
from shared.policy.confirmations import read_confirmations
from shared.policy.policy import read_with_calendars

type Contents = dict[Path, bytes | None]
"""Files and what they held; None where they could not be read."""

type Parsed[T] = tuple[T, Contents]
"""What was read, and the other files that had a part in it as they were then."""


class FileConfiguration:
    """Looks at the files at each call, so that a reviewed change counts without a restart."""

    def __init__(self, policy_path: Path, confirmations_path: Path | None = None) -> None:
        self._policy = _Unchanged(policy_path, lambda: _policy(policy_path))
        self._confirmations = _Unchanged(confirmations_path, lambda: (read_confirmations(confirmations_path), {}))

    def policy(self) -> Policy:
        """`fleet.yaml`.

        Raises:
            PolicyInvalidError: with every error, each naming file, line and field.
        """
        return self._policy.read()

    def confirmations(self) -> Confirmations:
        """The confirmations of mutating routes; none when there is no file.

        Raises:
            PolicyInvalidError: there is a file and it holds errors.
        """
        return self._confirmations.read()


def _policy(path: Path) -> Parsed[Policy]:
    read = read_with_calendars(path)
    return read.policy, read.calendars


class _Unchanged[T]:
    """Reads files anew, and parses them anew where their bytes have changed.

    Parsing a large fleet takes a good tenth of a second and every step asks. Times of change were rejected: two writes
    within one tick of the file system look like one. Errors are never kept.
    """

    def __init__(self, path: Path | None, parse: Callable[[], Parsed[T]]) -> None:
        self._path = path
        self._parse = parse
        self._last: tuple[Contents, T] | None = None

    def read(self) -> T:
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
