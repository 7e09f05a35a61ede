"""Records that are read again and again from the same text: read once, and remembered by that text.

A run that people follow is read every few seconds, and thousands of entries of its journal are the same as before. What
a store holds is looked at each time, byte for byte, so that nothing that was changed behind our back goes unseen; only
the making of a record from the same bytes is left out.
"""

from collections.abc import Callable
from functools import lru_cache

from shared.model.codec import from_json_text


def remembering[T](kind: type[T], most: int) -> Callable[[str], T]:
    """A reader of that kind of record that remembers so many of them.

    It raises what `from_json_text` does, each time anew.
    """

    @lru_cache(maxsize=most)
    def read(text: str) -> T:
        return from_json_text(kind, text)

    return read
