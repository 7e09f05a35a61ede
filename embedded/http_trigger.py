"""HTTP as an HTTP-triggered function sees it: a request becomes the worker's message, its answer a plain record."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from embedded.messages import RpcHttp, TypedData
from shared.model.record import record

NO_CONTENT = 204
OK = 200


@record
class HttpRequest:
    """A request to the app."""

    method: str
    target: str
    """Path and query, as in the first line of a request."""
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, with its percent codes resolved."""
        return unquote(urlsplit(self.target).path)

    @classmethod
    def of(
        cls,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> "HttpRequest":
        """A request as a test writes one: bytes are sent as they are, any other body as JSON."""
        sent = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            sent = {"content-type": "application/json", **sent}
        target = f"{path}?{urlencode(query)}" if query else path
        return cls(method=method.upper(), target=target, headers=sent, body=body or b"")

    def message(self, base_url: str, parameters: Mapping[str, str]) -> TypedData:
        """The worker's message for this request."""
        headers = {"host": urlsplit(base_url).netloc, **{name.lower(): value for name, value in self.headers.items()}}
        http = RpcHttp(
            method=self.method,
            url=base_url.rstrip("/") + "/" + self.target.lstrip("/"),
            headers=headers,
            params=parameters,
            query=dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True)),
            body=TypedData(bytes=self.body),
        )
        return TypedData(http=http)


@record
class HttpAnswer:
    """What the app, or the host in its place, answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @classmethod
    def empty(cls, status: int) -> "HttpAnswer":
        """An answer of the host itself."""
        return cls(status=status, headers={}, body=b"")

    @classmethod
    def of(cls, returned: TypedData | None) -> "HttpAnswer":
        """Read what a function returned: a response, plain text, or nothing."""
        if returned is None or returned.WhichOneof("data") is None:
            return cls.empty(NO_CONTENT)
        if returned.http is None:
            body = (returned.string or "").encode()
            return cls(status=OK, headers={"content-type": "text/plain; charset=utf-8"}, body=body)
        headers = {name.lower(): value for name, value in returned.http.headers.items()}
        return cls(status=int(returned.http.status_code), headers=headers, body=returned.http.body.bytes or b"")
