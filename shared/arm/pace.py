"""How fast Azure is read: a token bucket for each subscription, below Azure's own.

Azure keeps one for reads by subscription, identity and region that holds 250 and gains 25 a second (Microsoft's page on
request limits). Ours are smaller, so that whoever else reads as this identity is not starved. Every process has its
own, and does not know of those of others: what is too fast for Azure all the same is answered 429, and heeded.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.pipeline.transport import HttpTransport

BURST = 200
READS_PER_SECOND = 20.0
LONGEST_SECONDS = 120
"""A longer wait is for the next pass: nobody is served by an activity that sleeps for an hour."""
HOLD_MAX_SECONDS = 3600
"""A service may say anything; after that it is asked again."""
_TOO_MANY_REQUESTS = 429
_TENANT = ""
"""Whose bucket it is where a path names no subscription."""


class ThrottledError(Exception):
    """Azure wants to be left alone for longer than a read may wait: nothing was sent."""


class Bucket:
    """One bucket. It knows no clock: seconds of any steady one are passed in, and how long to wait comes back."""

    def __init__(self, burst: int = BURST, per_second: float = READS_PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._tokens = float(burst)
        self._at: float | None = None
        self._held_until = 0.0

    def take(self, now: float) -> float:
        """Take one read, and say in how many seconds it may be sent. Reads are let through in the order of taking."""
        self._gain(now)
        self._tokens -= 1
        return max(-self._tokens / self._per_second, self.held(now), 0.0)

    def hold(self, now: float, seconds: float) -> None:
        """Let nothing through for so long, an hour at most; what was asked for before and is longer stays."""
        self._held_until = max(self._held_until, now + min(seconds, HOLD_MAX_SECONDS))

    def held(self, now: float) -> float:
        """For how many seconds nothing is let through yet."""
        return max(self._held_until - now, 0.0)

    def _gain(self, now: float) -> None:
        passed = max(now - self._at, 0.0) if self._at is not None else 0.0
        self._at = now
        self._tokens = min(self._tokens + passed * self._per_second, float(self._burst))


class Pace:
    """The buckets of one process; every thread may use them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: dict[str, Bucket] = {}

    def take(self, subscription: str, now: float) -> float:
        """Take one read of a subscription, and say in how many seconds it may be sent.

        Raises:
            ThrottledError: the subscription is to be left alone for longer than a read may wait.
        """
        with self._lock:
            bucket = self._of.setdefault(subscription, Bucket())
            if bucket.held(now) > LONGEST_SECONDS:
                raise ThrottledError(f"Azure asked not to be read for {int(bucket.held(now)) + 1} seconds yet")
            return bucket.take(now)

    def hold(self, subscription: str, now: float, seconds: float) -> None:
        """Leave a subscription alone for so long."""
        with self._lock:
            self._of.setdefault(subscription, Bucket()).hold(now, seconds)


class PacedReads(SansIOHTTPPolicy[Any, Any]):
    """Holds every try of a read back until its bucket lets it through, and tells the bucket of 429."""

    def __init__(self, pace: Pace, retry_after: Callable[[PipelineResponse[Any, Any]], float | None]) -> None:
        super().__init__()
        self._pace = pace
        self._retry_after = retry_after

    def on_request(self, request: PipelineRequest[Any]) -> None:
        """Wait as the pipeline waits before it tries again."""
        seconds = self._pace.take(subscription_of(request.http_request.url), time.monotonic())
        if seconds > 0:
            cast("HttpTransport[Any, Any]", request.context.transport).sleep(seconds)

    def on_response(self, request: PipelineRequest[Any], response: PipelineResponse[Any, Any]) -> None:
        """Hold the others back as well where one is told that it was too fast."""
        if response.http_response.status_code != _TOO_MANY_REQUESTS:
            return
        seconds = self._retry_after(response) or 0.0
        self._pace.hold(subscription_of(request.http_request.url), time.monotonic(), seconds)


def subscription_of(url: str) -> str:
    """The subscription that a URL is about, in lower case; an empty text where it is about none."""
    parts = urlsplit(url).path.lower().split("/")
    return parts[2] if parts[:2] == ["", "subscriptions"] and len(parts) > 2 else _TENANT  # noqa: PLR2004 -- /subscriptions/{id}
