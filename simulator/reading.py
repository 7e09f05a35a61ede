"""Reading a YAML file into plain values while remembering on which line each of them stands."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shared.model.record import record

type Where = tuple[str | int, ...]
"""A place in the document: keys and indexes from the root."""

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


@record
class Fault:
    """One thing wrong with the file."""

    line: int
    """0 for what was not said in the file but on the command line."""
    field: str
    message: str


class FileUnreadableError(ValueError):
    """The file is not what it should be; holds every fault that was found."""

    def __init__(self, path: Path, faults: list[Fault]) -> None:
        self.path = path
        self.faults = sorted(set(faults), key=lambda fault: (fault.line, fault.field, fault.message))
        super().__init__("\n".join(f"{_place(path, each)}{each.field}: {each.message}" for each in self.faults))


def _place(path: Path, fault: Fault) -> str:
    return f"{path}:{fault.line}: " if fault.line else ""


class Document:
    """A YAML 1.2 document as plain values, with the line of every key and item."""

    def __init__(self, path: Path, tree: Any, lines: dict[Where, int], repeated: list[Fault]) -> None:
        self.path = path
        self.tree = tree
        self.repeated = repeated
        self.said: dict[Where, str] = {}
        """What was said on the command line, by the place where it went."""
        self._lines = lines

    def line(self, where: Where) -> int:
        """The line of `where`, or of the nearest thing around it that the file does hold."""
        while where not in self._lines and where:
            where = where[:-1]
        return self._lines.get(where, 1)

    def fault(self, where: Where, message: str) -> Fault:
        """A fault at `where`."""
        if said := self.said.get(where[:2]):
            return Fault(line=0, field=" ".join([said, *map(str, where[2:])]), message=message)
        return Fault(line=self.line(where), field=field_name(where), message=message)


def field_name(where: Where) -> str:
    """Write a place as an operator reads it: `clouds[3].hcx`."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "(file)"


def read(path: Path) -> Document:
    """Read the document in `path`.

    Raises:
        FileUnreadableError: there is no such file, or it is not YAML.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        root = yaml.compose(path.read_text("utf-8"))
    except OSError as error:
        raise FileUnreadableError(path, [_whole(error.strerror or "cannot be read")]) from None
    except UnicodeDecodeError:
        raise FileUnreadableError(path, [_whole("is not UTF-8 text")]) from None
    except MarkedYAMLError as error:
        raise FileUnreadableError(path, [_syntax(error)]) from None
    if root is None:
        raise FileUnreadableError(path, [_whole("is empty")])
    walk = _Walk(yaml)
    return Document(path, walk.value(root, ()), walk.lines, walk.repeated)


def _whole(message: str) -> Fault:
    return Fault(line=1, field="(file)", message=message)


def _syntax(error: MarkedYAMLError) -> Fault:
    mark = error.problem_mark or error.context_mark
    words = " ".join(text.strip() for text in (error.context, error.problem) if text)
    return Fault(line=mark.line + 1 if mark else 1, field="(file)", message=f"is not YAML: {words}")


class _Walk:
    """Turns nodes into values; marks are lost once the library's own constructor has run."""

    def __init__(self, yaml: YAML) -> None:
        self._yaml = yaml
        self.lines: dict[Where, int] = {}
        self.repeated: list[Fault] = []
        self._around: list[Node] = []

    def value(self, node: Node, where: Where) -> Any:
        self.lines.setdefault(where, node.start_mark.line + 1)
        if any(node is one for one in self._around):
            fault = Fault(line=self.lines[where], field=field_name(where), message="is an alias of what it stands in")
            self.repeated.append(fault)
            return None
        self._around.append(node)
        found = self._content(node, where)
        self._around.pop()
        return found

    def _content(self, node: Node, where: Where) -> Any:
        match node:
            case MappingNode():
                return self._mapping(node, where)
            case SequenceNode():
                return [self.value(item, (*where, index)) for index, item in enumerate(node.value)]
            case ScalarNode():
                return self._scalar(node)
        raise TypeError(f"a YAML node of a kind that does not exist: {node!r}")

    def _mapping(self, node: MappingNode, where: Where) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = (*where, key)
            line = key_node.start_mark.line + 1
            if key in result:
                self.repeated.append(Fault(line=line, field=field_name(place), message="is there twice"))
            self.lines[place] = line
            result[key] = self.value(value_node, place)
        return result

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag == _TIMESTAMP:  # the models say which fields are times, not the shape of the text
            return node.value
        return self._yaml.constructor.construct_object(node)
