"""Notices to a webhook: one signed POST, TLS always verified, no redirect ever followed, a limit for every wait.

What it says of a failure names the host and the status, never the key, the body or what the receiver answered: an
answer is text of somebody else, and ends up in journals and reports.
"""

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from shared.model.notice import Delivery, DeliveryState, Notice
from shared.model.policy import Webhook
from shared.model.record import record
from shared.notify.signing import KeyUnusableError, headers_of
from shared.ports import JournalAlone, SecretMissingError, Secrets
from shared.tls.contexts import TrustUnusableError, context_for

OWNER: Final = "the owner of fleet.yaml"
RECEIVER: Final = "whoever runs the webhook"
_ASKS_LATER = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
)
_DIGITS_MAX = 9


@record
class Timeouts:
    """Seconds to wait for a receiver; real time, whatever the clock."""

    connect: float = 5.0
    write: float = 10.0
    read: float = 10.0
    """For each piece of the answer's head; its body is not read."""
    whole: float = 30.0
    """For all of it: one that sends a byte now and then must not hold a worker."""


def _utc_now() -> datetime:
    """The machine's own time, since a receiver compares it with its own: the clock of a simulated world is not it."""
    return datetime.now(UTC)


class WebhookNotices:
    """Posts notices to the webhook of `fleet.yaml`; every thread may use it."""

    def __init__(
        self, secrets: Secrets, timeouts: Timeouts | None = None, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._secrets = secrets
        self._timeouts = timeouts or Timeouts()
        self._now = now

    def send(self, notice: Notice, body: bytes, webhook: Webhook | None) -> Delivery:
        """Post a notice once; whatever comes of it is told."""
        if webhook is None:
            return JournalAlone().send(notice, body, webhook)
        try:
            key = self._secrets.account(webhook.secret).password.reveal()
            headers = headers_of(notice.id, self._now(), body, key)
            context = context_for(webhook.trust)
        except SecretMissingError as error:
            return _failed(f"it cannot be signed: {error}", f"{OWNER}: put a key there", again=True)
        except KeyUnusableError as error:
            return _failed(f"secret {webhook.secret} cannot sign it: {error}", f"{OWNER}: put a key there", again=True)
        except TrustUnusableError as error:
            return _failed(error.detail, f"{OWNER}: {error.remedy}", again=True)
        return self._post(webhook.url, headers, body, context)

    def _post(self, url: str, headers: dict[str, str], body: bytes, context: ssl.SSLContext) -> Delivery:
        host = urlsplit(url).netloc
        sent = {"content-type": "application/json", "user-agent": "hcx-fleet", "accept-encoding": "identity", **headers}
        limit = _Limit(self._timeouts.whole)
        try:
            with limit, self._client(context) as client:
                asking = client.build_request(
                    "POST", url, headers=sent, content=body, extensions={"trace": limit.watch}
                )
                answer = client.send(asking, stream=True)
                answer.close()
                return _of(host, answer.status_code, answer.headers, self._now())
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return _unanswered(host, error, over=limit.over)

    def _client(self, context: ssl.SSLContext) -> httpx.Client:
        limits = self._timeouts
        return httpx.Client(
            verify=context,
            timeout=httpx.Timeout(connect=limits.connect, write=limits.write, read=limits.read, pool=None),
            follow_redirects=False,
            trust_env=False,
        )


class _Limit:
    """Ends a call that takes too long as a whole: the time-outs of a socket begin anew with each byte."""

    def __init__(self, seconds: float) -> None:
        self.over = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Told by the client what it does: from each connection it makes, the socket to shut."""
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")

    def _end(self) -> None:
        """A shut socket ends the read that another thread is in; a closed one would not."""
        self.over = True
        if self._socket is not None:
            with suppress(OSError):  # it may have gone in this very moment
                self._socket.shutdown(socket.SHUT_RDWR)


def retry_after(text: str, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks to be left alone, in either of its forms; None where it is neither."""
    if text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max((at if at.tzinfo else at.replace(tzinfo=UTC)) - now, timedelta())


def _of(host: str, status: int, headers: httpx.Headers, now: datetime) -> Delivery:
    """What an answer means: who refuses a notice refuses it again, who fails or is busy may take it later."""
    if httpx.codes.is_success(status):
        return Delivery(state=DeliveryState.DELIVERED, detail=f"{host} took the notice ({status})")
    if httpx.codes.is_redirect(status):
        there = "another host" if _elsewhere(host, headers.get("location", "")) else "another address"
        detail = f"{host} redirects to {there} ({status}), which is not followed"
        return _failed(detail, f"{OWNER}: write the address that takes notices as notices.webhook.url", again=True)
    after = retry_after(headers.get("retry-after", ""), now)
    later = status in _ASKS_LATER or httpx.codes.is_server_error(status)
    remedy = f"{RECEIVER}: see why it answers {status}"
    return _failed(f"{host} answered {status}", remedy, again=later, after=after)


def _elsewhere(host: str, location: str) -> bool:
    try:
        return urlsplit(location).netloc not in {"", host}
    except ValueError:
        return True


def _unanswered(host: str, error: Exception, *, over: bool) -> Delivery:
    remedy = f"{RECEIVER}: see whether it runs and can be reached from here"
    if over or isinstance(error, httpx.TimeoutException):
        return _failed(f"{host} did not answer in time", remedy, again=True)
    if _is_tls(error):
        trust = f"{OWNER}: notices.webhook.ca or thumbprint must name what its certificate is verified by"
        return _failed(f"{host} shows a certificate that is not trusted", trust, again=True)
    return _failed(f"{host} cannot be reached or broke off ({type(error).__name__})", remedy, again=True)


def _is_tls(error: BaseException | None) -> bool:
    """Whether a refused certificate is among the causes."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _failed(detail: str, remedy: str, *, again: bool, after: timedelta | None = None) -> Delivery:
    return Delivery(state=DeliveryState.FAILED, detail=detail, remedy=remedy, again=again, after=after)
