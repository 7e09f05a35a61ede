"""Reports in blobs: the `Reports` port on Azure."""

from contextlib import suppress
from typing import Any
from urllib.parse import quote

from azure.core.credentials import AzureNamedKeyCredential, TokenCredential
from azure.core.exceptions import AzureError, ClientAuthenticationError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import ContainerClient, ContentSettings

from shared.store.errors import StoreBusyError, StoreUnusableError

CONTAINER = "hcx-fleet-reports"

_FORBIDDEN = 403

_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml"}


def container_client(
    endpoint: str, credential: TokenCredential | AzureNamedKeyCredential, container: str = CONTAINER, **options: Any
) -> ContainerClient:
    """The client of our container at an endpoint such as `https://ACCOUNT.blob.core.windows.net`."""
    return ContainerClient(endpoint, container, credential=credential, **options)


class BlobReports:
    """Keeps each report in a blob `RUN/NAME`. Writing one again replaces it whole, so the SDK may try again."""

    def __init__(self, container: ContainerClient) -> None:
        self._container = container

    def publish(self, run_id: str, name: str, content: bytes) -> str:
        """Keep a report file and say where it is: a URL for whoever may read the container.

        Raises:
            StoreUnusableError: this identity may not write there.
            StoreBusyError: Azure did not take it, for as long as the SDK is patient.
        """
        try:
            return self._written(f"{quote(run_id, safe='')}/{name}", content)
        except AzureError as error:
            told = error.message.strip().partition("\n")[0]
            if isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) == _FORBIDDEN:
                raise StoreUnusableError(
                    f"{self._container.url} refuses us: {told}; give this identity the role Storage Blob Data "
                    "Contributor on the storage account"
                ) from error
            raise StoreBusyError(f"{self._container.url} did not take {name}: {told}; ask again later") from error

    def _written(self, path: str, content: bytes) -> str:
        try:
            return self._upload(path, content)
        except ResourceNotFoundError:
            with suppress(ResourceExistsError):
                self._container.create_container()
            return self._upload(path, content)

    def _upload(self, path: str, content: bytes) -> str:
        blob = self._container.get_blob_client(path)
        kind = next((kind for ending, kind in _TYPES.items() if path.endswith(ending)), "application/octet-stream")
        blob.upload_blob(content, overwrite=True, content_settings=ContentSettings(content_type=kind))
        return str(blob.url)
