"""What a command was given, by the names that its options have in the program."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from cli.edge import WrongUseError

type Given = Mapping[str, Any]
"""As typer parsed it: None, False, an empty text or list for an option that is not there."""

KEY_MAX = 100


def form_of(given: Given) -> str:
    """How the result is printed."""
    return str(getattr(given.get("output"), "value", "table"))


def word(given: Given, name: str) -> str | None:
    """A text or a choice; None where there is none."""
    value = given.get(name)
    text = str(getattr(value, "value", value)).strip() if value is not None else ""
    return text or None


def refuse(given: Given, without: Mapping[str, str]) -> None:
    """Stop where an option is given that the app over its API has nothing for: it is never passed over.

    Raises:
        WrongUseError: naming each of them.
    """
    named = [option for name, option in without.items() if given.get(name)]
    if named:
        raise WrongUseError([f"{option}: is not for an app elsewhere; leave it out" for option in named])


def key_of(given: Given, name: str) -> str:
    """The key of a call that changes something: as given, or one that no other call has.

    Raises:
        WrongUseError: it cannot be one.
    """
    key = word(given, name)
    if key is None:
        return uuid4().hex
    if len(key) > KEY_MAX or not (key.isascii() and key.isprintable()) or "/" in key:
        raise WrongUseError([f"--{name.replace('_', '-')}: must be 1 to {KEY_MAX} ASCII characters without a slash"])
    return key
