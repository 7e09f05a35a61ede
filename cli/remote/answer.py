"""What came back, before anybody knows what it means."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from cli.edge import ToldError
from cli.exits import Exit
from shared.model.record import record


@record
class Answer:
    """An answer of the app."""

    status: int
    headers: Mapping[str, str]
    """With names in lower case."""
    body: bytes

    @property
    def retry_after(self) -> float | None:
        """Seconds after which another look is worth it; None where it does not say."""
        said = self.headers.get("retry-after", "")
        return float(said) if said.isascii() and said.isdecimal() else None

    @property
    def tag(self) -> str | None:
        """The state that it tells of, as `If-Match` names it."""
        return self.headers.get("etag")

    def json(self) -> Any:
        """The document in it.

        Raises:
            ToldError: it holds none.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise _not_ours("no JSON") from None

    def read[T: BaseModel](self, model: type[T]) -> T:
        """The part of the document that a command goes by; what else is in it is left alone.

        Raises:
            ToldError: it holds no such thing.
        """
        try:
            return model.model_validate_json(self.body)
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "its begin"
            raise _not_ours(f"another document than this release reads, at {where}") from None


def _not_ours(what: str) -> ToldError:
    remedy = "is that the address of hcx-fleet, and is the app of the same release as this command?"
    return ToldError([f"the app answered with {what}: {remedy}"], Exit.FAILED)
