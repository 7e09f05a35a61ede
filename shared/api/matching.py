"""Changes of what somebody has looked at: `If-Match` names the state that they have seen, and another one is refused.

An ETag is compared as a whole, in quotes. `*` stands for whatever there is: for scripts that look at nothing.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Header

from shared.api.problems import Code, Problem

type IfMatch = Annotated[str | None, Header(alias="If-Match", max_length=1000)]
"""ETags of the states that the call is meant for, or `*`."""

type IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", max_length=1000)]
"""`*`: only where there is none yet."""

ANY = "*"


def tag(state: object) -> str:
    """The ETag of a state."""
    return f'"{state}"'


def needed(given: str | None) -> str:
    """What `If-Match` says.

    Raises:
        Problem: it is not there.
    """
    if given is None:
        remedy = "read it, and send its ETag as If-Match; * stands for whatever state it is in"
        raise Problem(428, Code.MATCH_REQUIRED, "this call needs the header If-Match", remedy=remedy)
    return given


def fits(given: str, present: str) -> bool:
    """Whether a state with that ETag is one of those that are meant."""
    return given.strip() == ANY or present in {one.strip() for one in given.split(",")}


def refuse_other(given: str | None, present: str, changed: Callable[[], str]) -> None:
    """Go on where the call is meant for the state that there is.

    Args:
        given: the header `If-Match`.
        present: the ETag of the state that there is.
        changed: what has happened since the other state, in words; asked for only where it is told.

    Raises:
        Problem: the header is not there, or means another state.
    """
    if not fits(needed(given), present):
        raise moved_on(present, changed())


def moved_on(present: str, changed: str) -> Problem:
    """The refusal of a call that is meant for another state than the present one."""
    remedy = "read it again, and decide by what it says now"
    return Problem(412, Code.MATCH_FAILED, changed, remedy=remedy, headers={"ETag": present})
