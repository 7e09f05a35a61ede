"""What goes out to Azure Resource Manager: reads, to the one configured host, over verified TLS."""

from copy import copy
from typing import Any
from urllib.parse import SplitResult, urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport

RETRY_AFTER_MAX_SECONDS = 120
"""A longer wait is for the next pass: nobody is served by an activity that sleeps for an hour."""
_HTTPS = 443


class ForeignRequestError(Exception):
    """A request that hcx-fleet does not make: nothing was sent."""


class ReadsOfOneHost(SansIOHTTPPolicy[Any, Any]):
    """Lets through reads of the configured host and nothing else, before a token is put on.

    The client follows a `nextLink` and a redirect wherever they lead, with the token, and registers resource providers
    by itself where one is missing. Raised outside of the client's own errors, a refusal is not retried.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._origin = _origin(urlsplit(url))

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse what is not ours to send."""
        method, target = request.http_request.method, urlsplit(request.http_request.url)
        if method == "POST" and target.path.endswith("/register"):
            raise ForeignRequestError("a resource provider is not registered there, and hcx-fleet registers none")
        if method != "GET" or _origin(target) != self._origin:
            raise ForeignRequestError(
                f"{method} to {target.hostname} was not sent: only reads of {self._origin[1]} are"
            )


class Patience(RetryPolicy[Any, Any]):
    """Waits as long as it is told, up to a limit, and then leaves the rest to the next pass."""

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Whether to try again."""
        asked = self.get_retry_after(response) or 0
        return asked <= RETRY_AFTER_MAX_SECONDS and super().is_retry(settings, response)


class DialledTransport(RequestsTransport):  # type: ignore[misc]  # exported lazily, which mypy takes for Any
    """Connects to an address, and verifies and names the host of the URL."""

    def __init__(self, address: str, **more: Any) -> None:
        super().__init__(use_env_settings=False, **more)
        self._address = f"[{address}]" if ":" in address else address
        self._verified: str | None = None

    def send(self, request: Any, **more: Any) -> Any:
        """Send a copy of the request that goes to the address: a retry starts from the name again."""
        url = urlsplit(request.url)
        self._verify(url.hostname or "")
        dialled = copy(request)
        dialled.headers = {**request.headers, "Host": url.netloc}
        dialled.url = url._replace(netloc=f"{self._address}:{url.port or _HTTPS}").geturl()
        return super().send(dialled, **more)

    def _verify(self, host: str) -> None:
        """Have every connection of this transport verified against `host`."""
        if self._verified == host:
            return
        self.open()
        for adapter in self.session.adapters.values():
            adapter.init_poolmanager(4, 4, server_hostname=host, assert_hostname=host)
        self._verified = host


def _origin(url: SplitResult) -> tuple[str, str, int]:
    return url.scheme, (url.hostname or "").lower(), url.port or _HTTPS
