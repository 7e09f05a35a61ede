"""API documents as they are kept: whole, but without what says where and whose they are."""

import re
from collections.abc import Iterable
from typing import Final

from shared.hcx.contract.openapi import base_of
from shared.model.codec import Json

DEPTH_MAX: Final = 60
PARTS_MAX: Final = 300_000
"""Values of one document; the largest public ones have a tenth of it."""
_LEFT_OUT: Final = frozenset(
    {
        "servers",
        "host",
        "schemes",
        "basePath",
        "contact",
        "license",
        "termsOfService",
        "externalDocs",
        "example",
        "examples",
        "default",
    }
)
_NAMES: Final = frozenset(
    {
        "paths",
        "properties",
        "patternProperties",
        "definitions",
        "schemas",
        "responses",
        "requestBodies",
        "headers",
        "securityDefinitions",
        "securitySchemes",
        "callbacks",
        "links",
    }
)
"""Below these a key is a name that the author chose: a property may well be called `host`."""
_ELSEWHERE: Final = (
    (re.compile(r"[a-z][a-z0-9+.-]*://[^\s\"'<>)]+", re.IGNORECASE), "(url)"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*"), "(account)"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b(?!\.\d|-)"), "(address)"),
    (re.compile(r"\b(?:[0-9a-f]{1,4}:+){2,}[0-9a-f]{1,4}\b", re.IGNORECASE), "(address)"),
    (re.compile(r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.){2,}[a-z]{2,}\b", re.IGNORECASE), "(name)"),
)
"""What in a sentence says where something is; three parts at least make a host name, two are often a field."""


_STRUCTURE: Final = frozenset({"openapi", "swagger", "type", "in", "format", "version"})
"""Keys whose text is a word of the format itself."""
_TELLING_LENGTH: Final = 6
"""Shorter names are looked for as whole words only, and not in the names of fields: `admin` is part of many."""


def _any_of(texts: list[str], *, whole: bool = False) -> re.Pattern[str]:
    """Any of these texts; nothing at all where there is none."""
    if not texts:
        return re.compile(r"(?!)")
    joined = "|".join(map(re.escape, texts))
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if whole else joined, re.IGNORECASE)


class _TooLargeError(ValueError):
    """More than anybody writes by hand or by program."""


class Stripper:
    """Strips the documents of one recording."""

    def __init__(self, hidden: Iterable[str] = ()) -> None:
        """`hidden` are texts that must not stay anywhere: names and addresses of the manager, accounts, secrets."""
        texts = sorted({one for one in hidden if one.strip()}, key=len, reverse=True)
        self._anywhere = _any_of([one for one in texts if len(one) >= _TELLING_LENGTH])
        self._words = _any_of([one for one in texts if len(one) < _TELLING_LENGTH], whole=True)
        self._left = PARTS_MAX

    def stripped(self, document: Json) -> Json:
        """The document without servers, contacts, examples and addresses; None where it is too large to be kept.

        The path that all its paths stand below stays: without it nobody could tell which call is meant.
        """
        self._left = PARTS_MAX
        base = base_of(document) if isinstance(document, dict) else ""
        try:
            found = self._value(document, names=False, levels=DEPTH_MAX)
        except _TooLargeError:
            return None
        if not isinstance(found, dict) or not base:
            return found
        return {**found, **({"servers": [{"url": base}]} if "openapi" in found else {"basePath": base})}

    def _value(self, value: Json, *, names: bool, levels: int) -> Json:
        self._left -= 1
        if self._left < 0 or levels < 0:
            raise _TooLargeError
        if isinstance(value, dict):
            return {
                self._name(name): part
                if name in _STRUCTURE and isinstance(part, str) and not names
                else self._value(part, names=not names and name in _NAMES, levels=levels - 1)
                for name, part in value.items()
                if names or not (name in _LEFT_OUT or name.startswith("x-"))
            }
        if isinstance(value, list):
            return [self._value(part, names=False, levels=levels - 1) for part in value]
        return self._text(value) if isinstance(value, str) else value

    def _name(self, name: str) -> str:
        """A key, or what a reference says: names of the document's own have to stay the same in both places."""
        return self._anywhere.sub("(hidden)", name.encode("utf-8", "replace").decode())

    def _text(self, text: str) -> str:
        if text.startswith("#/"):  # a reference to another part of the document
            return self._name(text)
        for pattern, instead in _ELSEWHERE:  # before names are taken out of the middle of an address
            text = pattern.sub(instead, text)
        return self._words.sub("(hidden)", self._name(text))
