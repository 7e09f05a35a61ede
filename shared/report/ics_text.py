"""Text from anywhere inside a calendar file."""


def texts(text: str) -> str:
    """The text without what no calendar can hold: controls other than a new line, and halves of characters."""
    return "".join(one for one in text if one == "\n" or one.isprintable())
