"""Accounts in a YAML file that only its owner may read."""

import stat
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class LocalFileSecrets:
    """`name: {username, password, version}`; read anew at each call, so that a new version counts at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: tuple[bytes, dict[str, Any]] = (b"", {})

    def account(self, name: str) -> Account:
        """The account of that name.

        Raises:
            SecretMissingError: the file cannot be used, or holds no such account.
        """
        found = self._read().get(name)
        if not isinstance(found, dict):
            raise SecretMissingError(
                f"{self._path} holds no account {name}: add it with username, password and version"
            )
        fields = {key: found.get(key) for key in ("username", "password", "version")}
        missing = [key for key, value in fields.items() if value in (None, "")]
        if missing:
            raise SecretMissingError(f"account {name} in {self._path} lacks {', '.join(missing)}")
        return Account(
            secret=name,
            version=str(fields["version"]),
            username=str(fields["username"]),
            password=SecretText(str(fields["password"])),
        )

    def _read(self) -> dict[str, Any]:
        try:
            if self._path.stat().st_mode & OTHERS:
                raise SecretMissingError(f"{self._path} may be read by others: chmod 600 {self._path}")
            content = self._path.read_bytes()
            if content == self._last[0]:
                return self._last[1]
            found = YAML(typ="safe", pure=True).load(content.decode())
        except OSError as error:
            raise SecretMissingError(f"{self._path} cannot be read: {error.strerror}") from None
        except YAMLError:  # its text quotes the file, passwords included
            raise SecretMissingError(f"{self._path} is no readable YAML") from None
        self._last = (content, found if isinstance(found, dict) else {})
        return self._last[1]
