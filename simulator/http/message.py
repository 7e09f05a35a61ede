"""A request as handlers see it, and the answers they give."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape


@dataclass(slots=True)
class Request:
    """One HTTP request."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @classmethod
    def of(cls, scope: Mapping[str, Any], body: bytes) -> "Request":
        """Read it from an ASGI scope."""
        return cls(
            method=scope["method"],
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
            body=body,
        )

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; an empty one when it is none."""
        try:
            read = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}

    def part(self, name: str) -> dict[str, Any]:
        """The object that the body holds under `name`; an empty one when there is none."""
        found = self.json().get(name)
        return found if isinstance(found, dict) else {}

    def basic(self) -> tuple[str, str] | None:
        """User name and password of HTTP Basic."""
        scheme, _, words = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            username, _, password = base64.b64decode(words, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return username, password


@dataclass(slots=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    promised: int | None = None
    """Length told where it is more than there is: the connection ends before it."""
    lost: bool = False
    """Whether the connection ends instead."""
    pause: float = 0.0
    """Real seconds before every byte: time-outs of clients are real as well."""


type Onward = Callable[[Request], Response]
"""What would answer otherwise."""
type Bend = Callable[[Request, Onward], Response]
"""A fault on the wire: answers itself, or changes what is asked or answered."""


def json_answer(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(status, json.dumps(document, separators=(",", ":")).encode(), headers=headers or {})


def text_answer(text: str, status: int) -> Response:
    """A plain answer, as a web server gives it when nothing stands behind it."""
    return Response(status, text.encode(), "text/html")


def xml_answer(entries: Mapping[str, str], status: int) -> Response:
    """The XML that start-up errors of a log-in come in: a list of entries with two strings each."""
    rows = "".join(
        f"<entry><string>{escape(key)}</string><string>{escape(value)}</string></entry>"
        for key, value in entries.items()
    )
    return Response(status, f"<map>{rows}</map>".encode(), "application/xml")


def milliseconds(at: datetime | None) -> int:
    """A time as HCX writes it; 0 where there is none."""
    return int(at.timestamp() * 1000) if at else 0


def zulu(at: datetime) -> str:
    """A time as ISO 8601 in UTC."""
    return at.isoformat().replace("+00:00", "Z")
