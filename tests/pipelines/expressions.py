"""Expressions of GitHub Actions, as far as the example uses them: names, texts, `==`, `!=`, `&&`, `||`, `always()`."""

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
ALWAYS = "always()"


def filled(text: str, names: Mapping[str, Any]) -> str:
    """A text with the value of every expression in its place; what has none is empty."""
    return _EXPRESSION.sub(lambda found: str(evaluated(found[1], names) or ""), text)


def evaluated(text: str, names: Mapping[str, Any]) -> Any:
    """The value of an expression, by names such as `steps`, each with its members in mappings."""
    for operator in ("||", "&&", "==", "!="):  # what binds least comes first
        left, found, right = text.partition(operator)
        if found:
            return _combined(operator, evaluated(left, names), evaluated(right, names))
    word = text.strip()
    if word == ALWAYS:
        return True
    return word[1:-1] if word.startswith("'") else _looked_up(word, names)


def _combined(operator: str, left: Any, right: Any) -> Any:
    match operator:
        case "||":
            return left or right
        case "&&":
            return left and right
        case "==":
            return left == right
        case _:
            return left != right


def _looked_up(path: str, names: Mapping[str, Any]) -> Any:
    value: Any = names
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
