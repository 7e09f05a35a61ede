"""A call over HTTP that may be repeated: what was asked under a key, and what was answered."""

from datetime import datetime

from shared.model.record import record


@record
class KeptHeader:
    """A header of an answer."""

    name: str
    """In lower case."""
    value: str


@record
class KeptAnswer:
    """An answer that is given again, byte for byte."""

    status: int
    headers: tuple[KeptHeader, ...]
    """Without those that are about one transport alone."""
    body: str


@record
class KeptCall:
    """One call as a store keeps it, from its beginning on."""

    key: str
    """SHA-256 over method, path, caller and the caller's key, in hexadecimal digits."""
    body: str
    """SHA-256 of the bytes of its body: another body is another call."""
    mark: str
    """Of the one try that carries it out; another try has another one."""
    at: datetime
    """When that try began."""
    answer: KeptAnswer | None = None
    """None while it is under way."""
