"""Accounts from a file that nobody else may read, whatever its notation; each look-up counts as the file is then."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

type Parser = Callable[[Path, bytes], object]
"""Gives the document. What a parser says of an error can hold a password, so it tells of a line at most."""


def account_of(name: str, entry: object, where: str) -> Account:
    """The account in an entry with `username`, `password` and `version`; `where` says which one, for errors.

    Raises:
        SecretMissingError: one of them is missing.
    """
    if not isinstance(entry, Mapping):
        raise SecretMissingError(f"{where} must hold username, password and version")
    return Account(
        secret=name,
        version=_text(where, entry, "version"),
        username=_text(where, entry, "username"),
        password=SecretText(_text(where, entry, "password")),
    )


def _text(where: str, entry: Mapping[str, object], field: str) -> str:
    """A field as text. A number is refused where it could have lost its zeros, and is fine as a version."""
    found = entry.get(field)
    if field == "version" and isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or not found:
        raise SecretMissingError(f"{where} needs a {field}, as text in quotes")
    return found


class AccountFile:
    """Reads the file at each call and parses it anew where it has changed; every thread may use it."""

    def __init__(self, path: Path, parser: Parser, named_by: str) -> None:
        """Read `path` with `parser`; `named_by` is what names the file, for errors."""
        self._path = path
        self._parser = parser
        self._named_by = named_by
        self._lock = Lock()
        self._last: tuple[bytes, Mapping[str, object]] | None = None

    def check(self) -> None:
        """Look at the file as a whole, before anybody asks for an account.

        Raises:
            SecretMissingError: no account can be read from it.
        """
        self._entries()

    def account(self, name: str) -> Account:
        """The account of that name in its newest version.

        Raises:
            SecretMissingError: there is no such secret, or it does not hold a user name and a password.
        """
        entry = self._entries().get(name)
        if entry is None:
            raise SecretMissingError(f"{self._path} has no secret {name}: add it with username, password and version")
        return account_of(name, entry, f"secret {name} in {self._path}")

    def _entries(self) -> Mapping[str, object]:
        content = self._content()
        with self._lock:
            if self._last is None or self._last[0] != content:
                self._last = (content, self._parsed(content))
            return self._last[1]

    def _content(self) -> bytes:
        """The bytes of the file, judged by the very file that is open: a name could be exchanged in between."""
        try:
            with self._path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                if os.name == "posix" and mode & _OTHERS:
                    raise SecretMissingError(f"{self._path} may be read by others: chmod 600 {self._path}")
                return file.read()
        except OSError as error:
            raise SecretMissingError(
                f"{self._path} cannot be read ({error.strerror}): set {self._named_by} to a file with accounts"
            ) from None

    def _parsed(self, content: bytes) -> Mapping[str, object]:
        found = self._parser(self._path, content)
        if not isinstance(found, Mapping):
            raise SecretMissingError(f"{self._path} must map names of secrets to username, password and version")
        return found
