"""Accounts on a jump host: from a JSON file that nobody else may read, or from the environment.

The file is what `HCX_FLEET_SECRETS_FILE` may be as well, since JSON is YAML: names of secrets, each with `username`,
`password` and `version`. A variable holds one such entry: `HCX_COLLECTOR_LYON_HCX` that of the secret `lyon-hcx`.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from shared.model.secret import Account
from shared.ports import SecretMissingError
from shared.secrets.account_file import AccountFile, account_of

PREFIX = "HCX_COLLECTOR_"


class JsonFileSecrets(AccountFile):
    """The file of `--secrets`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _document, "--secrets")


class EnvironmentSecrets:
    """One variable for each secret."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def account(self, name: str) -> Account:
        """The account of that name.

        Raises:
            SecretMissingError: no variable holds it.
        """
        variable = variable_of(name)
        text = self._environ.get(variable, "")
        if not text:
            raise SecretMissingError(f"{variable} is not set: set it, or name a file with --secrets")
        try:
            entry = json.loads(text)
        except (ValueError, RecursionError):  # its words could hold a password
            entry = None
        return account_of(name, entry, f"{variable}, which is JSON,")


def variable_of(secret: str) -> str:
    """The variable of a secret."""
    return PREFIX + re.sub(r"[^0-9A-Z]", "_", secret.upper())


def _document(path: Path, content: bytes) -> object:
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError):  # its words could hold a password
        raise SecretMissingError(f"{path} is no readable JSON: mend it") from None
    return found
