"""What goes out to Azure Resource Manager and what comes in: reads of the one configured host, answers of some size."""

import time
from collections.abc import Iterator
from copy import copy
from typing import Any
from urllib.parse import SplitResult, urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import RetryPolicy, SansIOHTTPPolicy
from azure.core.pipeline.transport import RequestsTransport

from shared.arm.pace import LONGEST_SECONDS

ANSWER_BYTES_MAX = 16 * 1024 * 1024
"""A page of a thousand private clouds has about two million bytes."""
ANSWER_SECONDS_MAX = 120
_PIECE = 1024
_HTTPS = 443
_CLIENTS_OWN: RetryPolicy[Any, Any] = RetryPolicy()


class ForeignRequestError(Exception):
    """A request that hcx-fleet does not make: nothing was sent."""


class AnswerTooLargeError(Exception):
    """An answer that was given up: it is larger than any good one, or it does not come to an end."""


class ReadsOfOneHost(SansIOHTTPPolicy[Any, Any]):
    """Lets through reads of the configured host and nothing else, before a token is put on.

    The client follows a `nextLink` and a redirect wherever they lead, with the token, and registers resource providers
    by itself where one is missing. Raised outside of the client's own errors, a refusal is not retried.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        self._origin = origin_of(urlsplit(url))

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Refuse what is not ours to send."""
        method, target = request.http_request.method, urlsplit(request.http_request.url)
        if method == "POST" and target.path.endswith("/register"):
            raise ForeignRequestError("a resource provider is not registered there, and hcx-fleet registers none")
        if method != "GET" or origin_of(target) != self._origin:
            raise ForeignRequestError(
                f"{method} to {target.hostname} was not sent: only reads of {self._origin[1]} are"
            )


def retry_after_seconds(response: PipelineResponse[Any, Any]) -> float | None:
    """What `Retry-After` says; None where there is none that can be read."""
    try:
        return _CLIENTS_OWN.get_retry_after(response)
    except (ValueError, TypeError, AttributeError, OverflowError):
        return None


class Patience(RetryPolicy[Any, Any]):
    """Waits as long as it is told, up to a limit, and then leaves the rest to the next pass."""

    def get_retry_after(self, response: PipelineResponse[Any, Any]) -> float | None:
        """How long to wait, by the answer: one that cannot be read is none, where the client's own would raise."""
        return retry_after_seconds(response)

    def is_retry(self, settings: dict[str, Any], response: PipelineResponse[Any, Any]) -> bool:
        """Whether to try again."""
        asked = self.get_retry_after(response) or 0
        return asked <= LONGEST_SECONDS and super().is_retry(settings, response)


class BoundedTransport(RequestsTransport):  # type: ignore[misc]  # exported lazily, which mypy takes for Any
    """Reads an answer up to a size and for a time; the library itself would read for as long as bytes come."""

    def send(self, request: Any, **more: Any) -> Any:
        """Send a request."""
        return super().send(request, hooks={"response": _bound}, **more)


def _bound(answer: Any, **_: Any) -> Any:
    answer.raw = _Body(answer.raw)
    return answer


class _Body:
    """A body of urllib3 that ends with an error where it should have ended before."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def __getattr__(self, name: str) -> Any:
        return getattr(self._body, name)

    def stream(self, _amount: int, *, decode_content: bool) -> Iterator[bytes]:
        """The content in pieces that are small enough for a slow one to be noticed."""
        size, ends = 0, time.monotonic() + ANSWER_SECONDS_MAX
        for piece in self._body.stream(_PIECE, decode_content=decode_content):
            size += len(piece)
            if size > ANSWER_BYTES_MAX or time.monotonic() > ends:
                self._body.close()
                raise AnswerTooLargeError(f"the answer was given up after {size} bytes")
            yield piece


class DialledTransport(BoundedTransport):
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


def transport_to(address: str | None, **given: Any) -> BoundedTransport:
    """The transport that dials that address; the host of the URL where there is none."""
    return DialledTransport(address, **given) if address else BoundedTransport(**given)


def origin_of(url: SplitResult) -> tuple[str, str, int]:
    """Scheme, host and port: what must be the same for a token to go there."""
    return url.scheme, (url.hostname or "").lower(), url.port or _HTTPS
