"""Accounts in Azure Key Vault: the secret's value is `{"username": …, "password": …}`, its version is the version."""

import json

from azure.core.credentials import TokenCredential
from azure.core.exceptions import AzureError
from azure.keyvault.secrets import SecretClient

from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError


class KeyVaultSecrets:
    """The newest version of each secret, asked for at each call."""

    def __init__(self, url: str, credential: TokenCredential) -> None:
        self._url = url
        self._client = SecretClient(vault_url=url, credential=credential)

    def account(self, name: str) -> Account:
        """The account of that name.

        Raises:
            SecretMissingError: it cannot be read, or its value is not the JSON it should be.
        """
        try:
            found = self._client.get_secret(name)
        except AzureError as error:
            status = getattr(error, "status_code", None) or type(error).__name__
            raise SecretMissingError(
                f"secret {name} cannot be read from {self._url} ({status}): create it and let the identity read it"
            ) from None
        username, password = _fields(name, found.value or "")
        return Account(
            secret=name,
            version=str(found.properties.version or ""),
            username=username,
            password=SecretText(password),
        )


def _fields(name: str, text: str) -> tuple[str, str]:
    try:
        found = json.loads(text)
        return str(found["username"]), str(found["password"])
    except (ValueError, KeyError, TypeError):  # the error's own text would quote the value
        raise SecretMissingError(f'secret {name} must hold {{"username": "...", "password": "..."}}') from None
