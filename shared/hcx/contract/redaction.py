"""Taking the values out of answers, so that what is kept of them holds no name, address or secret.

Every text becomes `string`, every number 0. Three things stay, because without them nobody could tell from a recording
whether a parser understands the answer: the words of states and types, versions, and which ids are the same one. An id
becomes `id-1`, `id-2`, … in the order of the calls.

Names can stand where nobody expects them, as the keys of a map. A key that no parser knows stays only where it looks
like the name of a field and is not a value anywhere in the same recording.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from shared.hcx.reading import NUMBER_MAX
from shared.hcx.words import clean
from shared.model.codec import Json

MEMBERS_MAX: Final = 200
"""Members of a list that are kept: they show the shape, a whole inventory would only be large."""
DEPTH_MAX: Final = 60
TEXT: Final = "string"
_SYSTEM_MESH: Final = "default-service-mesh-"
"""The one beginning of a name that a parser looks at; the manager gives it, not a person."""

_ID_KEY = re.compile(r"(?:.*(?:Id|ID|Uuid|UUID|Guid)|id|uuid|guid)s?", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FIELD = re.compile(r"[A-Za-z_][A-Za-z_]{0,63}\d?", re.ASCII)
"""How the name of a field looks; digits anywhere else, dots and dashes are how names of machines look."""
_WORD_KEYS = frozenset(
    {
        "state",
        "status",
        "overallstatus",
        "result",
        "phase",
        "type",
        "migrationtype",
        "appliancetype",
        "backingappliancetype",
        "endpointtype",
        "cloudtype",
        "mode",
        "errorcode",
    }
)
_WORD = re.compile(r"[A-Z]{2,}(?:[_-][A-Z]{2,})*(?:-[A-Z]\d)?", re.ASCII)
"""How HCX writes states and types."""
_SERVICES = frozenset(
    {
        "INTERCONNECT",
        "WANOPT",
        "VMOTION",
        "BULK_MIGRATION",
        "NETWORK_EXTENSION",
        "RAV",
        "DISASTER_RECOVERY",
        "SRM",
        "OS_ASSISTED_MIGRATION",
    }
)
_VERSION_KEYS = frozenset(
    {"version", "availableversion", "currentversion", "targetversion", "applianceversion", "buildnumber"}
)
_VERSION = re.compile(r"\d{1,8}(?:\.\d{1,4}){0,3}(?:[-.]\d{5,9})?", re.ASCII)
_VERSION_PARTS = frozenset({"major", "minor", "patch", "build"})


class Redactor:
    """One recording's redaction: the same id has the same mark throughout."""

    def __init__(self, fields: Iterable[str] = ()) -> None:
        """Names of fields that parsers and expectations know always stay."""
        self._fields = frozenset(fields)
        self._ids: dict[str, str] = {}
        self._values: set[str] = set()
        self._keys: dict[str, str] = {}

    def learn(self, body: Json) -> None:
        """Look at an answer before anything is redacted: which texts are ids, and what is a value somewhere."""
        for key, text in _texts(body, "", DEPTH_MAX):
            self._values.add(text)
            if _ID_KEY.fullmatch(key) or _UUID.fullmatch(text):
                self._ids.setdefault(text, f"id-{len(self._ids) + 1}")

    def redacted(self, body: Json) -> Json:
        """The answer without its values."""
        return self._value(body, "", "", DEPTH_MAX)

    def _value(self, value: Json, key: str, around: str, levels: int) -> Json:
        if isinstance(value, dict):
            return self._object(value, key, levels - 1) if levels else {}
        if isinstance(value, list):
            kept = value[:MEMBERS_MAX] if levels else []
            return [self._value(member, key, around, levels - 1) for member in kept]
        if isinstance(value, str):
            return self._text(value, key, around)
        return _number(value, key) if isinstance(value, int | float) and not isinstance(value, bool) else value

    def _object(self, value: dict[str, Json], key: str, levels: int) -> Json:
        found = {self._key(name): self._value(part, name, key, levels) for name, part in value.items()}
        paging, lists = found.get("paging"), [part for part in value.values() if isinstance(part, list)]
        if isinstance(paging, dict) and isinstance(value["paging"], dict) and len(lists) == 1:
            found["paging"] = {**paging, **_total(value["paging"], lists[0])}
        return found

    def _key(self, name: str) -> str:
        if name in self._fields or (_FIELD.fullmatch(name) and name not in self._values):
            return name
        return self._keys.setdefault(name, f"key-{len(self._keys) + 1}")

    def _text(self, text: str, key: str, around: str) -> str:
        if not clean(text):
            return ""
        if _stays(text, key, around):
            return text
        if text in self._ids:
            return self._ids[text]
        return f"{_SYSTEM_MESH}{TEXT}" if text.startswith(_SYSTEM_MESH) else TEXT


def _texts(value: Json, key: str, levels: int) -> Iterator[tuple[str, str]]:
    """Every text with the key that it stands under."""
    if isinstance(value, str):
        if clean(value):
            yield key, value
    elif isinstance(value, dict) and levels:
        for name, part in value.items():
            yield from _texts(part, str(name), levels - 1)
    elif isinstance(value, list) and levels:
        for member in value:
            yield from _texts(member, key, levels - 1)


def _stays(text: str, key: str, around: str) -> bool:
    lower = key.lower()
    if lower in _VERSION_KEYS:
        return _VERSION.fullmatch(text) is not None
    if lower in _WORD_KEYS:
        return _is_word(text)
    return lower in {"name", "services"} and "services" in {lower, around.lower()} and text in _SERVICES


def _is_word(text: str) -> bool:
    return len(text) <= 48 and _WORD.fullmatch(text) is not None  # noqa: PLR2004 -- no word of a state is longer


def _number(value: float, key: str) -> float:
    """A number of the same kind: a part of a version, too large to be one, below zero, whole or not."""
    if key in _VERSION_PARTS:
        return value
    if not -NUMBER_MAX < value < NUMBER_MAX:
        return NUMBER_MAX
    if value < 0:
        return -1
    return 0 if isinstance(value, int) else 0.5


def _total(paging: dict[str, Json], members: list[Json]) -> dict[str, Json]:
    """A total that says the same of what is kept as the one that was told: all of it, or a part."""
    total = paging.get("totalSize")
    if isinstance(total, bool) or not isinstance(total, int):
        return {}
    kept = min(len(members), MEMBERS_MAX)
    return {"totalSize": kept + 1 if total > len(members) else kept}


def hidden_in(text: str, hidden: Iterable[str]) -> bool:
    """Whether one of these texts stands in `text`, however it is written; those below six characters hit by chance."""
    lower = text.lower()
    return any(len(one) > 5 and one.lower() in lower for one in hidden)  # noqa: PLR2004 -- as said
