"""Walking through the tree of a file as it was written, valid or not."""

from collections.abc import Callable, Iterator

from shared.policy.marked_yaml import Block, Items, Marked, Scalar, find, line_of
from shared.policy.problems import Problem, Where


def blocks(root: Marked, *listing: str | int) -> list[Where]:
    """Where the blocks of a list stand; `*` in `listing` stands for every item of the list before it."""
    places: list[Where] = [()]
    for step in (*listing, "*"):
        places = [found for where in places for found in (_items(root, where) if step == "*" else [(*where, step)])]
    return [where for where in places if isinstance(find(root, where), Block)]


def text_at(root: Marked, where: Where) -> str | None:
    """The text of a field; None where there is none."""
    found = find(root, where)
    return found.value if isinstance(found, Scalar) and isinstance(found.value, str) else None


def texts_at(root: Marked, where: Where) -> Iterator[tuple[Where, str]]:
    """Every text of a list, and where it stands."""
    for place in _items(root, where):
        if (text := text_at(root, place)) is not None:
            yield place, text


def value_at[T](root: Marked, where: Where, read: Callable[[str], T]) -> T | None:
    """What `read` makes of the text of a field; None where there is none, or where it says that there is an error."""
    text = text_at(root, where)
    try:
        return None if text is None else read(text)
    except ValueError:  # said by the validation
        return None


def is_there(root: Marked, where: Where) -> bool:
    """Whether the file has that field."""
    return find(root, where) is not None


def problem_at(root: Marked, where: Where, message: str) -> Problem:
    """A problem of a field, with its line."""
    return Problem(line=line_of(root, where), where=where, message=message)


def _items(root: Marked, where: Where) -> list[Where]:
    found = find(root, where)
    return [(*where, at) for at in range(len(found.items))] if isinstance(found, Items) else []
