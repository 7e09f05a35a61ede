"""YAML as a tree that knows its lines, and every error in it rather than the first.

The loader's own round-trip mapping was rejected: it stops at the first repeated key, and it forgets how a scalar was
written, so that nobody could be told that `4.10` has to be in quotes. Aliases are refused: a file that people review
should say what it says where it says it, and a file without them can neither contain itself nor explode.
"""

import re
from collections.abc import Callable
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shared.model.codec import Json
from shared.model.record import record
from shared.policy.problems import Problem, Where

_EXACT = 2**53
_DEEPEST = 30
"""Levels; no file of ours has a dozen, and the validation behind this gives up at two hundred without saying where."""


@record
class Scalar:
    """One value, and the text it was written as."""

    line: int
    value: str | int | float | bool | None
    text: str
    quoted: bool = False
    """Whether it was written in quotes, so that every reader of YAML takes it for text."""

    @property
    def plain(self) -> Json:
        """The value alone."""
        return self.value


@record
class Items:
    """A list."""

    line: int
    items: tuple["Marked", ...]

    @property
    def plain(self) -> Json:
        """The values alone."""
        return [item.plain for item in self.items]


@record
class Entry:
    """One key with what stands under it."""

    line: int
    key: str
    value: "Marked"


@record
class Block:
    """Keys and values; of a repeated key the first one counts."""

    line: int
    entries: tuple[Entry, ...]

    @property
    def plain(self) -> Json:
        """Keys and values alone."""
        return {entry.key: entry.value.plain for entry in self.entries}

    def entry(self, key: str) -> Entry | None:
        """What stands under `key`."""
        return next((entry for entry in self.entries if entry.key == key), None)


type Marked = Scalar | Items | Block


@record
class Document:
    """What was read: the tree as far as there is one, and what is wrong with its YAML."""

    root: Marked | None
    problems: tuple[Problem, ...]


def read_yaml(text: str) -> Document:
    """Read one YAML document."""
    try:
        node = YAML().compose(StringIO(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return _unreadable(line, ", ".join(filter(None, (error.context, error.problem))))
    except YAMLError as error:  # a character that YAML forbids
        return _unreadable(None, str(error).split("\n", maxsplit=1)[0])
    except RecursionError:
        return _unreadable(None, "it is nested too deeply")
    if node is None:
        return Document(root=None, problems=(Problem(line=None, where=(), message="the file is empty"),))
    reader = _Reader()
    return Document(root=reader.marked(node, ()), problems=tuple(reader.problems))


def find(root: Marked, where: Where) -> Marked | None:
    """What stands at `where`, None when nothing does."""
    found: Marked | None = root
    for step in where:
        if isinstance(found, Block) and isinstance(step, str):
            entry = found.entry(step)
            found = entry.value if entry else None
        elif isinstance(found, Items) and isinstance(step, int):
            found = found.items[step] if step < len(found.items) else None
        else:
            return None
    return found


def line_of(root: Marked, where: Where) -> int:
    """The line of the key or list item at `where`, or of the nearest thing around it that exists."""
    for length in range(len(where), 0, -1):
        around, step = find(root, where[: length - 1]), where[length - 1]
        entry = around.entry(step) if isinstance(around, Block) and isinstance(step, str) else None
        item = find(root, where[:length])
        if entry or item:
            return entry.line if entry else item.line if item else 1
    return root.line


def _unreadable(line: int | None, reason: str) -> Document:
    quotes_left_out = re.sub(r"'[^',\s]{5,}'", "'…'", reason)  # it may quote a password that starts like an alias
    problem = Problem(line=line, where=(), message=f"not readable as YAML: {quotes_left_out}")
    return Document(root=None, problems=(problem,))


class _Reader:
    """Turns the loader's nodes into marked ones and collects what is wrong on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._met: set[int] = set()

    def marked(self, node: Node, where: Where, line_above: int = 1) -> Marked:
        if id(node) in self._met:  # its own mark is where the value was written, not where it is used again
            self._wrong(line_above, where, "aliases (*name) are not supported: write the value out")
            return Scalar(line=line_above, value=None, text="")
        self._met.add(id(node))
        line = node.start_mark.line + 1
        if len(where) > _DEEPEST:
            self._wrong(line, where[:_DEEPEST], "is nested too deeply")
            return Scalar(line=line, value=None, text="")
        if isinstance(node, MappingNode):
            return Block(line=line, entries=tuple(self._entries(node, where)))
        if isinstance(node, SequenceNode):
            items = (self.marked(item, (*where, at), line) for at, item in enumerate(node.value))
            return Items(line=line, items=tuple(items))
        return Scalar(
            line=line,
            value=self._value(node, where),
            text=node.value,
            quoted=isinstance(node, ScalarNode) and node.style is not None,
        )

    def _entries(self, node: MappingNode, where: Where) -> list[Entry]:
        first: dict[str, Entry] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self._wrong(line, where, "a key must be a single word")
                continue
            key = str(key_node.value)
            if str(key_node.tag).endswith(":merge"):
                self._wrong(line, (*where, key), "merging (<<) is not supported: write the keys out")
                continue
            if key in first:
                self._wrong(line, (*where, key), f"is there twice, first in line {first[key].line}")
                continue
            first[key] = Entry(line=line, key=key, value=self.marked(value_node, (*where, key), line))
        return list(first.values())

    def _value(self, node: Node, where: Where) -> str | int | float | bool | None:
        text = str(node.value)
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "str" | "timestamp":
                return self._text(text, node, where)
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _number(int, text)
            case "float":
                return _number(float, text)
            case _:
                self._wrong(node.start_mark.line + 1, where, "tags (!name) are not supported: write the value alone")
                return text

    def _text(self, text: str, node: Node, where: Where) -> str:
        """JSON and every file that a plan goes into hold whole characters only; an escape can write half of one."""
        if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
            self._wrong(node.start_mark.line + 1, where, "holds half a character, written as an escape")
            return ""
        return text

    def _wrong(self, line: int, where: Where, message: str) -> None:
        self.problems.append(Problem(line=line, where=where, message=message))


def _number(kind: Callable[[str], int | float], text: str) -> int | float | str:
    """A number where JSON has exactly that one; hexadecimal, huge and infinite ones stay text, which no field takes."""
    try:
        number = kind(text)
    except ValueError:
        return text
    return number if abs(number) < _EXACT else text
