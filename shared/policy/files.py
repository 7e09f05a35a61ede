"""The `Configuration` port on two files."""

from collections.abc import Callable
from pathlib import Path

from shared.model.confirmation import Confirmations
from shared.model.policy import Policy
from shared.policy.confirmations import read_confirmations
from shared.policy.policy import read_policy


class FileConfiguration:
    """Looks at both files at each call, so that a reviewed change counts without a restart."""

    def __init__(self, policy_path: Path, confirmations_path: Path | None = None) -> None:
        self._policy = _Unchanged(policy_path, lambda: read_policy(policy_path))
        self._confirmations = _Unchanged(confirmations_path, lambda: read_confirmations(confirmations_path))

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


class _Unchanged[T]:
    """Reads a file anew, and parses it anew where its bytes have changed.

    Parsing a large fleet takes a good tenth of a second and every step asks. Times of change were rejected: two writes
    within one tick of the file system look like one. Errors are never kept.
    """

    def __init__(self, path: Path | None, parse: Callable[[], T]) -> None:
        self._path = path
        self._parse = parse
        self._last: tuple[bytes, T] | None = None

    def read(self) -> T:
        found = self._bytes()
        last = self._last
        if last is not None and last[0] == found:
            return last[1]
        parsed = self._parse()
        # A change between the two readings is kept under the older bytes: the next call sees other ones and parses.
        self._last = None if found is None else (found, parsed)
        return parsed

    def _bytes(self) -> bytes | None:
        try:
            return None if self._path is None else self._path.read_bytes()
        except OSError:  # what is wrong with the file is for the parser to say
            return None
