"""Calls of an app that is served elsewhere. The one file here that knows how they travel.

A redirect is never followed and a link never taken for more than its query, so that a token reaches the address that
somebody named and no other. Whatever changes something has a key, so that a call whose answer was lost is made again.
"""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from threading import Event
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from cli.remote.address import Address
from cli.remote.answer import Answer
from cli.remote.refusing import UnreachableError, refuse, unreachable
from shared.model.record import record

PATIENCE_SECONDS = 60.0
"""How long a busy app is waited for in one call, all waits together."""
TRIES = 3
"""Of a call that nothing comes back from."""
AGAIN_SECONDS = 2.0
"""Before a call is made again that nothing came back from."""
TIMEOUT_SECONDS = 60.0
"""For an answer: an app that was not used for a while takes its time to start."""
MANY = "1000"
"""Things that are asked for at a time: as many as may be."""

_BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.CONFLICT})
"""What an app answers that wants to be asked again, where it says when; of a conflict, that the first call goes on."""
_NOTHING_BEHIND = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT})
"""What a front answers that reached no app."""

type Query = Mapping[str, str]


@record
class Change:
    """A call that changes something."""

    method: str
    path: str
    body: Mapping[str, Any]
    key: str
    """Made again with it, it is the same call and no other."""
    if_match: str | None = None
    """The state that it is meant for."""


def pause(seconds: float) -> None:
    """Let time pass."""
    Event().wait(seconds)


class Client:
    """One app; close it, or leave its block."""

    def __init__(
        self,
        address: Address,
        token: Callable[[], str] | None = None,
        *,
        pause: Callable[[float], None] = pause,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self.pause = pause
        self._token = token
        self._http = httpx.Client(
            verify=tls or True,
            trust_env=address.base.startswith("https"),  # no proxy stands between this machine and itself
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> Answer:
        """Read.

        Raises:
            ToldError: the app says no, or nothing.
        """
        return self._answered("GET", path, query=query)

    def change(self, wanted: Change) -> Answer:
        """Carry out a call that changes something; made again as long as nobody knows what came of it.

        Raises:
            ToldError: the app says no, or nothing.
        """
        headers = {"Idempotency-Key": wanted.key, "Content-Type": "application/json"}
        if wanted.if_match is not None:
            headers["If-Match"] = wanted.if_match
        body = json.dumps({name: value for name, value in wanted.body.items() if value is not None}).encode()
        return self._answered(wanted.method, wanted.path, headers=headers, content=body)

    def parts(self, path: str, query: Query | None = None) -> Iterator[Answer]:
        """A list in parts, to its end. A link leads on at the same address, whatever host it names."""
        asked = {"top": MANY, **(query or {})}
        while True:
            part = self.get(path, asked)
            yield part
            link = part.json().get("nextLink")
            if not link:
                return
            asked = dict(parse_qsl(urlsplit(link).query))

    def _answered(self, method: str, path: str, query: Query | None = None, **sent: Any) -> Answer:
        left, tries = PATIENCE_SECONDS, TRIES
        while True:
            answer = self._tried(method, path, query, sent)
            if isinstance(answer, Answer):
                wait = _again_in(answer)
                if wait is None or wait > left:
                    return refuse(answer, self.address.base)
            else:
                tries -= 1
                wait = AGAIN_SECONDS
                if not tries:
                    raise answer
            left -= wait
            self.pause(wait)

    def _tried(self, method: str, path: str, query: Query | None, sent: Mapping[str, Any]) -> Answer | UnreachableError:
        headers = {"Accept": "application/json, */*;q=0.5", **sent.get("headers", {})}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token()}"
        url, content = f"{self.address.base}{path}", sent.get("content")
        try:
            told = self._http.request(method, url, params=query, headers=headers, content=content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return unreachable(self.address.base, error)
        answer = Answer(status=told.status_code, headers=dict(told.headers), body=told.content)
        return unreachable(self.address.base, answer.status) if answer.status in _NOTHING_BEHIND else answer


def _again_in(answer: Answer) -> float | None:
    """Seconds after which the app wants to be asked again; None where its answer is one."""
    seconds = answer.retry_after
    return max(seconds, 1.0) if answer.status in _BUSY and seconds is not None else None
