"""Dialling an address while verifying the name: for private endpoints whose name does not resolve here."""

from typing import Any

from requests.adapters import HTTPAdapter


class DialledAdapter(HTTPAdapter):
    """Sends to `address`, and verifies and names `host`."""

    def __init__(self, host: str, address: str) -> None:
        self._host = host
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Let every connection of this adapter verify the name, not the address."""
        super().init_poolmanager(*args, **options, server_hostname=self._host, assert_hostname=self._host)

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        """Connect to the address instead of the name."""
        where, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        return {**where, "host": self._address}, tls

    def send(self, request: Any, *args: Any, **options: Any) -> Any:
        """Name the host in the request, whatever is dialled."""
        request.headers["Host"] = f"{self._host}:{request.url.split('/')[2].rpartition(':')[2]}"
        return super().send(request, *args, **options)
