"""What JSON can hold, and the error for a document that is not the record it should be.

Apart from `codec.py`, so that who only reads answers and writes facts needs no library for it.
"""

from collections.abc import Mapping, Sequence

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None
"""What JSON can hold. Anything typed so is on its way into or out of a parser."""


class RecordUnreadableError(ValueError):
    """A stored or received document is not the record it should be; says where, never what the value was."""
