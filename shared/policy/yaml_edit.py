"""Changing values in a YAML text, and not one character besides.

A round trip through the loader was rejected: it keeps comments and quotes, but lays the whole file out anew where
lists are indented in two ways or a line is long, so that a reviewer has to find the one change among a hundred. Here
the loader only says where each value stands, and what is to change is replaced there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from shared.model.codec import Json
from shared.model.record import record
from shared.policy.marked_yaml import read_yaml

_QUOTED_KEYS = frozenset({"target", "version", "start", "case", "change"})
"""Their values look like numbers now and then: in quotes nobody has to know when."""
_INDENT = 2


class NotEditableError(ValueError):
    """The text is laid out so that it cannot be changed without losing something; it has to be changed by hand."""


@record
class _Edit:
    start: int
    end: int
    text: str


def edited(text: str, wanted: Json) -> str:
    """`text` with the values of `wanted`, which keeps the order of what stays in a list and adds at its end.

    Of a block, a key that `wanted` does not have is taken out. Entries of a list are the same by their `name`.

    Raises:
        NotEditableError: a comment would be lost, or the layout is one that this cannot change.
    """
    now = _plain(text)
    node = YAML().compose(StringIO(text))
    if now == wanted or node is None:
        return text
    edits = sorted(_Editor(text).become(node, now, wanted), key=lambda one: (one.start, one.end))
    _check_comments(text, node, edits)
    changed = _applied(text, edits)
    if _plain(changed) != wanted:
        raise NotEditableError("it is laid out in a way that cannot be changed here")
    return changed


def _plain(text: str) -> Json:
    document = read_yaml(text)
    return None if document.root is None or document.problems else document.root.plain


def _applied(text: str, edits: Sequence[_Edit]) -> str:
    parts, at = [], 0
    for edit in edits:
        if edit.start < at:
            raise NotEditableError(f"line {_line(text, edit.start)}: two changes meet in one place")
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def _check_comments(text: str, root: Node, edits: Sequence[_Edit]) -> None:
    bare = list(text)
    for start, end in _scalars(root):
        bare[start:end] = "x" * (end - start)
    for edit in edits:
        if "#" in bare[edit.start : edit.end]:
            at = bare.index("#", edit.start)
            raise NotEditableError(f"line {_line(text, at)}: a comment stands in what would be taken out")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _scalars(node: Node) -> Iterator[tuple[int, int]]:
    if isinstance(node, ScalarNode):
        yield node.start_mark.index, node.end_mark.index
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            yield from (*_scalars(key), *_scalars(value))
    else:
        for item in node.value:
            yield from _scalars(item)


class _Editor:
    """Knows the text, and where things in it begin and end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def become(self, node: Node, now: Json, wanted: Json, *, flow: bool = False) -> Iterator[_Edit]:
        """What makes `node`, which holds `now`, hold `wanted`."""
        if now == wanted:
            return
        flow = flow or bool(getattr(node, "flow_style", None))
        if isinstance(node, MappingNode) and isinstance(now, Mapping) and isinstance(wanted, Mapping):
            yield from self._block(node, now, wanted, flow=flow)
        elif isinstance(node, SequenceNode) and isinstance(now, list) and isinstance(wanted, list) and now and wanted:
            yield from self._list(node, now, wanted, flow=flow)
        else:
            yield self._replaced(node, wanted, flow=flow)

    # --- blocks of keys

    def _block(
        self, node: MappingNode, now: Mapping[str, Json], wanted: Mapping[str, Json], *, flow: bool
    ) -> Iterator[_Edit]:
        pairs = [(str(key.value), key, value) for key, value in node.value]
        for name, key, value in pairs:
            if name in wanted and _is_empty(value) and now[name] != wanted[name]:
                yield _Edit(start=self._end(key, value), end=self._end(key, value), text=f" {_in_line(wanted[name])}")
            elif name in wanted:
                yield from self.become(value, now[name], wanted[name], flow=flow)
        kept = [(key, value) for name, key, value in pairs if name in wanted]
        added = {name: value for name, value in wanted.items() if name not in now}
        if not kept:
            raise NotEditableError("nothing of a block would be left")
        yield from self._without(pairs, wanted, flow=flow)
        if flow:
            yield from self._added_in_line(self._end(*kept[-1]), [_pair(*one) for one in added.items()])
        else:
            yield from self._added_below(kept, added)

    def _added_in_line(self, at: int, texts: Sequence[str]) -> Iterator[_Edit]:
        if texts:
            yield _Edit(start=at, end=at, text="".join(f", {one}" for one in texts))

    def _added_below(self, kept: Sequence[tuple[Node, Node]], added: Mapping[str, Json]) -> Iterator[_Edit]:
        """Short values after the last short one, so that they do not stand under a list; lists of blocks at the end."""
        column = kept[0][0].start_mark.column
        ends = [self._end(*pair) for pair in kept]
        short = [end for (key, _), end in zip(kept, ends, strict=True) if "\n" not in self._span(key, end)]
        for names, at in (
            ([name for name in added if not _is_long(added[name])], (short or ends)[-1]),
            ([name for name in added if _is_long(added[name])], ends[-1]),
        ):
            lines = [line for name in names for line in _lines(name, added[name], column)]
            if lines:
                yield self._lines_after(at, lines)

    def _without(
        self, pairs: Sequence[tuple[str, Node, Node]], wanted: Mapping[str, Json], *, flow: bool
    ) -> Iterator[_Edit]:
        spans = [(key.start_mark.index, self._end(key, value)) for _, key, value in pairs]
        gone = [name not in wanted for name, _, _ in pairs]
        yield from (self._gaps(spans, gone) if flow else self._lines_out(spans, gone))

    # --- lists

    def _list(self, node: SequenceNode, now: list[Json], wanted: list[Json], *, flow: bool) -> Iterator[_Edit]:
        places = _places(now, wanted)
        for item, before, place in zip(node.value, now, places, strict=True):
            if place is not None:
                yield from self.become(item, before, wanted[place], flow=flow)
        gone = [place is None for place in places]
        added = [value for place, value in enumerate(wanted) if place not in places]
        yield from (self._items_in_line if flow else self._items_below)(node, gone, added)

    def _items_in_line(self, node: SequenceNode, gone: Sequence[bool], added: Sequence[Json]) -> Iterator[_Edit]:
        if all(gone):
            yield _Edit(start=node.start_mark.index, end=node.end_mark.index, text=_in_line(list(added)))
            return
        spans = self._spans(node)
        yield from self._gaps(spans, gone)
        yield from self._added_in_line(_last_kept(spans, gone), [_in_line(value) for value in added])

    def _items_below(self, node: SequenceNode, gone: Sequence[bool], added: Sequence[Json]) -> Iterator[_Edit]:
        spans = self._spans(node)
        inline = bool(getattr(node.value[-1], "flow_style", None))
        lines = [line for value in added for line in _item_lines(value, node.start_mark.column, inline=inline)]
        if lines and all(gone):
            start = self._line_start(spans[0][0])
            yield _Edit(start=start, end=start, text="".join(f"{line}{self._newline}" for line in lines))
        elif lines:
            yield self._lines_after(_last_kept(spans, gone), lines)
        yield from self._lines_out(spans, gone)

    def _spans(self, node: SequenceNode) -> list[tuple[int, int]]:
        return [(item.start_mark.index, self._end(None, item)) for item in node.value]

    # --- places in the text

    def _end(self, key: Node | None, value: Node) -> int:
        """Where a value ends, without the comments and empty lines after it that the loader counts to it."""
        if isinstance(value, MappingNode) and not value.flow_style and value.value:
            return self._end(*value.value[-1])
        if isinstance(value, SequenceNode) and not value.flow_style and value.value:
            return self._end(None, value.value[-1])
        start = value.start_mark.index
        if _is_empty(value) and key is not None:
            return self._text.index(":", key.end_mark.index) + 1
        return int(start + len(self._span(value, value.end_mark.index).rstrip()))

    def _span(self, node: Node, end: int) -> str:
        return self._text[node.start_mark.index : end]

    def _line_start(self, at: int) -> int:
        return self._text.rfind("\n", 0, at) + 1

    def _line_end(self, at: int) -> int:
        found = self._text.find("\n", at)
        end = len(self._text) if found < 0 else found
        return end - 1 if self._text[at:end].endswith("\r") else end

    def _lines_after(self, at: int, lines: Sequence[str]) -> _Edit:
        end = self._line_end(at)
        return _Edit(start=end, end=end, text="".join(f"{self._newline}{line}" for line in lines))

    def _replaced(self, node: Node, wanted: Json, *, flow: bool) -> _Edit:
        start, end = node.start_mark.index, self._end(None, node)
        if isinstance(wanted, str):
            text = _as_written(wanted, getattr(node, "style", None), "")
            padding = re.match(r" +(?=#)", self._text[end:])
            if padding and not flow:  # the comment stays in its column
                wide = max(1, len(padding[0]) + end - start - len(text))
                return _Edit(start=start, end=end + len(padding[0]), text=text + " " * wide)
            return _Edit(start=start, end=end, text=text)
        text = self._long(node, wanted, flow=flow)
        if text.startswith(self._newline):  # the space after the colon goes
            start = len(self._text[:start].rstrip(" "))
        return _Edit(start=start, end=end, text=text)

    def _long(self, node: Node, wanted: Json, *, flow: bool) -> str:
        """An empty list in one line becomes lines of its own."""
        outer = self._line_start(node.start_mark.index)
        column = len(self._text[outer:]) - len(self._text[outer:].lstrip(" "))
        if not _is_long(wanted) or (flow and not self._stands_alone(node)):
            return _in_line(wanted)
        lines = [line for item in _items(wanted) for line in _item_lines(item, column + _INDENT, inline=False)]
        return "".join(f"{self._newline}{line}" for line in lines)

    def _stands_alone(self, node: Node) -> bool:
        line = self._text[self._line_start(node.start_mark.index) : node.start_mark.index]
        return re.fullmatch(r" *[\w\"']+:\s*", line) is not None

    def _gaps(self, spans: Sequence[tuple[int, int]], gone: Sequence[bool]) -> Iterator[_Edit]:
        """Takes parts out of one line, each with one of the commas beside it."""
        first = gone.index(False)
        if first:
            yield _Edit(start=spans[0][0], end=spans[first][0], text="")
        for at in range(first + 1, len(spans)):
            if gone[at]:
                yield _Edit(start=spans[at - 1][1], end=spans[at][1], text="")

    def _lines_out(self, spans: Sequence[tuple[int, int]], gone: Sequence[bool]) -> Iterator[_Edit]:
        for at, (start, end) in enumerate(spans):
            if gone[at]:
                following = spans[at + 1][0] if at + 1 < len(spans) else None
                yield self._line_out(start, end, following)

    def _line_out(self, start: int, end: int, following: int | None) -> _Edit:
        line_start, line_end = self._line_start(start), self._line_end(end)
        before, after = self._text[line_start:start], self._text[end:line_end]
        if after.strip():  # the comment of what goes stays, since nobody else can say whether it is still wanted
            return _Edit(start=start, end=line_end - len(after.lstrip()), text="")
        if before.strip(" -"):
            raise NotEditableError("a value stands in the line of another one")
        if "-" in before and following is not None and not self._text[end:following].strip():
            return _Edit(start=start, end=following, text="")  # the next key moves up beside the dash
        rest = self._text[line_end : line_end + 2]
        return _Edit(start=line_start, end=line_end + (2 if rest == "\r\n" else len(rest[:1])), text="")


def _last_kept(spans: Sequence[tuple[int, int]], gone: Sequence[bool]) -> int:
    """Where the last part ends that does not go."""
    return max(end for (_, end), out in zip(spans, gone, strict=True) if not out)


def _is_empty(node: Node) -> bool:
    """Whether nothing was written after a colon; the loader then says that it stands where the next thing does."""
    return bool(node.start_mark.index == node.end_mark.index)


def _places(now: list[Json], wanted: list[Json]) -> list[int | None]:
    """For each entry of a list, which wanted one it becomes; None where it goes."""
    if all(isinstance(one, Mapping) and "name" in one for one in (*now, *wanted)):
        names = [one["name"] for one in wanted if isinstance(one, Mapping)]
        return [_place(names, one["name"]) for one in now if isinstance(one, Mapping)]
    return [at if at < len(wanted) else None for at in range(len(now))]


def _place(names: Sequence[Json], name: Json) -> int | None:
    return names.index(name) if name in names else None


# --- how values are written -------------------------------------------------------------------------------------------


def _is_long(value: Json) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _items(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list) else []


def _lines(key: str, value: Json, column: int) -> list[str]:
    """A key with its value as lines of a block that begins at `column`."""
    margin = " " * column
    if not _is_long(value):
        return [f"{margin}{_pair(key, value)}"]
    below = [line for item in _items(value) for line in _item_lines(item, column + _INDENT, inline=False)]
    return [f"{margin}{key}:", *below]


def _item_lines(value: Json, column: int, *, inline: bool) -> list[str]:
    """An entry of a list whose dashes stand at `column`."""
    margin = " " * column
    if inline or not isinstance(value, Mapping):
        return [f"{margin}- {_in_line(value)}"]
    lines = [line for key, each in value.items() for line in _lines(key, each, column + _INDENT)]
    return [f"{margin}- {lines[0].lstrip()}", *lines[1:]]


def _pair(key: str, value: Json) -> str:
    return f"{key}: {_in_line(value, key)}"


def _in_line(value: Json, key: str = "") -> str:
    if isinstance(value, Mapping):
        return f"{{{', '.join(_pair(*one) for one in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_in_line, value))}]"
    return _as_written(str(value), None, key)


def _as_written(value: str, style: str | None, key: str) -> str:
    """In the quotes that were there; without quotes only where every reader takes it for this text."""
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    if style is not None or key in _QUOTED_KEYS or not _is_plain(value):
        return '"' + "".join(map(_escaped, value)) + '"'
    return value


def _is_plain(value: str) -> bool:
    if not re.fullmatch(r"[\w./@+=;*-][\w./@+=;:*-]*( [\w./@+=;:*-]+)*", value, re.ASCII) or value.endswith(":"):
        return False
    document = read_yaml(f"- {value}")
    return not document.problems and document.root is not None and document.root.plain == [value]


def _escaped(one: str) -> str:
    if one in {'"', "\\"}:
        return f"\\{one}"
    return one if one.isprintable() else f"\\U{ord(one):08x}"
