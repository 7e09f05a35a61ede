"""Reading what went from hand to hand: an order or collected facts, from a stick, a mail or a share."""

import errno
from pathlib import Path
from typing import Final

MEBIBYTES_MAX: Final = 64
"""Some hundred times what a large site makes. Whatever is larger is something else, and must not fill the memory."""


def read_site_file(path: Path) -> bytes:
    """What is in a file. A little more than may be in it is read at most, whatever its size is said to be.

    Raises:
        OSError: it cannot be read, or is too large.
    """
    limit = MEBIBYTES_MAX * 1024 * 1024
    with path.open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        told = (
            f"it is larger than {MEBIBYTES_MAX} MiB, which no file of hcx-fleet is; give what collect or export wrote"
        )
        raise OSError(errno.EFBIG, told)
    return content
