"""Versions and times that other readers of YAML take for something else, since they stand there without quotes."""

from collections.abc import Iterator

from shared.model.version import Version
from shared.policy.edge_time import MOMENT, TIME_OF_DAY
from shared.policy.marked_yaml import Block, Items, Marked, Scalar
from shared.policy.problems import Problem, Where

_FIELDS = frozenset({"version", "connectors", "target", "atLeast", "below", "start", "from", "to"})


def values_without_quotes(root: Marked, where: Where = ()) -> Iterator[Problem]:
    """Every version and time without them. What was found may be repeated: it looks like no secret."""
    match root:
        case Block():
            for entry in root.entries:
                yield from values_without_quotes(entry.value, (*where, entry.key))
        case Items():
            for at, item in enumerate(root.items):
                yield from values_without_quotes(item, (*where, at))
        case Scalar() if where and where[-1] in _FIELDS and not root.quoted and isinstance(root.value, str):
            if said := _said(root.value):
                yield Problem(line=root.line, where=where, message=f'{said}: write it in quotes: "{root.value}"')


def _said(text: str) -> str | None:
    if TIME_OF_DAY.fullmatch(text):
        return "is a time, which some readers of YAML take for a number of minutes"
    if MOMENT.fullmatch(text):
        return "is a time, which some readers of YAML take for one in UTC"
    if Version(text).known:
        return "is a version, which readers of YAML take for a number when it is shorter"
    return None
