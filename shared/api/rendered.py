"""Answers that are files for people: what a browser may do with them, and how they are documented."""

from typing import Any, Final

from fastapi import Response

HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
CSV: Final = "text/csv"
ICS: Final = "text/calendar"
XML: Final = "application/xml"
TEXT: Final = "text/plain"
JSON: Final = "application/json"

NO_SCRIPTS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
"""The pages bring their style and nothing else; what somebody smuggled into a name can load, run and send nothing."""


def rendered(content: bytes, media_type: str) -> Response:
    """The file as an answer."""
    return Response(content, media_type=media_type, headers=NO_SCRIPTS)


def described(what: str, media_type: str) -> dict[int | str, dict[str, Any]]:
    """The same for the document of the API."""
    kind = "object" if media_type == JSON else "string"
    return {200: {"description": what, "content": {media_type: {"schema": {"type": kind}}}}}
