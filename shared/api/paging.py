"""Long lists in parts: `top` says how many, `after` where to read on, and `nextLink` leads there."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import Query, Request

from shared.api.bodies import FieldError
from shared.api.problems import Code, Problem
from shared.model.record import record

TOP = 100
"""How many, where nobody says."""
TOP_MAX = 1000
NOTHING = "stands for nothing in this list"

type Top = Annotated[int, Query(ge=1, le=TOP_MAX, description="How many.")]
type After = Annotated[str | None, Query(max_length=400, description="Where to read on: from `nextLink`, as it is.")]


@record
class Page[T]:
    """One part of a list."""

    value: tuple[T, ...]
    next_link: str | None
    """Where to read on, absolute; None where there is no more."""


def page[T](items: Sequence[T], name: Callable[[T], str], top: int, after: str | None, request: Request) -> Page[T]:
    """The first `top` items behind the one that `after` stands for.

    What is added at the front of the list meanwhile moves nothing: an item is known by its name and not by its place.

    Args:
        items: all of them, in order.
        name: of an item, which no other one has.
        top: how many.
        after: None to begin.
        request: whose address leads on.

    Raises:
        Problem: `after` stands for none of them.
    """
    begin = 0 if after is None else _place(items, name, after) + 1
    shown = tuple(items[begin : begin + top])
    more = begin + top < len(items)
    onward = onward_from(request, top=top, after=_opaque(name(shown[-1]))) if more else None
    return Page(value=shown, next_link=onward)


def onward_from(request: Request, **told: object) -> str:
    """The address of a call with these parameters, and without a function key: an answer is kept, and logged."""
    return str(request.url.remove_query_params("code").include_query_params(**told))


def _place[T](items: Sequence[T], name: Callable[[T], str], after: str) -> int:
    wanted = _readable(after)
    found = next((place for place, one in enumerate(items) if name(one) == wanted), None)
    if found is None:
        remedy, error = (
            "follow nextLink as it is, or begin again without after",
            FieldError(field="after", message=NOTHING),
        )
        raise Problem(422, Code.BODY_INVALID, f"after: {NOTHING}", remedy=remedy, errors=[error])
    return found


def _opaque(name: str) -> str:
    return urlsafe_b64encode(name.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _readable(after: str) -> str | None:
    try:
        return urlsafe_b64decode(after + "=" * (-len(after) % 4)).decode("utf-8", "surrogatepass")
    except (NotBase64Error, UnicodeError, ValueError):
        return None
