"""What an HCX manager answers when it does not do what was asked."""


class RejectedError(Exception):
    """Refused with an HTTP status, a code and words; nothing was changed."""

    def __init__(self, status: int, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.remedy = remedy
