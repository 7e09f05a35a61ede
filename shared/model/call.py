"""A call as documents write it: `GET /path/{part}`, `POST /path?action=word`, `GET /path?key={part}`."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from shared.model.record import record

_PART: Final = r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*"
"""One filled part: nothing that could be read as two parts, or as the way back to the parent."""
_SLOT: Final = r"\{([a-z][A-Za-z]*)\}"
_QUERY: Final = rf"[A-Za-z]+=(?:[A-Za-z]+|{_SLOT})"
_CALL: Final = re.compile(rf"(GET|POST|PUT|PATCH) ((?:/(?:{_PART}|{_SLOT}))+(?:\?{_QUERY}(?:&{_QUERY})*)?)", re.ASCII)
_WORDS_OF_READING: Final = re.compile(r"(?:/query|/list|\?action=query[A-Za-z]*)", re.ASCII)


@record
class Call:
    """Method and target; `{name}` stands for one id."""

    method: str
    target: str

    @classmethod
    def of(cls, text: str) -> "Call":
        """The call that is written so.

        Raises:
            ValueError: it is none that is ever made.
        """
        found = _CALL.fullmatch(text)
        if found is None:
            raise ValueError(
                "must be a call such as POST /path/{name}: GET, POST, PUT or PATCH, a path, and at most a query"
            )
        return cls(method=found[1], target=found[2])

    def __str__(self) -> str:
        return f"{self.method} {self.target}"

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the ids that it needs."""
        return tuple(re.findall(_SLOT, self.target))

    @property
    def reads(self) -> bool:
        """Whether it reads by its form: a GET without an action, or what says `query` or `list` at its end.

        Every read that is known has this form and no change has it, so what is corrected within it stays a read, and
        what is confirmed outside of it can never be taken for one.
        """
        plain = self.method == "GET" and "action=" not in self.target
        return plain or (self.method in {"GET", "POST"} and _says_so(self.target))

    def filled(self, parts: Mapping[str, str]) -> str:
        """The target with its ids.

        Raises:
            ValueError: an id is missing, or would make another target of it.
        """
        missing = [name for name in self.slots if name not in parts]
        if missing:
            raise ValueError(f"nobody can fill in {{{missing[0]}}}")
        target = re.sub(_SLOT, lambda slot: parts[slot[1]], self.target)
        if not self.fits(self.method, target):
            raise ValueError("an id does not fit into a path")
        return target

    def fits(self, method: str, target: str) -> bool:
        """Whether a request is this call, byte for byte but for the ids."""
        return method == self.method and _pattern(self.target).fullmatch(target) is not None

    def meets(self, other: "Call") -> bool:
        """Whether one request could be both."""
        pairs = (_steps(self.target), _steps(other.target))
        return self.method == other.method and len(pairs[0]) == len(pairs[1]) and all(map(_alike, *pairs))


def _says_so(target: str) -> bool:
    path, marked, _ = target.partition("?")
    end = target[target.rindex("?") :] if marked else path[path.rindex("/") :]
    return _WORDS_OF_READING.fullmatch(end) is not None


def _steps(target: str) -> list[str]:
    return re.split(r"[/?&=]", target)


def _alike(one: str, other: str) -> bool:
    """Whether two steps can be the same: equal, or one of them stands for any id."""
    return one == other or bool(re.fullmatch(_SLOT, one) or re.fullmatch(_SLOT, other))


@cache
def _pattern(target: str) -> re.Pattern[str]:
    pieces = re.split(_SLOT, target)  # every second one is a name
    return re.compile("".join(_PART if at % 2 else re.escape(piece) for at, piece in enumerate(pieces)), re.ASCII)
