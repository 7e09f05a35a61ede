"""The one way to declare a record of this project."""

from dataclasses import dataclass, field
from typing import dataclass_transform


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def record[T](cls: type[T]) -> type[T]:
    """Make `cls` a frozen, slotted, keyword-only dataclass.

    Frozen because facts and plans are shared between threads and replays; keyword-only because a record with eleven
    fields is unreadable by position.
    """
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)
