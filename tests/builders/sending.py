"""What a test gives an adapter to call before a change is sent."""

from collections.abc import Callable

from shared.model.acts import AskAgain
from shared.ports import NotSentError


def at_once() -> None:
    """Nobody has to be asked."""


class Asked:
    """Remembers how much the other end had had whenever it was asked."""

    def __init__(self, sent: Callable[[], int]) -> None:
        self._sent = sent
        self.before: list[int] = []

    def __call__(self) -> None:
        """It may be sent."""
        self.before.append(self._sent())


def kept_back() -> None:
    """It may not be sent."""
    raise NotSentError(AskAgain(detail="not now"))
