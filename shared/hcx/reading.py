"""Reading answers: JSON of whatever shape, without ever trusting it.

A `Found` is one place in an answer. Asking it for something that is not there, or is of another kind, gives None or
nothing; only what a section cannot do without is demanded, and demanding is the only thing that raises.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from shared.hcx.answer import Answer
from shared.hcx.errors import UnreadableError
from shared.hcx.words import clean, problem_of
from shared.model.facts import Health, Status
from shared.model.version import Version

NUMBER_MAX: Final = 2**53
"""Larger numbers are not counts of anything, and JSON readers disagree about them."""


class Found:
    """One place in an answer."""

    __slots__ = ("_answer", "_value")

    def __init__(self, answer: Answer, value: object) -> None:
        self._answer = answer
        self._value = value

    @property
    def there(self) -> bool:
        """Whether anything stands here."""
        return self._value is not None

    def at(self, *names: str) -> "Found":
        """What stands under these names, one below the other."""
        value = self._value
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return Found(self._answer, value)

    def each(self) -> tuple["Found", ...]:
        """The members of a list, none where there is no list."""
        members = self._value if isinstance(self._value, list) else ()
        return tuple(Found(self._answer, one) for one in members)

    def text(self) -> str | None:
        """A text with something in it; a whole number counts, too, since ids come as either."""
        if isinstance(self._value, str):
            return clean(self._value) or None
        number = self.number()
        return None if number is None else str(number)

    def number(self) -> int | None:
        """A number, rounded."""
        value = self._value
        if isinstance(value, bool) or not isinstance(value, int | float) or not -NUMBER_MAX < value < NUMBER_MAX:
            return None
        return round(value)

    def flag(self) -> bool | None:
        """Yes or no."""
        return self._value if isinstance(self._value, bool) else None

    def when(self) -> datetime | None:
        """A time: milliseconds since 1970, or ISO 8601 with a zone."""
        milliseconds = self.number()
        try:
            if milliseconds is not None:
                return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds > 0 else None
            found = datetime.fromisoformat(self.text() or "")
            return found.astimezone(UTC) if found.tzinfo else None
        except (ValueError, OverflowError, OSError):
            return None

    def version(self) -> Version | None:
        """A version as text, or as the structure that 4.x reports."""
        text = self.text()
        if text is not None:
            return Version(text)
        parts = [part for name in ("major", "minor", "patch") if (part := self.at(name).number()) is not None]
        match parts:
            case [major, minor, patch]:
                return Version.from_parts(major, minor, patch, self.at("build").number())
        return None

    @property
    def is_list(self) -> bool:
        """Whether a list stands here."""
        return isinstance(self._value, list)

    @property
    def is_object(self) -> bool:
        """Whether an object stands here."""
        return isinstance(self._value, dict)

    def need_text(self, name: str) -> str:
        """The text under `name`, which this section cannot do without.

        Raises:
            UnreadableError: it is not there.
        """
        found = self.at(name).text()
        if found is None:
            raise self.unreadable(f"an item has no readable {name}")
        return found

    def unreadable(self, detail: str) -> UnreadableError:
        """The error that says what is wrong with this answer."""
        return UnreadableError(self._answer.manager, self._answer.route, detail)


def document(answer: Answer) -> Found:
    """The JSON document of an answer that was not refused.

    Raises:
        UnreadableError: it is cut off, no JSON, or says that it is an error although its status does not.
    """
    found = Found(answer, _parsed(answer))
    if found.at("success").flag() is False or (found.at("errors").each() and not found.at("data").there):
        raise found.unreadable(f"it answered {answer.status} with an error: {problem_of(answer)}")
    return found


def items(found: Found) -> tuple[Found, ...]:
    """The members of a list answer, all of them objects: `items`, `rows`, either in `data`, or a bare list.

    Raises:
        UnreadableError: there is no list, it is a part of one, or holds something else than objects. An empty list is
            a fact; that there is none is not.
    """
    ways = ((), ("items",), ("rows",), ("data",), ("data", "items"), ("data", "rows"))
    lists = [place for way in ways if (place := found.at(*way)).is_list]
    if not lists:
        raise found.unreadable("it holds no list")
    members = lists[0].each()
    if not all(member.is_object for member in members):
        raise found.unreadable("its list holds something else than objects")
    total = found.at("paging", "totalSize").number()
    if total is not None and total > len(members):
        raise found.unreadable(f"it shows {len(members)} of {total}: a part of a list is not an observation")
    return members


def status(text: str | None, healths: Mapping[str, Health]) -> Status:
    """A state as its words say it; words that are not known are no health."""
    return Status(health=healths.get(text or "", Health.UNKNOWN), text=text or "not reported")


def _parsed(answer: Answer) -> object:
    if not answer.whole:
        raise UnreadableError(answer.manager, answer.route, "the answer is cut off, packed, or larger than any list")
    try:
        # Also numbers of thousands of digits and nests of thousands of brackets end here.
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        kind = f"{len(answer.body)} bytes of {clean(answer.content_type) or 'no type'}" if answer.body else "empty"
        raise UnreadableError(answer.manager, answer.route, f"the answer is no JSON: {kind}") from None
