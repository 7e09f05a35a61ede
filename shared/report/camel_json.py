"""Records as JSON with the words of the API: `whoCanAct`, not `who_can_act`.

Only keys that are fields of records are turned; a record that maps names to something would have its names turned too,
so what is printed this way has none.
"""

from typing import Any

from pydantic.alias_generators import to_camel

from shared.model.codec import to_json


def camel_json(value: object) -> Any:
    """The value as plain JSON values."""
    return _turned(to_json(value))


def _turned(value: Any) -> Any:
    match value:
        case dict():
            return {to_camel(str(key)): _turned(one) for key, one in value.items()}
        case list() | tuple():
            return [_turned(one) for one in value]
        case _:
            return value
