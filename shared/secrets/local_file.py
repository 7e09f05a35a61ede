"""Accounts from a YAML file that nobody else may read.

    lyon-hcx:
      username: hcx-fleet@vsphere.local
      password: "…"
      version: "1"

The version is raised with every new password: a refused one is never tried again under the same version.
"""

from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from shared.ports import SecretMissingError
from shared.secrets.account_file import AccountFile


class LocalFileSecrets(AccountFile):
    """The file of `HCX_FLEET_SECRETS_FILE`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _document, "HCX_FLEET_SECRETS_FILE")


def _document(path: Path, content: bytes) -> object:
    """The document. What a parser says of an error can hold a password, so only the line is told."""
    try:
        found: object = YAML(typ="safe", pure=True).load(content)
    except MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SecretMissingError(f"{path}{line} is no readable YAML: mend it") from None
    except (YAMLError, ValueError, RecursionError):
        raise SecretMissingError(f"{path} is no readable YAML: mend it") from None
    return found
