"""A secret that does not print."""

from shared.model.record import record


class SecretText:
    """Text that only `reveal()` gives away: printing, formatting and logging show stars."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself; call it where the wire needs it and nowhere else."""
        return self._text

    def __repr__(self) -> str:
        return "SecretText(***)"

    __str__ = __repr__


@record
class Account:
    """A user name and password with the version of the secret they came from."""

    secret: str
    """Name of the secret, the key of its log-in breaker."""
    version: str
    username: str
    password: SecretText
