"""What is wrong with a file of the owner, said so that it can be put right at once."""

from enum import StrEnum
from pathlib import Path

from shared.model.record import record
from shared.ports import PolicyInvalidError

__all__ = ["PolicyInvalidError", "Problem", "Severity", "Where", "dotted"]

type Where = tuple[str | int, ...]
"""The way from the top of a document to a field: keys, and positions in lists."""


class Severity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"
    """The file cannot be used, or not any more."""
    WARNING = "warning"
    """The file can be used; somebody should look at it."""


@record
class Problem:
    """One error. It never holds the value that was found: a literal secret may have been written anywhere."""

    line: int | None
    """Counted from 1; None where the file as a whole is meant."""
    where: Where
    message: str
    severity: Severity = Severity.ERROR

    def in_file(self, path: Path) -> str:
        """The error as it is shown: `file:line: field: message`."""
        place = f"{path}:{self.line}" if self.line else f"{path}"
        return ": ".join(part for part in (place, dotted(self.where), self.message) if part)


def dotted(where: Where) -> str:
    """A field as people write it, such as `connectors[2].endpoint`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).removeprefix(".")
