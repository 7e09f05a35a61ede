"""Where the API documents lie: how the index of a Swagger UI lists them is not public, so every way is tried.

Links are taken from HTML and scripts by what looks like one, and from JSON by every text that does. Only what lies
below the documents' own folder is ever asked for, whatever a page says.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urljoin, urlsplit

from shared.model.codec import Json

FOLDER: Final = "/hybridity/docs/"
LINKS_MAX: Final = 200
_QUOTED = re.compile(r"""["'`]([^"'`\s<>]{1,300})["'`]""")
_ATTRIBUTE = re.compile(r"""(?:href|src)\s*=\s*([^"'\s>]{1,300})""", re.IGNORECASE)
_TELLING = re.compile(
    r"(?:^|/)(?:v\d/)?api(?:s|-docs)?(?:/|$)|\.(?:json|ya?ml)(?:$|[?#])|\.js(?:$|[?#])|swagger-config",
    re.IGNORECASE,
)
"""What makes a text worth a look: every page quotes hundreds of other things."""
_NO_DOCUMENT = re.compile(r"\.(?:css|png|ico|svg|map|woff2?|html?)$", re.IGNORECASE)
_LIBRARY = re.compile(r"swagger-ui[\w.-]*\.js$", re.IGNORECASE)
"""The Swagger UI itself, a megabyte of program without a link of the appliance's own."""


def links_in(text: str, page: str) -> tuple[str, ...]:
    """Paths below `FOLDER` that a page or script at the path `page` seems to name, without repeats."""
    quoted = (match[1] for pattern in (_QUOTED, _ATTRIBUTE) for match in pattern.finditer(text))
    return _below(quoted, page)


def links_of(document: Json, page: str) -> tuple[str, ...]:
    """The same for every text in a JSON document."""
    return _below(_texts(document), page)


def _below(texts: Iterable[str], page: str) -> tuple[str, ...]:
    found = (path for text in texts if _TELLING.search(text) and (path := _path(text, page)))
    return tuple(dict.fromkeys(found))[:LINKS_MAX]


def _path(text: str, page: str) -> str | None:
    """The path that a link means, None where it leads out of the folder.

    A host in it is left out rather than followed: documents are asked of the manager that is being looked at.
    """
    try:
        path = urlsplit(urljoin(page, text)).path
    except ValueError:
        return None
    inside = path.startswith(FOLDER) and not path.endswith("/") and not _NO_DOCUMENT.search(path)
    return path if inside and not _LIBRARY.search(path) else None


def _texts(value: Json, levels: int = 20) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and levels:
        for part in value.values():
            yield from _texts(part, levels - 1)
    elif isinstance(value, list) and levels:
        for part in value:
            yield from _texts(part, levels - 1)
