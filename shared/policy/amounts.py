"""So many, or a share of all: `2` or `"20%"`."""

import re
from collections.abc import Callable
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from shared.model.policy import Amount

_SHARE = re.compile(r"(\d{1,3})%", re.ASCII)
_ALL = 100


def amount_of(value: int | str) -> Amount:
    """The record of a validated amount."""
    if isinstance(value, int):
        return Amount(number=value)
    return Amount(percent=int(value.removesuffix("%")))


def _of_at_least(least: int) -> Callable[[object], int | str]:
    def check(value: object) -> int | str:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        share = _SHARE.fullmatch(value) if isinstance(value, str) else None
        if share and 1 <= int(share[1]) <= _ALL:
            return f"{int(share[1])}%"
        raise ValueError(f'must be a whole number of {least} or more, or a share from "1%" to "100%"')

    return check


def _schema(least: int) -> WithJsonSchema:
    share = {"type": "string", "pattern": "^0{0,2}([1-9]|[1-9][0-9]|100)%$"}
    return WithJsonSchema({"anyOf": [{"type": "integer", "minimum": least}, share]})


type SomeAmount = Annotated[int | str, BeforeValidator(_of_at_least(1)), _schema(1)]

type AmountOrNone = Annotated[int | str, BeforeValidator(_of_at_least(0)), _schema(0)]
