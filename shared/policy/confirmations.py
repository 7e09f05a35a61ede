"""The confirmations file: which mutating HCX calls somebody has shown to be right, and for which certificate."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator

from shared.model.call import Call
from shared.model.confirmation import Confirmation, Confirmations
from shared.policy.canonical import digest
from shared.policy.edge import Edge, Text, Thumbprint
from shared.policy.edge_time import Day
from shared.policy.marked_yaml import Marked
from shared.policy.problems import Problem
from shared.policy.reading import read_file
from shared.policy.walking import blocks, problem_at, text_at

_IDS: Final = frozenset({"mesh", "appliance"})
"""What hcx-fleet can fill into a call."""


def _changing(text: str) -> str:
    """Accept a call that changes something: what reads is never confirmed, so neither is taken for the other."""
    call = Call.of(text)
    if call.reads:
        raise ValueError("is a call that reads: only one that changes something is confirmed")
    strange = set(call.slots) - _IDS
    if strange:
        raise ValueError(f"may hold {{mesh}} and {{appliance}} for their ids, and no {{{min(strange)}}}")
    return text


class ConfirmationPart(Edge):
    """One mutating route confirmed for one certificate authority or one manager certificate."""

    route: Text
    """Id of the route."""
    generation: Literal["4.x", "9.x"]
    """HCX API generation."""
    call: Annotated[str, AfterValidator(_changing)]
    """Method and path as the manager's own API document has them, such as POST /api/admin/upgrade."""
    api_version: Text | None = None
    """Version of that document, where it says one."""
    trust: Thumbprint
    """SHA-256 of the authority's certificate or of the manager's own one."""
    evidence: Text
    """What it rests on, in words."""
    author: Text
    """Who says so."""
    confirmed_on: Day
    """Day of the confirmation."""


class ConfirmationsFile(Edge):
    """All confirmations."""

    entries: tuple[ConfirmationPart, ...]
    """Every confirmed route."""


def read_confirmations(path: Path | None) -> Confirmations:
    """Read the confirmations; no path, or nothing at it, means that there are none.

    Raises:
        PolicyInvalidError: there is a file and it holds errors. It is not taken for none, since a mistake in it should
            not look like a decision.
    """
    present = path is not None and path.exists()
    found = read_file(path, ConfirmationsFile, _rules) if path and present else ConfirmationsFile(entries=())
    return confirmations_of(found)


def confirmations_of(file: ConfirmationsFile) -> Confirmations:
    """The records of a validated file. Their order says nothing, so it does not count for the hash."""
    entries = (
        Confirmation(
            route=part.route,
            generation=part.generation,
            call=part.call,
            trust=part.trust,
            evidence=part.evidence,
            author=part.author,
            confirmed_on=part.confirmed_on,
            api_version=part.api_version,
        )
        for part in file.entries
    )
    return Confirmations(
        entries=tuple(entries),
        hash=digest(sorted((part.model_dump(mode="json", by_alias=True) for part in file.entries), key=digest)),
    )


def _rules(root: Marked, _folder: Path) -> Iterator[Problem]:
    """Two entries must not say two things of one route: nobody could tell which call to send."""
    first: dict[tuple[str, ...], str] = {}
    for where in blocks(root, "entries"):
        texts = [text_at(root, (*where, name)) or "" for name in ("route", "generation", "trust")]
        key = (*texts[:2], texts[2].replace(":", "").lower())
        call = text_at(root, (*where, "call")) or ""
        if first.setdefault(key, call) != call:
            message = "is another call than an entry above has for the same route and certificate: keep the right one"
            yield problem_at(root, (*where, "call"), message)
