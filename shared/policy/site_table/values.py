"""What `fleet.yaml` has in a field as the text of a cell, and back; what a cell may not hold is said at once."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter, ValidationError

from shared.model.codec import Json
from shared.model.inventory import Reach
from shared.model.policy import Owner
from shared.model.record import record
from shared.policy.edge import Address, HttpsHost, SecretName, Text, Thumbprint, VersionText
from shared.policy.edge_time import Day
from shared.policy.site_table.cells import spoiled_day, spoiled_number, spoiled_version
from shared.policy.site_table.columns import Column
from shared.policy.windows import WindowPart

_BETWEEN = "; "
_WINDOW = "name rule start duration, then zone=… and cutOff=… where they are needed"
_WINDOW_KEYS = ("name", "rrule", "start", "duration")
_WINDOW_MORE = ("zone", "cutOff")


@record
class Field:
    """A field of a site, or of a connector, that the table can change."""

    column: Column
    path: tuple[str, ...]
    """Keys below the site or connector."""
    read: Callable[[str], Json]
    """The value that a cell stands for; raises ValueError with what is wrong."""
    spoiled: Callable[[str, str], str | None]
    """Why a cell holds what a spreadsheet program made, given its text and the one that was exported."""
    show: Callable[[Json], str]
    needed: bool = False
    """Whether it cannot be left out."""


def read_cell(field: Field, text: str, before: str) -> Json:
    """The value of a cell that was changed; None where the field is to be taken out.

    Raises:
        ValueError: the cell holds none; with what is wrong and what to do.
    """
    if not text:
        if field.needed:
            raise ValueError("must not be empty")
        return None
    if not text.isprintable():
        raise ValueError("holds a line end or a character that cannot be seen: write it again")
    if spoiled := field.spoiled(text, before):
        raise ValueError(spoiled)
    return field.read(text)


def split(text: str) -> list[str]:
    """The texts of a list; a semicolon in one of them is written with a backslash before it."""
    parts = re.findall(r"(?:\\.|[^;\\]|\\$)+", text)
    return [re.sub(r"\\([;\\])", r"\1", part.strip()) for part in parts if part.strip()]


def joined(texts: Sequence[str]) -> str:
    """The text of a list."""
    return _BETWEEN.join(re.sub(r"([;\\])", r"\\\1", text) for text in texts)


# --- showing ----------------------------------------------------------------------------------------------------------


def _shown(value: Json) -> str:
    return "" if value is None else str(value)


def _shown_list(value: Json) -> str:
    return joined([str(one) for one in value]) if isinstance(value, list) else ""


def _shown_windows(value: Json) -> str:
    windows = value if isinstance(value, list) else []
    return " | ".join(_shown_window(one) for one in windows if isinstance(one, Mapping))


def _shown_window(window: Mapping[str, Json]) -> str:
    more = [f"{key}={window[key]}" for key in _WINDOW_MORE if window.get(key) is not None]
    return " ".join([*(str(window[key]) for key in _WINDOW_KEYS), *more])


# --- reading ----------------------------------------------------------------------------------------------------------


def _typed(kind: Any) -> Callable[[str], Json]:
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def read(text: str) -> Json:
        try:
            adapter.validate_python(text)
        except ValidationError as error:
            raise ValueError(_said(error)) from None
        return text

    return read


def _said(error: ValidationError) -> str:
    fault = error.errors(include_input=False, include_url=False)[0]
    context = fault.get("ctx", {})
    said = str(context["error"]) if fault["type"] == "value_error" else str(fault["msg"])
    where = ".".join(map(str, fault["loc"]))
    words = said.replace("Input should be", "must be")
    return f"{where} {words}" if where else words


def _read_owner(text: str) -> Json:
    if text == Owner.OURS:
        raise ValueError("ours is an opt-in for one manager that no table gives: write it into fleet.yaml by hand")
    return _OWNER(text)


def _read_list(text: str) -> Json:
    texts = split(text)
    if not texts:
        raise ValueError("names nobody: leave it empty, or separate several by semicolons")
    return texts


def _read_windows(text: str) -> Json:
    return [_read_window(part.split()) for part in text.split("|")]


def _read_window(words: Sequence[str]) -> Json:
    plain, more = words[: len(_WINDOW_KEYS)], [word.partition("=") for word in words[len(_WINDOW_KEYS) :]]
    named = {key: value for key, _, value in more}
    if len(plain) < len(_WINDOW_KEYS) or named.keys() - set(_WINDOW_MORE) or len(named) < len(more):
        raise ValueError(f"must be a window as {_WINDOW}; several are separated by |")
    window: dict[str, Json] = {**dict(zip(_WINDOW_KEYS, plain, strict=True)), **named}
    try:
        WindowPart.model_validate_json(json.dumps(window))
    except ValidationError as error:
        raise ValueError(_said(error)) from None
    return window


def _unspoiled(_text: str, _before: str) -> str | None:
    return None


def _no_day(text: str, _before: str) -> str | None:
    return spoiled_day(text)


def _no_version(text: str, _before: str) -> str | None:
    return spoiled_version(text)


_OWNER = _typed(Owner)


def _field(column: Column, *path: str, kind: Any, needed: bool = False) -> Field:
    return Field(column=column, path=path, read=_typed(kind), spoiled=_unspoiled, show=_shown, needed=needed)


def _owner(column: Column, key: str) -> Field:
    return Field(column=column, path=(key,), read=_read_owner, spoiled=_unspoiled, show=_shown)


def _number(column: Column, *path: str) -> Field:
    return Field(column=column, path=path, read=_typed(Text), spoiled=spoiled_number, show=_shown)


def _day(column: Column, *path: str) -> Field:
    return Field(column=column, path=path, read=_typed(Day), spoiled=_no_day, show=_shown)


OF_SITE = (
    Field(column=Column.CONTACT, path=("contacts",), read=_read_list, spoiled=_unspoiled, show=_shown_list),
    Field(column=Column.WINDOWS, path=("windows",), read=_read_windows, spoiled=_unspoiled, show=_shown_windows),
    _number(Column.CHANGE, "change"),
    _number(Column.CASE, "case"),
    _day(Column.ANNOUNCED, "provider", "announced"),
    _day(Column.ANSWER_BY, "provider", "answerBy"),
    _number(Column.PROVIDER_CASE, "provider", "case"),
)
"""What every row of a site says of it."""

OF_CONNECTOR = (
    _field(Column.HOST, "endpoint", kind=HttpsHost, needed=True),
    _field(Column.CREDENTIALS, "credentials", kind=SecretName, needed=True),
    _owner(Column.OWNER, "owner"),
    _owner(Column.MESH_OWNER, "meshOwner"),
    _field(Column.REACH, "reach", kind=Reach),
    _field(Column.ADDRESS, "address", kind=Address),
    _field(Column.CA, "ca", kind=Text),
    Field(column=Column.THUMBPRINT, path=("thumbprint",), read=_typed(Thumbprint), spoiled=spoiled_number, show=_shown),
    Field(column=Column.TARGET, path=("target",), read=_typed(VersionText), spoiled=_no_version, show=_shown),
)
"""What a connector's row says of it alone."""


def value_at(block: Json, path: Sequence[str]) -> Json:
    """What stands under the keys of `path`; None where nothing does."""
    for key in path:
        block = block.get(key) if isinstance(block, Mapping) else None
    return block


def with_value(block: Mapping[str, Json], path: Sequence[str], value: Json) -> dict[str, Json]:
    """The block with another value there; with None without it, and without a block that it leaves empty."""
    key, *below = path
    inner = block.get(key)
    new = with_value(inner if isinstance(inner, Mapping) else {}, below, value) if below else value
    rest = {name: each for name, each in block.items() if name != key}
    if new is None or new == {}:
        return rest
    return {**block, key: new}
