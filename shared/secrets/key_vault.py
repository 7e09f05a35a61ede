"""Accounts from Azure Key Vault: the value of a secret is JSON with `username` and `password`."""

import json
from pathlib import Path
from threading import local

from azure.core.credentials import TokenCredential
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
)
from azure.keyvault.secrets import KeyVaultSecret, SecretClient

from shared.model.secret import Account, SecretText
from shared.ports import SecretMissingError

CONNECT_SECONDS = 10
READ_SECONDS = 30
RETRIES = 2
"""Quick ones only: a vault that is away for longer is asked again at the next look."""
_BUSY = frozenset({408, 429})


class KeyVaultSecrets:
    """One vault; every thread may use it. Nothing is kept: a rotated secret counts at the next look."""

    def __init__(self, url: str, credential: TokenCredential, *, ca: Path | None = None) -> None:
        """Raise ValueError for a URL that is not https."""
        if not url.startswith("https://"):
            raise ValueError("the URL of a Key Vault must be https://…")
        self._url = url
        self._credential = credential
        self._verify: str | bool = str(ca) if ca else True
        self._of_thread = local()

    def account(self, name: str) -> Account:
        """The account of that name in its newest version.

        Raises:
            SecretMissingError: there is no such secret, it may not be read, or it does not hold an account.
            ConnectionError: the vault does not answer. That says nothing of the secret and is worth asking again.
        """
        try:
            found = self._client().get_secret(name)
        except (AzureError, ValueError) as error:
            # Never the error's own words: those of a broken answer can hold what was in it.
            raise self._error(name, error) from None
        return self._account(name, found)

    def _client(self) -> SecretClient:
        """The client of this thread: its transport is for one thread only."""
        if not hasattr(self._of_thread, "client"):
            self._of_thread.client = SecretClient(
                self._url,
                self._credential,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                connection_verify=self._verify,
                retry_total=RETRIES,
                retry_backoff_factor=0.2,
            )
        client: SecretClient = self._of_thread.client
        return client

    def _account(self, name: str, found: KeyVaultSecret) -> Account:
        try:
            content = json.loads(found.value or "")
        except (ValueError, RecursionError):
            content = None
        username, password = (
            content.get(key) if isinstance(content, dict) else None for key in ("username", "password")
        )
        version = found.properties.version
        if not isinstance(username, str) or not isinstance(password, str) or not (username and password and version):
            raise SecretMissingError(
                f'secret {name} in {self._url} must hold JSON like {{"username": "…", "password": "…"}}: '
                "put it into a new version"
            )
        return Account(secret=name, version=version, username=username, password=SecretText(password))

    def _error(self, name: str, error: Exception) -> Exception:
        where = f"secret {name} in {self._url}"
        if isinstance(error, ResourceNotFoundError):
            return SecretMissingError(f"{where} does not exist: create it with JSON of username and password")
        if isinstance(error, ClientAuthenticationError) and error.status_code is None:
            return SecretMissingError(f"{where}: there is no token for the vault: check the app's identity")
        if isinstance(error, ValueError):  # the vault's challenge names somebody else
            return SecretMissingError(f"{where}: what answers is no vault of that name: check HCX_FLEET_KEY_VAULT")
        status = error.status_code if isinstance(error, HttpResponseError) else None
        if status in {401, 403}:
            return SecretMissingError(
                f"{where} may not be read ({status}): give the app's identity the role Key Vault Secrets User, and "
                "see that the secret is enabled"
            )
        if status is not None and status < 500 and status not in _BUSY:  # noqa: PLR2004 -- HTTP's own
            return SecretMissingError(f"{where} cannot be read ({status}): check its name and the vault's URL")
        return ConnectionError(f"{where}: the vault does not answer ({status or type(error).__name__})")
