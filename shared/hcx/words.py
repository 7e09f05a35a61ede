"""What a manager says when it says no: JSON in three shapes, XML, or a web server's page."""

import json
from http import HTTPStatus
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from shared.hcx.answer import Answer

TEXT_MAX: Final = 500
"""Long enough for any sentence of a manager, short enough for a line in a report."""
_XML_MAX = 64 * 1024
_MESSAGES = ("message", "text", "errorMessage", "error", "errorCode", "remediation")
_NOT_READY = "'Trusted root certificates' value should not be empty"


def clean(text: str) -> str:
    """The text without anything that a terminal, a log or a JSON writer would trip over."""
    printable = text if text.isprintable() else "".join(one if one.isprintable() else " " for one in text)
    return printable.strip()[:TEXT_MAX].strip()


def problem_of(answer: Answer) -> str:
    """What the manager says is wrong, else the words of the status."""
    said = _json_words(answer) or _xml_words(answer)
    return clean("; ".join(dict.fromkeys(said))) or f"{answer.status} {_phrase(answer.status)}".strip()


def is_xml(answer: Answer) -> bool:
    """Whether the answer is an XML document: managers that still start give errors in it, whatever was asked for."""
    return _xml(answer) is not None


def not_ready(answer: Answer) -> bool:
    """Whether it is the one start-up error that is known by its words; it comes before any password is looked at."""
    return any(_NOT_READY in text for text in _xml_words(answer))


def _json_words(answer: Answer) -> list[str]:
    """`message` and its like at the top and in `errors[]`."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return []
    listed = document.get("errors") if isinstance(document, dict) else None
    places = [document, *(listed if isinstance(listed, list) else [])]
    found = (place.get(name) for place in places if isinstance(place, dict) for name in _MESSAGES)
    return [text for text in found if isinstance(text, str) and text]


def _xml_words(answer: Answer) -> list[str]:
    """The values of `<entry><string>key</string><string>value</string></entry>`, or all text there is."""
    root = _xml(answer)
    if root is None:
        return []
    values = [text for entry in root.iter("entry") for text in [one.text or "" for one in entry][1:]]
    return [text.strip() for text in values or root.itertext() if text.strip()]


def _xml(answer: Answer) -> Element | None:
    if len(answer.body) > _XML_MAX or not answer.body.lstrip().startswith(b"<"):
        return None
    try:
        found: Element = fromstring(answer.body)
    except (ParseError, DefusedXmlException, ValueError, LookupError):  # a page of HTML, or something nasty
        return None
    return found


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def says_error(answer: Answer) -> bool:
    """Whether the body of a success says that it is none: HCX puts `errors[]` into answers of 200."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(document, dict):
        return False
    return document.get("success") is False or bool(document.get("errors") and not document.get("data"))
